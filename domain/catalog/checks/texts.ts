import { CONFIRMATION } from '../../decisions/confirmations.ts';
import { htmlLiquid, type NamedVariable, type Parsing, textLiquid } from '../../delivery/email/liquid.ts';
import { PERSON_NAMES, ROOT_NAMES } from '../../delivery/email/person-scope.ts';
import { snippetsIn, withoutSnippets } from '../../delivery/email/snippets.ts';
import { isJsonText } from '../../json.ts';
import { DEFAULT_BRAND, idOf, placeOf, titleOf } from '../definition.ts';
import { below, error, type Problem, warning } from '../problems/problem.ts';
import { didYouMean } from '../problems/spelling.ts';
import type { CheckedDefinition, CheckedOf } from '../schemas.ts';
import type { Project, Surroundings } from './project.ts';

/** Whether what is written to people can be read, names what there is, and shows the way out. */
export function checkTexts(definition: CheckedDefinition, project: Project, around: Surroundings): readonly Problem[] {
  if (definition.type === 'snippet') return variablesAndSyntax(definition, undefined, around);
  if (definition.type === 'journey')
    return [...variablesAndSyntax(definition, undefined, around), ...noJson(definition)];
  if (definition.type !== 'template' || definition.body.channel !== 'email') return [];
  const brand = brandOf(definition.body.brand, project);
  return [
    ...senderProblem(definition, brand, around),
    ...variablesAndSyntax(definition, brand, around),
    ...wayOutProblems(definition, brand, project),
  ];
}

type Brand = CheckedOf<'brand'>['body'];
type Email = Extract<CheckedOf<'template'>['body'], { readonly channel: 'email' }>;

const OF_THOSE_WITHOUT = { type: 'brand', key: DEFAULT_BRAND } as const;

function brandOf(key: string | undefined, project: Project): Brand | undefined {
  const found = project.find({ type: 'brand', key: key ?? DEFAULT_BRAND });
  return found?.type === 'brand' ? found.body : undefined;
}

function senderProblem(
  definition: CheckedOf<'template'>,
  brand: Brand | undefined,
  { drafts }: Surroundings,
): Problem[] {
  const { sender } = definition.body as Email;
  if (sender !== undefined || brand !== undefined) return [];
  const draft = drafts.has(idOf(OF_THOSE_WITHOUT))
    ? `; ${titleOf(OF_THOSE_WITHOUT)} is only a draft: choose it as well`
    : '';
  return [error(below(placeOf(definition), 'sender'), 'missing', `name a sender, or a brand that has one${draft}`)];
}

/** Texts with where they stand, by definition: what stays as it is is read once. */
const read = new WeakMap<object, readonly ReadText[]>();

interface ReadText {
  readonly path: string;
  readonly text: string;
  readonly parsing: Parsing;
}

function textsOf({ type, key, body }: CheckedDefinition): readonly ReadText[] {
  let known = read.get(body);
  if (known === undefined) {
    known = [...writtenIn(type, placeOf({ type, key }), body)].map(({ path, name, text }) => ({
      ...{ path, text },
      parsing: (name === 'mjml' || name === 'html' ? htmlLiquid : textLiquid).parse(withoutSnippets(text)),
    }));
    read.set(body, known);
  }
  return known;
}

function* writtenIn(type: string, path: string, body: CheckedDefinition['body']) {
  if (type === 'journey') return yield* ofCalls(path, body as CheckedOf<'journey'>['body']);
  const { locales } = body as Pick<Email, 'locales'> | Pick<CheckedOf<'snippet'>['body'], 'locales'>;
  for (const [locale, written] of Object.entries(locales)) {
    const at = below(path, 'locales', locale);
    if (type === 'snippet') yield { path: at, name: 'html', text: written as string };
    else
      for (const [name, text] of Object.entries(written)) yield { path: below(at, name), name, text: text as string };
  }
}

/** What its steps tell other systems. */
function* ofCalls(path: string, { steps }: CheckedOf<'journey'>['body']) {
  for (const [id, step] of Object.entries(steps)) {
    const at = below(path, 'steps', id);
    if (step.type === 'webhook' && step.body !== undefined)
      yield { path: below(at, 'body'), name: 'body', text: step.body };
    if (step.type === 'handoff') yield { path: below(at, 'subject'), name: 'subject', text: step.subject };
    if (step.type === 'handoff' && step.text !== undefined)
      yield { path: below(at, 'text'), name: 'text', text: step.text };
  }
}

/** Bodies of webhooks that are no JSON where nothing is known of her: given up, or without quotes around a placeholder. */
const noJson = (journey: CheckedOf<'journey'>): Problem[] =>
  textsOf(journey).flatMap(({ path, parsing }) => {
    if (!path.endsWith('/body') || parsing.outcome === 'syntax') return [];
    const made = textLiquid.render(parsing.parsed, {}, { locale: 'en', zone: 'UTC', now: 0 });
    if (made.outcome === 'rendered' && isJsonText(made.text)) return [];
    const words =
      'where nothing is known of somebody this is no JSON, and is given up: write quotes around placeholders';
    return [warning(path, 'template-syntax', words)];
  });

/** One message for each name in each text: who has written it ten times has made one mistake. */
function variablesAndSyntax(
  definition: CheckedDefinition,
  brand: Brand | undefined,
  around: Surroundings,
): readonly Problem[] {
  return textsOf(definition).flatMap(({ path, parsing }): Problem[] => {
    if (parsing.outcome === 'syntax')
      return [error(path, 'template-syntax', `line ${parsing.line}: ${parsing.message}`)];
    const said = new Map<string, Problem>();
    for (const variable of parsing.parsed.variables) {
      const message = unknownVariable(variable, brand, around);
      if (message !== undefined && !said.has(message))
        said.set(message, warning(path, 'unknown-variable', `line ${variable.line}: ${message}`));
    }
    return [...said.values()];
  });
}

function unknownVariable(
  { segments: [root = '', name, inner] }: NamedVariable,
  brand: Brand | undefined,
  { traits }: Surroundings,
): string | undefined {
  if (!ROOT_NAMES.some((known) => known === root))
    return `nothing is called “${root}”${didYouMean(root, ROOT_NAMES) || `; there are ${ROOT_NAMES.join(', ')}`}`;
  if (root === 'brand' && name === 'colors' && inner !== undefined && brand !== undefined) {
    const colors = Object.keys(brand.colors ?? {});
    return colors.includes(inner) ? undefined : `the brand has no colour “${inner}”${didYouMean(inner, colors)}`;
  }
  if (root !== 'person' || name === undefined) return undefined;
  if (!PERSON_NAMES.some((known) => known === name)) {
    const meant = traits?.has(name) ? `; the trait is person.traits.${name}` : didYouMean(name, PERSON_NAMES);
    return `a person has no “${name}”${meant === '' ? '; what apps tell of people is in person.traits' : meant}`;
  }
  if (name !== 'traits' || inner === undefined || traits === undefined || traits.has(inner)) return undefined;
  return `no app has told the trait “${inner}” lately${didYouMean(inner, traits)}`;
}

/** Who may refuse has to be told how: by the template itself, or by its brand's footer. */
function wayOutProblems(
  definition: CheckedOf<'template'>,
  brand: Brand | undefined,
  project: Project,
): readonly Problem[] {
  const body = definition.body as Email;
  const path = placeOf(definition);
  if (body.class === 'transactional')
    return definition.key === CONFIRMATION ? confirmProblems(body, path, project) : [];
  // To marketing she has not agreed yet: nobody could ever be asked.
  if (definition.key === CONFIRMATION)
    return [error(below(path, 'class'), 'invalid', 'what asks to confirm a subscription is “transactional”')];
  if (brand !== undefined) return [];
  return Object.entries(body.locales).flatMap(([locale, { mjml, html }]) => {
    const text = mjml ?? html ?? '';
    if (names('unsubscribe_url', text, project)) return [];
    return [
      error(
        below(path, 'locales', locale, mjml === undefined ? 'html' : 'mjml'),
        'missing-unsubscribe',
        'marketing has to show how to unsubscribe: write a link to {{ unsubscribe_url }}, or give it a brand, whose footer has one',
      ),
    ];
  });
}

/** Without it nobody could say yes, by whichever part of the message she reads. */
const confirmProblems = ({ locales }: Email, path: string, project: Project): readonly Problem[] =>
  Object.entries(locales).flatMap(([locale, written]) =>
    (['mjml', 'html', 'text'] as const).flatMap((part) => {
      const text = written[part];
      if (text === undefined || names('confirm_url', text, project)) return [];
      const words = 'nobody could confirm: write a link to {{ confirm_url }}';
      return [error(below(path, 'locales', locale, part), 'missing', words)];
    }),
  );

/** Whether a text, or a snippet in it, prints one of the links that are hers. */
function names(
  link: 'unsubscribe_url' | 'confirm_url',
  text: string,
  project: Project,
  seen: Set<string> = new Set(),
): boolean {
  if (new RegExp(`\\{\\{-?\\s*${link}\\b`).test(text)) return true;
  return snippetsIn(text).some((key) => {
    if (seen.has(key)) return false;
    seen.add(key);
    const snippet = project.find({ type: 'snippet', key });
    return (
      snippet?.type === 'snippet' && Object.values(snippet.body.locales).some((one) => names(link, one, project, seen))
    );
  });
}

import { type DefinitionName, idOf, placeOf } from '../../../domain/catalog/definition.ts';
import { error, type Problem } from '../../../domain/catalog/problems/problem.ts';
import type { ReadyPart, Release } from '../../../domain/catalog/releases/release.ts';
import type { CheckedDefinition, CheckedOf } from '../../../domain/catalog/schemas.ts';
import { referencesIn } from '../../../domain/catalog/walk/references.ts';
import type { CompileMjml } from '../../../domain/delivery/email/mjml.ts';
import { type EmailTemplate, prepareEmail } from '../../../domain/delivery/email/prepare.ts';
import { PREPARED_FORM } from '../../../domain/delivery/email/prepared.ts';
import type { SnippetTexts } from '../../../domain/delivery/email/snippets.ts';
import { addressOf, type Part, packed } from '../../adapters/catalog-parts.ts';

export type Preparation =
  | {
      readonly outcome: 'prepared';
      /** What workers load of a template; undefined for what is none, or for another channel. */
      readonly readyOf: (name: DefinitionName) => ReadyPart | undefined;
      /** Those that the live release does not have. */
      readonly fresh: readonly Part[];
    }
  | { readonly outcome: 'problems'; readonly problems: readonly Problem[] };

/** A text takes some milliseconds, and who publishes waits at most half a minute. */
const MOST_TEXTS = 1_500;

/**
 * Has every email template that would be live ready to be sent. One that says the same, with the same snippets in it, as
 * what is live stays as it is.
 */
export async function prepareTemplates(
  next: readonly CheckedDefinition[],
  live: Release | undefined,
  compiler: () => Promise<CompileMjml>,
): Promise<Preparation> {
  const known = new Map(live?.items.flatMap(({ ready }) => (ready === undefined ? [] : [[ready.from, ready]])) ?? []);
  const snippets = new Map(next.flatMap((one) => (one.type === 'snippet' ? [[one.key, one] as const] : [])));
  const find = (key: string): SnippetTexts | undefined => snippets.get(key)?.body;
  const ready = new Map<string, ReadyPart>();
  const fresh: Part[] = [];
  const problems: Problem[] = [];
  let texts = 0;
  for (const template of next) {
    if (template.type !== 'template' || template.body.channel !== 'email') continue;
    const from = addressOf([PREPARED_FORM, template.body, ...namedBy(template, snippets).map(({ body }) => body)]);
    const before = known.get(from);
    if (before !== undefined) {
      ready.set(idOf(template), before);
      continue;
    }
    texts += Object.keys(template.body.locales).length;
    if (texts > MOST_TEXTS)
      return {
        outcome: 'problems',
        problems: [error('templates', 'too-large', `publish templates of at most ${MOST_TEXTS} texts at a time`)],
      };
    const prepared = prepareOne(template.body, placeOf(template), find, await compiler());
    if (prepared.outcome === 'problems') {
      if (!isUntouched(template, live)) problems.push(...prepared.problems);
    } else {
      fresh.push(prepared.part);
      ready.set(idOf(template), { from, part: prepared.part.address });
    }
  }
  if (problems.length > 0) return { outcome: 'problems', problems };
  return { outcome: 'prepared', readyOf: (name) => ready.get(idOf(name)), fresh };
}

/** What was published before templates were made ready keeps nobody from publishing something else, right or wrong. */
function isUntouched(template: CheckedDefinition, live: Release | undefined): boolean {
  const item = live?.items.find((one) => idOf(one) === idOf(template));
  return item !== undefined && item.ready === undefined && item.part === addressOf(template.body);
}

function prepareOne(
  template: EmailTemplate,
  path: string,
  find: (key: string) => SnippetTexts | undefined,
  compile: CompileMjml,
):
  | { readonly outcome: 'prepared'; readonly part: Part }
  | { readonly outcome: 'problems'; readonly problems: readonly Problem[] } {
  const prepared = prepareEmail(template, path, find, compile);
  if (prepared.outcome === 'problems') return prepared;
  const packing = packed(prepared.email);
  if (packing.outcome === 'part') return { outcome: 'prepared', part: packing.part };
  const problem = error(path, 'too-large', 'as it is sent this has more than 300 KB, deflated');
  return { outcome: 'problems', problems: [problem] };
}

type Snippet = CheckedOf<'snippet'>;

/** The snippets of a definition, and those that they name, sorted by key. */
function namedBy(definition: CheckedDefinition, snippets: ReadonlyMap<string, Snippet>): readonly Snippet[] {
  const found = new Map<string, Snippet>();
  const left: CheckedDefinition[] = [definition];
  for (let one = left.pop(); one !== undefined; one = left.pop())
    for (const { to, name } of referencesIn(one)) {
      const snippet = to === 'snippet' && !found.has(name) ? snippets.get(name) : undefined;
      if (snippet === undefined) continue;
      found.set(name, snippet);
      left.push(snippet);
    }
  return [...found.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

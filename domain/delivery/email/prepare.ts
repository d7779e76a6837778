import { below, error, type Problem } from '../../catalog/problems/problem.ts';
import type { TemplateBody } from '../../catalog/template.ts';
import { htmlLiquid, textLiquid } from './liquid.ts';
import { type CompileMjml, readMjml } from './mjml.ts';
import { plainText } from './plain-text.ts';
import { END_OF_BODY, PREPARED_FORM, type PreparedEmail, type PreparedTexts } from './prepared.ts';
import { quotedOutputs, withSafeLinks } from './safe-html.ts';
import { type Shielded, shield, unshield } from './shielded.ts';
import { inPlace, type SnippetTexts } from './snippets.ts';

export type EmailTemplate = Extract<TemplateBody, { readonly channel: 'email' }>;
type Content = EmailTemplate['locales'][string];

export type Preparing =
  | { readonly outcome: 'prepared'; readonly email: PreparedEmail }
  | { readonly outcome: 'problems'; readonly problems: readonly Problem[] };

/** Something that is wrong, from which the walk through a template does not come back. */
class Unprepared extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

/**
 * Makes a template ready to be sent, once for all people.
 * @param path where it stands
 * @param snippets what a snippet says; none is missing, and none leads to itself: that was checked
 */
export function prepareEmail(
  template: EmailTemplate,
  path: string,
  snippets: (key: string) => SnippetTexts | undefined,
  compile: CompileMjml,
): Preparing {
  const problems: Problem[] = [];
  const locales: Record<string, PreparedTexts> = {};
  for (const [locale, content] of Object.entries(template.locales))
    try {
      locales[locale] = prepareTexts(content, locale, below(path, 'locales', locale), snippets, compile);
    } catch (thrown) {
      if (!(thrown instanceof Unprepared)) throw thrown;
      problems.push(thrown.problem);
    }
  if (problems.length > 0) return { outcome: 'problems', problems };
  const { class: stream = 'marketing', topic, brand, sender, replyTo, fallback } = template;
  return {
    outcome: 'prepared',
    email: {
      form: PREPARED_FORM,
      class: stream,
      ...(topic !== undefined && { topic }),
      ...(brand !== undefined && { brand }),
      ...(sender !== undefined && { sender }),
      ...(replyTo !== undefined && { replyTo }),
      ...(fallback !== undefined && { fallback }),
      locales,
    },
  };
}

function prepareTexts(
  content: Content,
  locale: string,
  path: string,
  snippets: (key: string) => SnippetTexts | undefined,
  compile: CompileMjml,
): PreparedTexts {
  const placed = (name: 'subject' | 'preheader' | 'mjml' | 'html' | 'text'): string => {
    const text = inPlace(content[name] ?? '', locale, snippets);
    if (text !== undefined) return text;
    throw new Unprepared(error(below(path, name), 'too-large', 'with its snippets in place this is too long'));
  };
  const written = content.mjml === undefined ? 'html' : 'mjml';
  const body = bodyOf(placed(written), written, locale, below(path, written), compile);
  const preheader = placed('preheader');
  const texts = {
    subject: placed('subject'),
    preheader,
    html: withPreheader(body.html, preheader),
    text: content.text === undefined ? body.text : placed('text'),
  };
  for (const name of ['subject', 'preheader', 'html', 'text'] as const) {
    const parsing = (name === 'html' ? htmlLiquid : textLiquid).parse(texts[name]);
    if (parsing.outcome === 'syntax')
      throw new Unprepared(
        error(
          below(path, name === 'html' ? written : name),
          'template-syntax',
          `line ${parsing.line}: ${parsing.message}`,
        ),
      );
  }
  return texts;
}

type Complaint = (line: number, message: string) => Unprepared;

/** The HTML of a body, and what it says in plain text. */
function bodyOf(source: string, written: 'html' | 'mjml', locale: string, path: string, compile: CompileMjml) {
  const problem: Complaint = (line, message) =>
    new Unprepared(error(path, 'template-syntax', `line ${line}: ${message}`));
  // Before anything is compiled: afterwards lines are others.
  const parsing = htmlLiquid.parse(source);
  if (parsing.outcome === 'syntax') throw problem(parsing.line, parsing.message);
  const shielded = shield(source);
  const html = written === 'mjml' ? htmlOf(shielded, locale, compile, problem) : shielded.text;
  const unquoted = quotedOutputs(html, shielded);
  if (unquoted !== undefined) throw problem(unquoted.line, unquoted.message);
  return {
    html: withSafeLinks(html, shielded).replace(/<\/body\s*>/gi, END_OF_BODY),
    text: unshield(plainText(html), shielded),
  };
}

/** The HTML of MJML, its Liquid still shielded. */
function htmlOf(shielded: Shielded, locale: string, compile: CompileMjml, problem: Complaint): string {
  const reading = readMjml(shielded.text, (text) => text.replace(shielded.words(), '').trim() === '');
  if (reading.outcome === 'problem') throw problem(reading.line, reading.message);
  const compiled = compile(reading.mjml);
  if (compiled.outcome === 'refused') throw problem(1, compiled.message);
  const kept = new Set([...compiled.html.matchAll(shielded.words())].map(([word]) => word));
  for (const [word] of shielded.text.matchAll(shielded.words())) {
    if (kept.has(word)) continue;
    const { liquid, line } = shielded.behind(word) ?? { liquid: '', line: 1 };
    throw problem(line, `“${liquid.slice(0, 60)}” is lost: MJML takes only a plain value here`);
  }
  return compiled.html.replaceAll('lang="und"', `lang="${locale}"`);
}

/** Mail programs show the first words of a message beside its subject; these are the first, and nobody sees them below. */
function withPreheader(html: string, preheader: string): string {
  if (preheader === '') return html;
  const hidden =
    '<div style="display:none;font-size:1px;line-height:1px;max-height:0;max-width:0;opacity:0;overflow:hidden">' +
    `${preheader}</div>`;
  const body = /<body\b[^>]*>/i.exec(html);
  const at = body === null ? 0 : body.index + body[0].length;
  return html.slice(0, at) + hidden + html.slice(at);
}

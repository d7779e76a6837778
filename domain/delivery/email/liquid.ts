import { Context, Liquid, LiquidError, type Template, toValueSync } from 'liquidjs/dist/liquid.browser.mjs';
import {
  BoundedOutput,
  type Failure,
  failureOf,
  LONGEST_TEMPLATE,
  MOST_MADE,
  Steps,
  tooMuch,
  type Unreadable,
} from './bounds.ts';
import { OWN_FILTERS, READER, type Reader, STANDARD_FILTERS } from './filters.ts';

const TAGS: readonly string[] = ['if', 'unless', 'case', 'for', 'break', 'continue', 'assign', 'comment', '#'];

/** A template that was understood. */
export interface Parsed {
  readonly templates: Template[];
  /** Names it prints or asks for, which it has not itself given a value; by how they are written, with their lines. */
  readonly variables: readonly NamedVariable[];
}

export interface NamedVariable {
  /** `['person', 'traits', 'plan']`; what follows a computed name is left out. */
  readonly segments: readonly string[];
  readonly line: number;
}

export type Parsing = { readonly outcome: 'parsed'; readonly parsed: Parsed } | Unreadable;

export type Rendering =
  /** `blanks`: how many outputs had nothing to print. */
  | { readonly outcome: 'rendered'; readonly text: string; readonly blanks: number }
  | { readonly outcome: 'failed'; readonly reason: Failure };

/** Liquid as messages may use it, for one kind of text. */
export class LiquidDialect {
  readonly #liquid: Liquid;
  #blanks = 0;

  /** @param harmless makes a value harmless where this dialect prints it */
  constructor(harmless: (text: string) => string) {
    const print = (value: unknown): string => {
      const text = textOf(value);
      if (text === '') this.#blanks++;
      return harmless(text);
    };
    const liquid = new Liquid({
      outputEscape: print,
      ownPropertyOnly: true,
      strictFilters: true,
      parseLimit: LONGEST_TEMPLATE,
      memoryLimit: MOST_MADE,
      // Nothing is ever included: snippets were put in place when the template was published.
      templates: {},
    });
    for (const name of Object.keys(liquid.tags)) if (!TAGS.includes(name)) delete liquid.tags[name];
    for (const name of Object.keys(liquid.filters)) if (!STANDARD_FILTERS.includes(name)) delete liquid.filters[name];
    for (const [name, filter] of Object.entries(OWN_FILTERS)) liquid.registerFilter(name, filter);
    this.#liquid = liquid;
  }

  parse(source: string): Parsing {
    const unbounded = tooMuch(source);
    if (unbounded !== undefined) return unbounded;
    try {
      const templates = this.#liquid.parse(source);
      const { globals } = this.#liquid.analyzeSync(templates, { partials: false });
      const variables = Object.values(globals).flatMap((uses) =>
        uses.map(({ segments, location }) => ({ segments: leadingNames(segments), line: location.row })),
      );
      return { outcome: 'parsed', parsed: { templates, variables } };
    } catch (error) {
      return { outcome: 'syntax', ...lineAndMessage(error) };
    }
  }

  /** @param scope what the template sees: plain data, of which only own properties are read */
  render({ templates }: Parsed, scope: object, reader: Reader): Rendering {
    this.#blanks = 0;
    const printed = new BoundedOutput();
    const context = new Context(
      scope,
      this.#liquid.options,
      { sync: true, globals: { [READER]: reader } },
      { renderLimit: new Steps() as never, liquid: this.#liquid },
    );
    try {
      toValueSync(this.#liquid.renderer.renderTemplates(templates, context, printed as never) as never);
      return { outcome: 'rendered', text: printed.buffer, blanks: this.#blanks };
    } catch (error) {
      return { outcome: 'failed', reason: failureOf(error) };
    }
  }
}

/** What a value is printed as; objects are not printed at all. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? value.map((one) => (Array.isArray(one) ? '' : textOf(one))).join('') : '';
}

function leadingNames(segments: readonly unknown[]): string[] {
  const names: string[] = [];
  for (const segment of segments) {
    if (typeof segment !== 'string' && typeof segment !== 'number') break;
    names.push(String(segment));
  }
  return names;
}

/** `…, line:3, col:7`: Liquid says it at the end of its sentence. */
function lineAndMessage(error: unknown): { readonly line: number; readonly message: string } {
  const { message } = error as Error;
  const [, said = message, line = '1'] = /^(.*?), line:(\d+), col:\d+$/s.exec(message) ?? [];
  return { line: Number(line), message: LiquidError.is(error) ? said.slice(0, 200) : 'this cannot be read' };
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escapeHtml = (text: string): string =>
  withoutControls(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);

/** Line breaks stay, and tabs. Halves of characters go too: no mail program could show the rest. */
const withoutControls = (text: string): string => text.replace(/(?![\n\t])[\p{Cc}\p{Cs}]/gu, '');

export const htmlLiquid = new LiquidDialect(escapeHtml);
/** For subjects and text parts: nothing is escaped, because nothing is markup there. */
export const textLiquid = new LiquidDialect(withoutControls);

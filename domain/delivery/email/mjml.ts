import { didYouMean } from '../../catalog/problems/spelling.ts';
import { lineAt } from './bounds.ts';
import { type Piece, piecesOf } from './markup.ts';

/** Turns MJML without Liquid into HTML. It is a WASM module's, and no business of the domain how. */
export type CompileMjml = (mjml: string) => MjmlCompiled;
export type MjmlCompiled =
  | { readonly outcome: 'compiled'; readonly html: string }
  | { readonly outcome: 'refused'; readonly message: string };

export type MjmlReading =
  /** Ready for the compiler. */
  | { readonly outcome: 'read'; readonly mjml: string }
  | { readonly outcome: 'problem'; readonly line: number; readonly message: string };

const ELEMENTS: ReadonlySet<string> = new Set([
  ...['mjml', 'mj-head', 'mj-body', 'mj-attributes', 'mj-all', 'mj-class', 'mj-breakpoint', 'mj-font', 'mj-preview'],
  ...['mj-style', 'mj-title', 'mj-raw', 'mj-section', 'mj-column', 'mj-group', 'mj-wrapper', 'mj-hero', 'mj-text'],
  ...['mj-button', 'mj-image', 'mj-divider', 'mj-spacer', 'mj-table', 'mj-social', 'mj-social-element', 'mj-navbar'],
  ...['mj-navbar-link', 'mj-accordion', 'mj-accordion-element', 'mj-accordion-title', 'mj-accordion-text'],
  ...['mj-carousel', 'mj-carousel-image'],
]);

/** Between their elements no text is shown: what stands there is a condition or a loop around elements. */
const CONTAINERS: ReadonlySet<string> = new Set([
  ...['mj-body', 'mj-wrapper', 'mj-section', 'mj-group', 'mj-column', 'mj-hero', 'mj-social', 'mj-navbar'],
  ...['mj-accordion', 'mj-carousel'],
]);

/** The compiler calls itself for each level, and has one megabyte for that. */
const DEEPEST = 60;

/**
 * Makes MJML as people write it ready for a compiler that drops in silence what it does not know. Liquid between elements is
 * put into `mj-raw`, which the compiler hands on.
 * @param source its Liquid shielded
 * @param isWord whether a text consists of shielded Liquid and space only
 */
export function readMjml(source: string, isWord: (text: string) => boolean): MjmlReading {
  const open: OpenElement[] = [];
  const written: string[] = [];
  for (const piece of piecesOf(source)) {
    const text = source.slice(piece.start, piece.end);
    const message = wrongWith(piece, text, open, isWord);
    if (message !== undefined)
      return { outcome: 'problem', line: lineAt(source, piece.start + leading(text)), message };
    const isBetween = piece.kind === 'text' && text.trim() !== '' && CONTAINERS.has(open.at(-1)?.name ?? '');
    written.push(isBetween ? `<mj-raw>${text.trim()}</mj-raw>` : text);
    if (piece.kind === 'open') open.push(piece);
    if (piece.kind === 'close') open.pop();
  }
  const unclosed = open.at(-1);
  if (unclosed === undefined) return { outcome: 'read', mjml: written.join('') };
  return { outcome: 'problem', line: lineAt(source, unclosed.start), message: `<${unclosed.name}> is not closed` };
}

/** Space before what is meant. */
const leading = (text: string): number => text.length - text.trimStart().length;

interface OpenElement {
  readonly name: string;
  readonly start: number;
}

function wrongWith(
  piece: Piece,
  text: string,
  open: readonly OpenElement[],
  isWord: (text: string) => boolean,
): string | undefined {
  const parent = open.at(-1)?.name ?? '';
  switch (piece.kind) {
    case 'stray':
      return 'a “<” begins no element here: write &lt;';
    case 'text':
      if (!CONTAINERS.has(parent) || isWord(text)) return undefined;
      return `text stands between the elements of ${parent}: put it into mj-text`;
    case 'close':
      return parent === piece.name ? undefined : `</${piece.name}> ends something that is not open here`;
    case 'open':
      if (open.length >= DEEPEST) return `elements stand in one another more than ${DEEPEST} deep`;
      return unknownElement(piece.name, open.length === 0);
    case 'empty':
      return unknownElement(piece.name, open.length === 0);
    case 'comment':
      return undefined;
  }
}

function unknownElement(name: string, isFirst: boolean): string | undefined {
  if (isFirst && name !== 'mjml') return 'MJML begins with <mjml>';
  if (name === 'mj-include') return 'mj-include reads files, which are not here: use a snippet';
  if (!name.startsWith('mj') || ELEMENTS.has(name)) return undefined;
  return `there is no element <${name}>${didYouMean(name, ELEMENTS)}`;
}

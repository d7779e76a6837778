/** What markup consists of, in the order in which it stands there. Positions are in the text it was read from. */
export type Piece =
  | { readonly kind: 'text' | 'comment'; readonly start: number; readonly end: number }
  | {
      readonly kind: 'open' | 'close' | 'empty';
      /** In small letters. */
      readonly name: string;
      readonly start: number;
      readonly end: number;
    }
  /** A `<` that begins nothing. */
  | { readonly kind: 'stray'; readonly start: number; readonly end: number };

/** Elements of HTML that have no end. */
const EMPTY: ReadonlySet<string> = new Set([
  ...['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'source', 'track', 'wbr'],
]);

/** Reads markup in one pass, whatever it is: nothing is refused here, and the time follows the length. */
export function* piecesOf(source: string): Generator<Piece> {
  let at = 0;
  while (at < source.length) {
    const start = source.indexOf('<', at);
    if (start !== at) yield { kind: 'text', start: at, end: start === -1 ? source.length : start };
    if (start === -1) return;
    const piece = pieceAt(source, start);
    yield piece;
    at = piece.end;
  }
}

function pieceAt(source: string, start: number): Piece {
  if (source.startsWith('<!--', start)) return { kind: 'comment', start, end: after(source, '-->', start + 4) };
  if (source.startsWith('<!', start) || source.startsWith('<?', start))
    return { kind: 'comment', start, end: after(source, '>', start + 2) };
  const name = /^<\/?([a-z][\w:-]*)/i.exec(source.slice(start, start + 80))?.[1]?.toLowerCase();
  const end = name === undefined ? undefined : endOfTag(source, start + name.length + 1);
  if (name === undefined || end === undefined) return { kind: 'stray', start, end: start + 1 };
  if (source[start + 1] === '/') return { kind: 'close', name, start, end };
  return { kind: source[end - 2] === '/' || EMPTY.has(name) ? 'empty' : 'open', name, start, end };
}

const after = (source: string, what: string, from: number): number => {
  const found = source.indexOf(what, from);
  return found === -1 ? source.length : found + what.length;
};

/** Longer than any tag that somebody writes; what is not closed by then is none, so that time follows the length. */
const LONGEST_TAG = 5_000;

/** Behind the `>` that is in no attribute's quotes; undefined when the tag does not end. */
export function endOfTag(source: string, from: number): number | undefined {
  let quote: string | undefined;
  for (let at = from; at < Math.min(source.length, from + LONGEST_TAG); at++) {
    const character = source[at];
    if (quote !== undefined) {
      if (character === quote) quote = undefined;
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '>') return at + 1;
    else if (character === '<') return undefined;
  }
  return undefined;
}

/** The value of a tag's attribute, as it is written; undefined when the tag has none. */
export function attributeIn(tag: string, name: string): string | undefined {
  const [, , double, single] = new RegExp(`\\s${name}\\s*=\\s*("([^"]*)"|'([^']*)')`, 'i').exec(tag) ?? [];
  return double ?? single;
}

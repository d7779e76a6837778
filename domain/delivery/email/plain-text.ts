import { attributeIn, type Piece, piecesOf } from './markup.ts';

const BLOCKS: ReadonlySet<string> = new Set([
  ...['div', 'table', 'tr', 'br', 'hr', 'section', 'blockquote', 'pre', 'article', 'header', 'footer'],
]);
/** What is in them nobody reads. */
const UNSEEN: ReadonlySet<string> = new Set(['head', 'style', 'script', 'title', 'noscript']);

const NAMED: Readonly<Record<string, string>> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', shy: '', zwnj: '', euro: '€', copy: '©' },
  ...{ ndash: '–', mdash: '—', hellip: '…', laquo: '«', raquo: '»', bdquo: '„', ldquo: '“', rdquo: '”' },
  ...{ lsquo: '‘', rsquo: '’', reg: '®', trade: '™', middot: '·', bull: '•', rarr: '→', times: '×' },
};

/** What HTML says to somebody whose mail program shows none: lines for blocks, the addresses of links behind them. */
export function plainText(html: string): string {
  const said: string[] = [];
  let href: string | undefined;
  for (const piece of seenOf(html)) {
    const text = html.slice(piece.start, piece.end);
    if (piece.kind === 'text' || piece.kind === 'stray') said.push(decoded(text.replace(/\s+/g, ' ')));
    if (!('name' in piece)) continue;
    said.push(aroundOf(piece.name, piece.kind, text, href));
    if (piece.name === 'a') href = piece.kind === 'open' ? attributeIn(text, 'href') : undefined;
  }
  return tidy(said.join(''));
}

/** Without elements that nobody sees, and all that is in them. */
function* seenOf(html: string): Generator<Piece> {
  let unseen: { readonly name: string; depth: number } | undefined;
  for (const piece of piecesOf(html)) {
    if (unseen === undefined) {
      if (piece.kind === 'open' && isUnseen(piece.name, html.slice(piece.start, piece.end)))
        unseen = { name: piece.name, depth: 1 };
      else yield piece;
      continue;
    }
    if (!('name' in piece) || piece.name !== unseen.name) continue;
    unseen.depth += piece.kind === 'open' ? 1 : piece.kind === 'close' ? -1 : 0;
    if (unseen.depth === 0) unseen = undefined;
  }
}

const isUnseen = (name: string, tag: string): boolean =>
  UNSEEN.has(name) || /display\s*:\s*none/i.test(attributeIn(tag, 'style') ?? '');

/** What stands for a tag in plain text. */
function aroundOf(name: string, kind: 'open' | 'close' | 'empty', tag: string, href: string | undefined): string {
  if (name === 'a' && kind === 'close') return href === undefined || href.startsWith('#') ? '' : ` (${decoded(href)})`;
  if (name === 'img') return decoded(attributeIn(tag, 'alt') ?? '');
  if (name === 'li') return kind === 'open' ? '\n- ' : '';
  if (name === 'td' || name === 'th') return ' ';
  if (/^(?:p|ul|ol|h\d)$/.test(name)) return '\n\n';
  return BLOCKS.has(name) ? '\n' : '';
}

/** Text as its entities say it. */
export const decoded = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,8}));/gi, (entity, decimal, hex, name: string) => {
    if (name !== undefined) return NAMED[name.toLowerCase()] ?? entity;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 31 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : '';
  });

const tidy = (text: string): string =>
  `${text
    .split('\n')
    .map((line) => line.replace(/[ \t]+/g, ' ').trim())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()}\n`;

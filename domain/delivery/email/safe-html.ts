import { attributeIn, piecesOf } from './markup.ts';
import { isOutput, type Shielded, unshield } from './shielded.ts';

/** Attributes whose value is an address. */
const ADDRESSES = ['href', 'src', 'background', 'action', 'poster'];

/**
 * The first output in HTML that stands where escaping does not hold it: outside of quotes in a tag, or in a script. And
 * scripts themselves, which mail programs refuse anyway.
 * @param html its Liquid shielded
 */
export function quotedOutputs(
  html: string,
  shielded: Shielded,
): { readonly line: number; readonly message: string } | undefined {
  for (const piece of piecesOf(html)) {
    if (!('name' in piece)) continue;
    if (piece.name === 'script') return { line: 1, message: 'mail programs run no scripts, and refuse who sends some' };
    const bare = html.slice(piece.start, piece.end).replace(/"[^"]*"|'[^']*'/g, '');
    for (const [word] of bare.matchAll(shielded.words())) {
      const { liquid = '', line = 1 } = shielded.behind(word) ?? {};
      if (isOutput(liquid)) return { line, message: `put quotes around “${liquid.slice(0, 60)}”` };
    }
  }
  return undefined;
}

/**
 * With its Liquid again; an output at the beginning of an address goes through the filter `link`. A trait that is a script
 * comes to nothing there.
 */
export function withSafeLinks(html: string, shielded: Shielded): string {
  const leading = new Set<number>();
  for (const piece of piecesOf(html)) {
    if (piece.kind !== 'open' && piece.kind !== 'empty') continue;
    const tag = html.slice(piece.start, piece.end);
    for (const name of ADDRESSES) {
      const value = attributeIn(tag, name);
      if (value === undefined) continue;
      const from = piece.start + tag.indexOf(value, tag.search(new RegExp(`\\s${name}\\s*=`, 'i')));
      for (const index of leadingWords(value, shielded)) leading.add(from + index);
    }
  }
  return unshield(html, shielded, (liquid, index) => (leading.has(index) ? linked(liquid) : liquid));
}

/**
 * Where the outputs stand before which nothing is written: they say what kind of address it is. In conditions there may be
 * several; else it is the first.
 */
function leadingWords(value: string, shielded: Shielded): number[] {
  const found: number[] = [];
  let from = 0;
  let isConditional = false;
  for (const { 0: word, index } of value.matchAll(shielded.words())) {
    if (value.slice(from, index).trim() !== '') break;
    from = index + word.length;
    if (isOutput(shielded.behind(word)?.liquid ?? '')) {
      found.push(index);
      if (!isConditional) break;
    } else isConditional = true;
  }
  return found;
}

const linked = (output: string): string => output.replace(/(-?\}\})$/, ' | link $1');

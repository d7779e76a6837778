/**
 * Two 32-bit lanes over the UTF-16 units of a text: multiply-xor rounds with the finaliser of MurmurHash3 (Appleby).
 * Spreads well and is fast; it is no defence against somebody who wants collisions, so never use it for secrets.
 */
function lanes(text: string): [number, number] {
  let a = 0x9e3779b1;
  let b = 0x85ebca77;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0xcc9e2d51);
    a ^= a >>> 15;
    b = Math.imul(b ^ unit, 0x1b873593);
    b ^= b >>> 13;
  }
  return [finish(a ^ (b << 7) ^ text.length), finish(b ^ (a << 11))];
}

function finish(lane: number): number {
  let h = lane;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** 48 bits of hash as an integer: the quickest to compare. */
export function hash48(text: string): number {
  const [a, b] = lanes(text);
  return (a & 0xffffff) * 2 ** 24 + (b & 0xffffff);
}

/** 48 bits of hash as 8 characters that are safe in URLs, keys and e-mail tags. */
export const hashText = (text: string): string => writeHash(hash48(text));

/** A 48-bit hash as 8 characters. */
export function writeHash(hash: number): string {
  let high = Math.floor(hash / 2 ** 24);
  let low = hash % 2 ** 24;
  let out = '';
  for (let i = 0; i < 4; i++) {
    out += ALPHABET.charAt(high & 63) + ALPHABET.charAt(low & 63);
    high >>>= 6;
    low >>>= 6;
  }
  return out;
}

/** Reads what `writeHash` wrote. */
export function readHash(text: string): number {
  let high = 0;
  let low = 0;
  for (let i = 6; i >= 0; i -= 2) {
    high = (high << 6) | ALPHABET.indexOf(text.charAt(i));
    low = (low << 6) | ALPHABET.indexOf(text.charAt(i + 1));
  }
  return high * 2 ** 24 + low;
}

/** Puts a text into one of `count` buckets, evenly; the same text always into the same one. */
export const bucketOf = (text: string, count: number): number => lanes(text)[0] % count;

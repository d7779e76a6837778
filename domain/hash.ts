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

/** 48 bits of hash as 8 characters that are safe in URLs, keys and e-mail tags. */
export function hash48(text: string): string {
  const [a, b] = lanes(text);
  let out = '';
  let high = a & 0xffffff;
  let low = b & 0xffffff;
  for (let i = 0; i < 4; i++) {
    out += ALPHABET.charAt(high & 63) + ALPHABET.charAt(low & 63);
    high >>>= 6;
    low >>>= 6;
  }
  return out;
}

/** Puts a text into one of `count` buckets, evenly; the same text always into the same one. */
export const bucketOf = (text: string, count: number): number => lanes(text)[0] % count;

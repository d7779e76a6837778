/**
 * Numbers as text, few characters for small ones: five bits a character, the lowest first, and a sixth that says whether
 * more follow. The characters are those of base64 for URLs, so JSON stores them as they are.
 */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const DIGITS = new Map([...ALPHABET].map((character, digit) => [character, digit]));

/** Whole numbers from 0 to 2^53 − 1. */
export function packNumbers(numbers: readonly number[]): string {
  let out = '';
  for (const number of numbers) {
    let rest = number;
    while (rest > 31) {
      // Not with bit operations: they stop at 32 bits.
      out += ALPHABET.charAt((rest % 32) + 32);
      rest = Math.floor(rest / 32);
    }
    out += ALPHABET.charAt(rest);
  }
  return out;
}

/** Reads what `packNumbers` wrote. */
export function unpackNumbers(text: string): number[] {
  const numbers: number[] = [];
  let number = 0;
  let weight = 1;
  for (let i = 0; i < text.length; i++) {
    const digit = DIGITS.get(text.charAt(i)) ?? 0;
    number += (digit & 31) * weight;
    weight *= 32;
    if (digit > 31) continue;
    numbers.push(number);
    number = 0;
    weight = 1;
  }
  return numbers;
}

/** A number with its sign in the lowest digit: 0, −1, 1, −2 … become 0, 1, 2, 3 … */
export const signed = (number: number): number => (number < 0 ? -2 * number - 1 : 2 * number);

/** Reads what `signed` wrote. */
export const unsigned = (number: number): number => (number % 2 === 1 ? -(number + 1) / 2 : number / 2);

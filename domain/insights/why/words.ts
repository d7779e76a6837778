import type { Zone } from '../../zone.ts';

/** On the project's clock: `2026-03-02 13:00`. */
export const sayMoment = (time: number, zone: Zone): string =>
  new Date(time + zone.offsetAt(time)).toISOString().slice(0, 16).replace('T', ' ');

/** A sentence: its first letter is a capital, and it ends. */
export const sentence = (words: string): string =>
  `${words.charAt(0).toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? '' : '.'}`;

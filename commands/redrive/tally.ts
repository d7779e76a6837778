import type { LetterNote } from './letter.ts';

/** Which letters are meant, by how long ago (ms) what they are about was. */
export interface Ages {
  readonly olderThan?: number | undefined;
  readonly newerThan?: number | undefined;
}

export const isMeant = ({ olderThan = 0, newerThan = Number.POSITIVE_INFINITY }: Ages, since: number, now: number) =>
  now - since >= olderThan && now - since <= newerThan;

/** What letters hold, added up. */
export interface Tally {
  readonly letters: number;
  /** How many of each thing. */
  readonly holds: Readonly<Record<string, number>>;
  /** Milliseconds since 1970 of the oldest and newest thing. */
  readonly oldest: number | undefined;
  readonly newest: number | undefined;
  /** Letters that hold inputs whose ids may be forgotten. */
  readonly mayCountTwice: number;
  /** Letters whose time is over: they end without effect. */
  readonly tooLate: number;
  /** Domain events that tell of more than a day ago. */
  readonly dayOld: number;
  readonly unreadable: number;
}

export function tallyOf(notes: readonly LetterNote[]): Tally {
  const holds: Record<string, number> = {};
  for (const note of notes) for (const thing of note.holds) holds[thing] = (holds[thing] ?? 0) + 1;
  const sinces = notes.map(({ since }) => since).sort((a, b) => a - b);
  const withWarning = (warning: LetterNote['warning']) => notes.filter((note) => note.warning === warning).length;
  return {
    letters: notes.length,
    holds,
    oldest: sinces[0],
    newest: sinces.at(-1),
    mayCountTwice: withWarning('may-count-twice'),
    tooLate: withWarning('too-late'),
    dayOld: withWarning('day-old'),
    unreadable: withWarning('unreadable'),
  };
}

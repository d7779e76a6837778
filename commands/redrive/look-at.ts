import type { DeadLetter } from '../../lambdas/adapters/dead-letters.ts';
import type { DeadQueue } from './dead-queue.ts';
import { noteOn } from './letter.ts';
import { type Ages, isMeant, type Tally, tallyOf } from './tally.ts';

export interface QueueLook {
  /** About so many are there; `inFlight` are in somebody else's hands, or were a minute ago. */
  readonly waiting: number;
  readonly inFlight: number;
  /** How many were read, the others being more than anybody reads. */
  readonly lookedAt: number;
  /** Those of them that are meant. */
  readonly meant: Tally;
}

/** A look takes some seconds; if it dies on the way, what it holds comes back after this. */
const HIDDEN_SECONDS = 30;
const MOST_LOOKED_AT = 1_000;

/** Receives dead letters, reads them and shows them again at once. */
export async function lookAt({ name, deadLetters }: DeadQueue, ages: Ages, now: number): Promise<QueueLook> {
  const { waiting, inFlight } = await deadLetters.count();
  const held = new Map<string, DeadLetter>();
  try {
    for (let isNew = true; isNew && held.size < MOST_LOOKED_AT; ) {
      const letters = await deadLetters.receive(HIDDEN_SECONDS);
      isNew = letters.some(({ id }) => !held.has(id));
      for (const letter of letters) held.set(letter.id, letter);
    }
  } finally {
    await deadLetters.release([...held.values()]);
  }
  const notes = [...held.values()].map((letter) => noteOn(name, letter, now));
  const meant = tallyOf(notes.filter(({ since }) => isMeant(ages, since, now)));
  return { waiting, inFlight, lookedAt: held.size, meant };
}

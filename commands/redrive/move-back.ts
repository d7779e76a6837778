import type { DeadLetter } from '../../lambdas/adapters/dead-letters.ts';
import type { DeadQueue } from './dead-queue.ts';
import { type LetterNote, noteOn } from './letter.ts';
import { type Ages, isMeant, type Tally, tallyOf } from './tally.ts';

export interface QueueMove {
  /** Sent back and deleted. */
  readonly moved: Tally;
  /** Not meant, and left where they were. */
  readonly left: number;
  /** The queue did not take them: they stay dead letters. */
  readonly refused: number;
  /** Sent back and still here as well: the next run sends them once more. */
  readonly stillHere: number;
  /** What ended it early: a call that failed however often it was tried. */
  readonly failure?: string;
}

/** Long enough for a batch to be sent and deleted many times over. */
const HIDDEN_SECONDS = 120;
const LANES = 8;

interface Held {
  letter: DeadLetter;
  readonly note: LetterNote;
  state: 'left' | 'refused' | 'sent' | 'moved';
}

/**
 * Brings dead letters back to where they came from. Each is sent first and deleted then: whoever dies in between has
 * lost none, and the next run sends some once more.
 *
 * @param tell hears how many are there already, now and then
 */
export async function moveBack(
  { name, deadLetters, source }: DeadQueue,
  ages: Ages,
  now: number,
  tell: (moved: number) => void,
): Promise<QueueMove> {
  const known = new Map<string, Held>();
  const inState = (...states: Held['state'][]) => [...known.values()].filter(({ state }) => states.includes(state));

  async function send(letters: readonly Held[]): Promise<void> {
    const outgoing = letters.map((held) => ({
      body: held.letter.body,
      ...(held.letter.group !== undefined && { group: held.letter.group }),
      held,
    }));
    const refused = new Set((await source.send(outgoing)).map(({ held }) => held));
    for (const held of letters) if (!refused.has(held)) held.state = 'sent';
  }

  async function remove(letters: readonly Held[]): Promise<void> {
    const sent = letters.filter(({ state }) => state === 'sent');
    const kept = new Set((await deadLetters.delete(sent.map(({ letter }) => letter))).map(({ id }) => id));
    for (const held of sent) if (!kept.has(held.letter.id)) held.state = 'moved';
  }

  /** True as long as there may be more. */
  async function moveSome(): Promise<boolean> {
    const letters = await deadLetters.receive(HIDDEN_SECONDS);
    const fresh: Held[] = [];
    for (const letter of letters) {
      const before = known.get(letter.id);
      // It has come round again, and only its newest receipt counts.
      if (before !== undefined) before.letter = letter;
      else {
        const note = noteOn(name, letter, now);
        const held: Held = { letter, note, state: isMeant(ages, note.since, now) ? 'refused' : 'left' };
        known.set(letter.id, held);
        fresh.push(held);
      }
    }
    await send(fresh.filter(({ state }) => state === 'refused'));
    await remove(letters.flatMap(({ id }) => known.get(id) ?? []));
    tell(inState('moved').length);
    return fresh.length > 0;
  }

  async function lane(): Promise<void> {
    while (await moveSome());
  }

  const lanes = await Promise.allSettled(Array.from({ length: LANES }, lane));
  const back = deadLetters.release(inState('left', 'refused').map(({ letter }) => letter));
  const [failed] = [...lanes, ...(await Promise.allSettled([back]))].filter(({ status }) => status === 'rejected');
  return {
    moved: tallyOf(inState('moved').map(({ note }) => note)),
    left: inState('left').length,
    refused: inState('refused').length,
    stillHere: inState('sent').length,
    ...(failed?.status === 'rejected' && { failure: String(failed.reason) }),
  };
}

import type { CustomerEvent } from '../../../domain/events/event.ts';
import type { IsPersonal } from '../../../domain/events/personal-names.ts';
import { type RecentEvent, type Refusal, recentAccepted, recentRefused } from '../../../domain/events/recent-event.ts';
import type { RecentEvents, Ring } from '../../adapters/recent-events.ts';
import { allEnded } from '../../runtime/concurrency.ts';
import { savings } from '../../runtime/credits.ts';
import { billedKilobytes, isRefusedForGood } from './billed.ts';
import type { SeenRequest } from './observer.ts';

/** A write holds so many entries of about 1 KB each; refusals are rarer and matter more. */
const SAMPLES: Readonly<Record<Ring, number>> = { accepted: 10, refused: 20 };
/** Refusals for the same reason in one write: a source over its limit is refused for nothing else that anyone would see. */
const ALIKE = 10;
/** Sources of which one worker keeps samples at a time. */
const SOURCES = 20;
/** Sources whose samples are written in one flush. */
const WRITES_PER_FLUSH = 4;
/** What writing costs, in KB: saved up at most, and earned in a minute. */
const SAVED = 40;
const EARNED = 10;
/** Of the number that is given out with each write. */
const TURN = 1;

interface Samples {
  readonly sourceId: string;
  readonly ring: Ring;
  /** As they came: not to be kept any longer than until the next flush. */
  raw: { readonly accepted: CustomerEvent[]; readonly refused: { readonly at: number; readonly refusal: Refusal }[] };
  readonly entries: RecentEvent[];
}

/** Keeps the first samples of what each source sends, and writes them when there is credit. */
export function recentSamples(store: RecentEvents) {
  const pending = new Map<string, Samples>();
  // Apart: a busy worker spends what accepted events have at once, and a refusal must be seen nevertheless.
  const accounts = { accepted: savings(SAVED, EARNED), refused: savings(SAVED, EARNED) };

  function samplesOf(sourceId: string, ring: Ring): Samples | undefined {
    const key = keyOf({ sourceId, ring });
    const known = pending.get(key);
    if (known !== undefined || pending.size >= 2 * SOURCES) return known;
    const samples: Samples = { sourceId, ring, raw: nothing(), entries: [] };
    pending.set(key, samples);
    return samples;
  }

  async function write(samples: Samples, now: number, signal: AbortSignal): Promise<void> {
    const { sourceId, ring, entries } = samples;
    try {
      await store.add(sourceId, ring, entries, now, signal);
    } catch (error) {
      if (!isRefusedForGood(error)) pending.set(keyOf(samples), samples);
      throw error;
    }
  }

  /** Samples there is credit for, from those that have waited longest; they are pending no longer. */
  function takeDue(now: number): Samples[] {
    const due: Samples[] = [];
    for (const samples of pending.values()) {
      if (due.length === WRITES_PER_FLUSH) break;
      if (samples.entries.length === 0 || !accounts[samples.ring].has(now)) continue;
      accounts[samples.ring].spend(TURN + billedKilobytes(JSON.stringify(samples.entries)));
      pending.delete(keyOf(samples));
      due.push(samples);
    }
    return due;
  }

  return {
    note(sourceId: string, { at, accepted, refused }: SeenRequest): void {
      const takes = accepted.length > 0 ? samplesOf(sourceId, 'accepted') : undefined;
      takes?.raw.accepted.push(...accepted.slice(0, roomIn(takes)));
      const refuses = refused.length > 0 ? samplesOf(sourceId, 'refused') : undefined;
      if (refuses !== undefined) for (const refusal of refused) noteRefusal(refuses, at, refusal);
    },

    /** Throws when the store does; what was not stored is kept for the next time. */
    async flush(isPersonal: IsPersonal, now: number, signal: () => AbortSignal): Promise<void> {
      for (const samples of pending.values()) mask(samples, isPersonal);
      await allEnded(takeDue(now).map((samples) => write(samples, now, signal())));
    },

    /** Lets go of what came in since the last flush. */
    forget(): void {
      for (const samples of pending.values()) samples.raw = nothing();
    },
  };
}

function mask(samples: Samples, isPersonal: IsPersonal): void {
  const { accepted, refused } = samples.raw;
  if (accepted.length + refused.length === 0) return;
  samples.raw = nothing();
  for (const event of accepted) samples.entries.push(recentAccepted(event, isPersonal));
  for (const { at, refusal } of refused) samples.entries.push(recentRefused(at, refusal, isPersonal));
}

function noteRefusal(samples: Samples, at: number, refusal: Refusal): void {
  if (roomIn(samples) === 0) return;
  const { code } = refusal;
  const alike =
    samples.entries.filter((entry) => entry.code === code).length +
    samples.raw.refused.filter((one) => one.refusal.code === code).length;
  if (alike < ALIKE) samples.raw.refused.push({ at, refusal });
}

const keyOf = ({ ring, sourceId }: Pick<Samples, 'ring' | 'sourceId'>) => `${ring}#${sourceId}`;

const nothing = (): Samples['raw'] => ({ accepted: [], refused: [] });

const roomIn = ({ ring, raw, entries }: Samples): number => SAMPLES[ring] - raw[ring].length - entries.length;

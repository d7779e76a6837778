import type { CustomerEvent } from '../../domain/events/event.ts';
import type { IsPersonal } from '../../domain/events/masking.ts';
import { type RecentEvent, recentAccepted, recentRefused } from '../../domain/events/recent-event.ts';
import type { RecentEvents, Ring } from '../adapters/recent-events.ts';
import { allEnded } from '../runtime/concurrency.ts';
import { savedUp } from '../runtime/credits.ts';
import type { Refusal, SeenRequest } from './observer.ts';

/** A write holds so many entries of about 1 KB each; refusals are rarer and matter more. */
const SAMPLES: Readonly<Record<Ring, number>> = { accepted: 10, refused: 20 };
/** Refusals for the same reason in one write: a source over its limit is refused for nothing else that anyone would see. */
const ALIKE = 10;
/** Sources of which one worker keeps samples at a time. */
const SOURCES = 20;

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
  const credits = { accepted: savedUp(6, 60_000), refused: savedUp(6, 60_000) };

  function samplesOf(sourceId: string, ring: Ring): Samples | undefined {
    const key = `${ring}#${sourceId}`;
    const known = pending.get(key);
    if (known !== undefined || pending.size >= 2 * SOURCES) return known;
    const samples: Samples = { sourceId, ring, raw: nothing(), entries: [] };
    pending.set(key, samples);
    return samples;
  }

  async function write(samples: Samples, now: number): Promise<void> {
    const { sourceId, ring, entries } = samples;
    try {
      await store.add(sourceId, ring, entries, now);
    } catch (error) {
      pending.set(`${ring}#${sourceId}`, samples);
      throw error;
    }
  }

  return {
    note(sourceId: string, { at, accepted, refused }: SeenRequest): void {
      const takes = accepted.length > 0 ? samplesOf(sourceId, 'accepted') : undefined;
      takes?.raw.accepted.push(...accepted.slice(0, roomIn(takes)));
      const refuses = refused.length > 0 ? samplesOf(sourceId, 'refused') : undefined;
      if (refuses !== undefined) for (const refusal of refused) noteRefusal(refuses, at, refusal);
    },

    /** Throws when the store does; what was not stored is kept for the next time. */
    async flush(isPersonal: IsPersonal, now: number): Promise<void> {
      const writes: Samples[] = [];
      for (const [key, samples] of pending) {
        const { accepted, refused } = samples.raw;
        samples.raw = nothing();
        samples.entries.push(
          ...accepted.map((event) => recentAccepted(event, isPersonal)),
          ...refused.map(({ at, refusal }) => recentRefused(at, refusal, isPersonal)),
        );
        if (samples.entries.length === 0 || !credits[samples.ring].take(now)) continue;
        pending.delete(key);
        writes.push(samples);
      }
      await allEnded(writes.map((samples) => write(samples, now)));
    },

    /** Lets go of what came in since the last flush. */
    forget(): void {
      for (const samples of pending.values()) samples.raw = nothing();
    },
  };
}

function noteRefusal(samples: Samples, at: number, refusal: Refusal): void {
  if (roomIn(samples) === 0) return;
  const { code } = refusal;
  const alike =
    samples.entries.filter((entry) => entry.code === code).length +
    samples.raw.refused.filter((one) => one.refusal.code === code).length;
  if (alike < ALIKE) samples.raw.refused.push({ at, refusal });
}

const nothing = (): Samples['raw'] => ({ accepted: [], refused: [] });

const roomIn = ({ ring, raw, entries }: Samples): number => SAMPLES[ring] - raw[ring].length - entries.length;

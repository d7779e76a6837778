import type { CustomerEvent } from '../../../domain/events/event.ts';
import { maskEventName } from '../../../domain/events/masking.ts';
import type { IsPersonal } from '../../../domain/events/personal-names.ts';
import { encodeSeen } from '../../../domain/events/tracking-plan/codec.ts';
import { merge } from '../../../domain/events/tracking-plan/merge.ts';
import { observe } from '../../../domain/events/tracking-plan/observe.ts';
import { BOUNDS, type SeenEvent, seenKey } from '../../../domain/events/tracking-plan/seen-event.ts';
import type { Added, TrackingPlan } from '../../adapters/tracking-plan.ts';
import { allEnded } from '../../runtime/concurrency.ts';
import { savings } from '../../runtime/credits.ts';
import { billedKilobytes, isRefusedForGood } from './billed.ts';
import { knownPlan } from './known-plan.ts';
import { planTurns } from './plan-turns.ts';
import { tallies } from './tallies.ts';

/** Events of one name whose properties are looked at, from one write of its entry to the next. */
const LOOKED_AT = 20;
/** Properties that are looked at in one flush: some 10 µs each at the very most, 2 µs as a rule. */
const PATHS_PER_FLUSH = 500;
/** Entries written in one flush, all at once; the rest has its turn the next time. */
const ENTRIES_PER_FLUSH = 5;
/** What writing costs, in KB: saved up at most, and earned in a minute. */
const SAVED = 60;
const EARNED = 12;

/** Counts every event, looks at the properties of some, and brings what it found to the tracking plan on credit. */
export function growingPlan(store: TrackingPlan) {
  const noted = tallies(LOOKED_AT);
  /** Masked and not yet stored. */
  const pending = new Map<string, SeenEvent>();
  const known = knownPlan();
  const turns = planTurns();
  const account = savings(SAVED, EARNED);
  /** Events whose names have no room. */
  let more = 0;

  function lookAtNoted(isPersonal: IsPersonal, now: number): void {
    const work = { paths: PATHS_PER_FLUSH };
    const taken = noted.take();
    more += taken.more;
    for (const tally of taken.tallies) {
      const { type, events } = tally;
      const name = maskEventName(tally.name);
      const key = seenKey({ type, name });
      const before = pending.get(key);
      if (before === undefined && pending.size >= BOUNDS.names) {
        more += tally.count;
        continue;
      }
      const looked = events.slice(0, Math.max(0, LOOKED_AT - (before?.lookedAt ?? 0)));
      const seen = observe({ ...tally, name }, looked, isPersonal, work);
      keep(key, seen);
      if (known.lacks(key, seen, now)) turns.hasNews(key);
    }
  }

  function keep(key: string, seen: SeenEvent): void {
    const before = pending.get(key);
    pending.set(key, before === undefined ? seen : merge(before, seen));
  }

  /** Entries that are due, as many as one flush and what was saved up are good for; they are pending no longer. */
  function takeDue(now: number): (readonly [string, SeenEvent])[] {
    const taken: (readonly [string, SeenEvent])[] = [];
    while (taken.length < ENTRIES_PER_FLUSH && account.has(now)) {
      const key = turns.next();
      if (key === undefined) break;
      const seen = pending.get(key);
      if (seen === undefined) continue;
      pending.delete(key);
      account.spend(1);
      taken.push([key, seen]);
    }
    return taken;
  }

  async function write(key: string, seen: SeenEvent, now: number, signal: AbortSignal): Promise<void> {
    let added: Added;
    try {
      added = await store.add(seen, now, signal);
    } catch (error) {
      if (!isRefusedForGood(error)) keep(key, seen);
      throw error;
    }
    switch (added.outcome) {
      case 'conflict':
        return keep(key, seen);
      case 'full':
        known.isFull(now);
        more += seen.count;
        break;
      case 'added':
        known.isStored(key, added.stored);
        account.spend(billedKilobytes(encodeSeen(added.stored)) - 1);
    }
    turns.isWritten(key);
  }

  async function writeMore(signal: AbortSignal): Promise<void> {
    const count = more;
    more = 0;
    try {
      await store.addMore(count, signal);
    } catch (error) {
      more += count;
      throw error;
    }
  }

  return {
    note(events: readonly CustomerEvent[]): void {
      for (const event of events) noted.add(event);
    },

    /** Throws when the store does; what was not stored is kept for the next time. */
    async flush(isPersonal: IsPersonal, now: number, signal: () => AbortSignal): Promise<void> {
      lookAtNoted(isPersonal, now);
      if (pending.size === 0 && more === 0) return;
      const isTurnOfAll = turns.take(pending, now);
      const writes = takeDue(now).map(([key, seen]) => write(key, seen, now, signal()));
      await allEnded([...writes, ...(isTurnOfAll && more > 0 ? [writeMore(signal())] : [])]);
    },

    /** Lets go of what came in since the last flush. */
    forget: () => void noted.take(),
  };
}

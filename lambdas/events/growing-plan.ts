import { MINUTE } from '../../domain/calendar.ts';
import type { CustomerEvent } from '../../domain/events/event.ts';
import type { IsPersonal } from '../../domain/events/masking.ts';
import { merge } from '../../domain/events/tracking-plan/merge.ts';
import { maskEventName, observe, type Tally } from '../../domain/events/tracking-plan/observe.ts';
import {
  BOUNDS,
  type SeenEvent,
  type SeenProperty,
  seenAs,
  seenKey,
  VALUE_TYPES,
} from '../../domain/events/tracking-plan/seen-event.ts';
import type { Added, TrackingPlan } from '../adapters/tracking-plan.ts';
import { allEnded } from '../runtime/concurrency.ts';
import { savedUp } from '../runtime/credits.ts';

/** Events of one name whose properties are looked at, from one write of its entry to the next. */
const LOOKED_AT = 20;
/** Events that are looked at in one flush, whatever their names: some 30 µs each. */
const LOOKED_AT_PER_FLUSH = 100;
/** Entries written in one flush, all at once; the rest has its turn the next time. */
const ENTRIES_PER_FLUSH = 10;
/** How long a worker that was told so believes that the plan has no room: names it does not know are no news then. */
const FULL_FOR = 5 * MINUTE;

interface Noted extends Tally {
  count: number;
  first: number;
  last: number;
  /** As they came: not to be kept any longer than until the next flush. */
  readonly events: CustomerEvent[];
}

/** Counts every event, looks at the properties of some, and brings what it found to the tracking plan on credit. */
export function growingPlan(store: TrackingPlan) {
  /** Since the last flush. */
  const noted = new Map<string, Noted>();
  /** Masked and not yet stored; what has waited longest comes first. */
  const pending = new Map<string, SeenEvent>();
  /** Keys of pending entries with a name, a property or a type that the stored ones lack, as far as this worker knows. */
  const news = new Set<string>();
  /** Keys of pending entries for which there was credit. */
  const due = new Set<string>();
  /** What the stored entries are known to say. */
  const known = new Map<string, KnownTypes>();
  let more = 0;
  let fullUntil = Number.NEGATIVE_INFINITY;
  // Somebody who builds an app sends something new with each request; one that runs only adds to the counts.
  const forNews = savedUp(6, MINUTE);
  const forCounts = savedUp(6, 5 * MINUTE);

  function lookAtNoted(isPersonal: IsPersonal, now: number): void {
    let looks = LOOKED_AT_PER_FLUSH;
    const tallies = [...noted.values()];
    noted.clear();
    for (const { type, name: sent, count, first, last, events } of tallies) {
      const name = maskEventName(sent);
      const key = seenKey({ type, name });
      const before = pending.get(key);
      if (before === undefined && pending.size >= BOUNDS.names) {
        more += count;
        continue;
      }
      const looked = events.slice(0, Math.max(0, Math.min(looks, LOOKED_AT - (before?.lookedAt ?? 0))));
      looks -= looked.length;
      const seen = observe({ type, name, count, first, last }, looked, isPersonal);
      keep(key, seen);
      if (isNews(seen, known.get(key), now < fullUntil)) news.add(key);
    }
  }

  /** Makes entries due, if there is credit for it: those with news, or all. */
  function takeTurn(now: number): 'news' | 'counts' | undefined {
    const hasNews = [...news].some((key) => !due.has(key));
    const turn = hasNews && forNews.take(now) ? 'news' : due.size === 0 && forCounts.take(now) ? 'counts' : undefined;
    if (turn !== undefined) for (const key of turn === 'news' ? news : pending.keys()) due.add(key);
    return turn;
  }

  async function write(key: string, now: number): Promise<void> {
    const seen = pending.get(key);
    due.delete(key);
    if (seen === undefined) return;
    // Taken out meanwhile: what else comes in must not be taken for stored.
    pending.delete(key);
    let added: Added = { outcome: 'conflict' };
    try {
      added = await store.add(seen);
    } finally {
      if (added.outcome === 'conflict') keep(key, seen);
    }
    if (added.outcome === 'conflict') return;
    news.delete(key);
    if (added.outcome === 'added') known.set(key, typesIn(added.stored));
    else {
      fullUntil = now + FULL_FOR;
      more += seen.count;
    }
  }

  function keep(key: string, seen: SeenEvent): void {
    const before = pending.get(key);
    pending.set(key, before === undefined ? seen : merge(before, seen));
  }

  async function writeMore(): Promise<void> {
    const count = more;
    more = 0;
    try {
      await store.addMore(count);
    } catch (error) {
      more += count;
      throw error;
    }
  }

  return {
    note(events: readonly CustomerEvent[]): void {
      for (const event of events) if (!tallied(event, noted)) more++;
    },

    /** Throws when the store does; what was not stored is kept for the next time. */
    async flush(isPersonal: IsPersonal, now: number): Promise<void> {
      lookAtNoted(isPersonal, now);
      if (pending.size === 0 && more === 0) return;
      const counts = takeTurn(now) === 'counts';
      await allEnded([
        ...[...due].slice(0, ENTRIES_PER_FLUSH).map((key) => write(key, now)),
        ...(counts && more > 0 ? [writeMore()] : []),
      ]);
    },

    /** Lets go of what came in since the last flush. */
    forget: () => noted.clear(),
  };
}

/** Counts an event under its name; false when there are too many names. */
function tallied(event: CustomerEvent, noted: Map<string, Noted>): boolean {
  const as = seenAs(event);
  // An alias describes nothing.
  if (as === undefined) return true;
  const key = seenKey(as);
  const { receivedAt } = event;
  let tally = noted.get(key);
  if (tally === undefined) {
    if (noted.size >= BOUNDS.names) return false;
    tally = { type: as.type, name: as.name, count: 0, first: receivedAt, last: receivedAt, events: [] };
    noted.set(key, tally);
  }
  tally.count++;
  tally.first = Math.min(tally.first, receivedAt);
  tally.last = Math.max(tally.last, receivedAt);
  if (tally.events.length < LOOKED_AT) tally.events.push(event);
  return true;
}

/** The types each property was seen with, one bit each. */
type KnownTypes = ReadonlyMap<string, number>;

const typesIn = ({ properties }: SeenEvent): KnownTypes =>
  new Map([...properties].map(([name, { types }]) => [name, bitsOf(types)]));

const bitsOf = (types: SeenProperty['types']): number =>
  VALUE_TYPES.reduce((bits, type, place) => bits | (types.has(type) ? 1 << place : 0), 0);

function isNews(seen: SeenEvent, known: KnownTypes | undefined, planIsFull: boolean): boolean {
  if (known === undefined) return !planIsFull;
  // No room for another property: what looks new has been counted there before.
  if (known.size >= BOUNDS.properties) return false;
  return [...seen.properties].some(([name, { types }]) => (bitsOf(types) & ~(known.get(name) ?? 0)) !== 0);
}

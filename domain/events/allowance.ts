import { DAY, dayOf, SECOND, startOfDay } from '../calendar.ts';
import type { Source } from './source.ts';

/** What a source has used of its rate and its day, over all workers together. */
export interface Allowance {
  /** When everything granted so far will have been paid for at the source's rate (ms). */
  readonly paidUpAt: number;
  /** UTC day that `today` counts. */
  readonly day: number;
  readonly today: number;
}

export type Grant =
  | {
      readonly outcome: 'granted';
      readonly events: number;
      /** How much later than before everything is paid up (ms). */
      readonly cost: number;
      /**
       * Whether it only adds to what was used. Such grants can be written by many workers at once; those that begin anew,
       * with a new day or after a pause, must find the account as it was read.
       */
      readonly adds: boolean;
      /** Whether there is room for all of it, and not only for a part. */
      readonly fits: boolean;
      readonly allowance: Allowance;
    }
  /** Whole seconds until it is worth asking again. */
  | { readonly outcome: 'wait'; readonly seconds: number };

/** How far a source may run ahead of its rate: apps flush what they have gathered in one go. */
export const BURST = 10 * SECOND;
/** SDKs wait no longer than this before they try again, whatever they are told. */
const LONGEST_WAIT = 300;

/** What a worker asks for: what it has in hands, and what it is likely to need soon. */
export interface Need {
  readonly now: number;
  readonly soon: number;
}

/**
 * Grants a source events or tells it to wait: a leaky bucket by virtual scheduling (GCRA, ITU-T I.371) and a count per
 * day. What is needed now is granted whole as soon as the bucket has room at all, or a request larger than the bucket
 * would wait for ever; what it takes too much, later ones wait for. What is needed soon is granted as far as there is room.
 */
export function grantTo(source: Source, used: Allowance | undefined, need: Need, now: number): Grant {
  const { eventsPerSecond = Number.POSITIVE_INFINITY, eventsPerDay = Number.POSITIVE_INFINITY } = source;
  const day = dayOf(now);
  const today = used?.day === day ? used.today : 0;
  if (today >= eventsPerDay) return wait(startOfDay(day) + DAY - now);
  const paidUpAt = Math.max(used?.paidUpAt ?? 0, now);
  const ahead = paidUpAt - now;
  if (ahead >= BURST) return wait(ahead - BURST + 1);
  const room = Math.min(eventsPerDay - today, ((BURST - ahead) / SECOND) * eventsPerSecond);
  const events = Math.max(need.now, Math.min(need.soon, Math.floor(room)));
  const cost = (events * SECOND) / eventsPerSecond;
  const adds = used?.day === day && (source.eventsPerSecond === undefined || used.paidUpAt >= now);
  const fits = events <= room;
  return {
    outcome: 'granted',
    events,
    cost,
    adds,
    fits,
    allowance: { paidUpAt: paidUpAt + cost, day, today: today + events },
  };
}

const wait = (ms: number): Grant => ({
  outcome: 'wait',
  seconds: Math.min(LONGEST_WAIT, Math.max(1, Math.ceil(ms / SECOND))),
});

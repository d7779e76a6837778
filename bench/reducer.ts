import { DAY, MINUTE } from '../domain/calendar.ts';
import { advance } from '../domain/decisions/advance.ts';
import { DEFAULT_PLAN, type Plan } from '../domain/decisions/plan.ts';
import type { EventInput } from '../domain/state/input.ts';
import type { Profile } from '../domain/state/profile.ts';
import { benchJourneys, DEAR } from './bench-journeys.ts';
import { benchPlan } from './bench-plan.ts';

const EVENTS = 200_000;
const START = Date.parse('2026-03-02T12:00:00Z');

/** Of whom one is in journeys. */
const PEOPLE = 5;
/** What she does that takes her into journeys: a twentieth of all, so that she is in some, not in all she may be in. */
const TAKES_IN: ReadonlySet<number> = new Set([3, 17, 31]);

const event = (number: number, price = 9.99): EventInput => {
  const time = START + number * 20 * MINUTE;
  return {
    kind: 'event',
    user: 'k#u1',
    id: `m-${number}`,
    at: time,
    event: {
      type: 'track',
      name: `Event ${number % 60}`,
      messageId: `m-${number}`,
      source: 'client',
      sourceId: 'app',
      userId: 'u1',
      time,
      receivedAt: time,
      properties: { price },
    },
  };
};

export interface ReducerFigures {
  /** With the default stages and nothing published. */
  readonly eventsPerSecond: number;
  /** With fifty segments, ten of them with windows. */
  readonly with50Segments: number;
  /** With those and fifty journeys: every event is looked at by one, and a fifth of the people are in some of them. */
  readonly with50Journeys: number;
  /** In how many of them who is in any is at the end, so that the figure above says something. */
  readonly runsInFlight: number;
}

/** Events per second through `advance` alone, one event a call, a profile with 60 event names and half a year of days. */
export function reducerFigures(): ReducerFigures {
  const withJourneys = benchPlan({ journeys: benchJourneys() });
  const inJourneys = Array.from({ length: PEOPLE }, (_, n) => measured(withJourneys, EVENTS / PEOPLE, n === 0));
  return {
    eventsPerSecond: perSecond([measured(DEFAULT_PLAN)]),
    with50Segments: perSecond([measured(benchPlan())]),
    with50Journeys: perSecond(inJourneys),
    runsInFlight: inJourneys[0]?.profile?.runs.filter(({ step }) => step !== undefined).length ?? 0,
  };
}

interface Measured {
  readonly events: number;
  readonly milliseconds: number;
  readonly profile: Profile | undefined;
}

const perSecond = (all: readonly Measured[]): number =>
  Math.round(sumOf(all, 'events') / (sumOf(all, 'milliseconds') / 1_000));
const sumOf = (all: readonly Measured[], what: 'events' | 'milliseconds'): number =>
  all.reduce((sum, one) => sum + one[what], 0);

function measured(plan: Plan, events = EVENTS, entersJourneys = false): Measured {
  const does = (number: number) => event(number, entersJourneys && TAKES_IN.has(number % 60) ? DEAR : undefined);
  let profile: Profile | undefined;
  for (let i = 0; i < (90 * DAY) / (20 * MINUTE); i++) profile = advance(profile, [does(i)], plan).profile;
  const inputs = Array.from({ length: events }, (_, i) => does(10_000 + i));
  const started = performance.now();
  for (const input of inputs) profile = advance(profile, [input], plan).profile;
  return { events, milliseconds: performance.now() - started, profile };
}

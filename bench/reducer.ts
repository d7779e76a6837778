import { DAY, MINUTE } from '../domain/calendar.ts';
import { advance } from '../domain/decisions/advance.ts';
import { DEFAULT_PLAN, type Plan } from '../domain/decisions/plan.ts';
import type { EventInput } from '../domain/state/input.ts';
import type { Profile } from '../domain/state/profile.ts';
import { benchPlan } from './bench-plan.ts';

const EVENTS = 200_000;
const START = Date.parse('2026-03-02T12:00:00Z');

const event = (number: number): EventInput => {
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
      properties: { price: 9.99 },
    },
  };
};

export interface ReducerFigures {
  /** With the default stages and nothing published. */
  readonly eventsPerSecond: number;
  /** With fifty segments, ten of them with windows. */
  readonly with50Segments: number;
}

/** Events per second through `advance` alone, one event a call, a profile with 60 event names and half a year of days. */
export const reducerFigures = (): ReducerFigures => ({
  eventsPerSecond: eventsPerSecond(DEFAULT_PLAN),
  with50Segments: eventsPerSecond(benchPlan()),
});

function eventsPerSecond(plan: Plan): number {
  let profile: Profile | undefined;
  for (let i = 0; i < (90 * DAY) / (20 * MINUTE); i++) profile = advance(profile, [event(i)], plan).profile;
  const inputs = Array.from({ length: EVENTS }, (_, i) => event(10_000 + i));
  const started = performance.now();
  for (const input of inputs) profile = advance(profile, [input], plan).profile;
  return Math.round(EVENTS / ((performance.now() - started) / 1_000));
}

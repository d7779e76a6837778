/** Journeys made up of all steps there are, that publishing would take, and the releases in which they come, change and stand still. */
import fc from 'fast-check';
import { HOUR } from '../../domain/calendar.ts';
import { checkSteps } from '../../domain/catalog/checks/journey-steps.ts';
import type { JourneyBody } from '../../domain/catalog/journey/journey.ts';
import type { LiveCatalog, LiveJourney, RegisteredCounter } from '../../domain/catalog/live-catalog.ts';
import { askedCounters } from '../../domain/catalog/releases/registry.ts';
import type { Plan } from '../../domain/decisions/plan.ts';
import { journeyOf, planWithJourneys } from './journeys.ts';
import { START } from './people.ts';

export const ORDINARY_EVENTS = ['A', 'B', 'C'] as const;
const SEGMENTS = [{ id: 1, key: 'pro', where: { trait: 'plan', is: 'pro' } }] as const;

const CONDITIONS = [
  { trait: 'plan', is: 'pro' },
  { activity: 'last', ago: { gte: 'P1D' } },
  { event: 'B', times: { gte: 2 }, within: 'PT6H' },
  { event: 'C' },
  { segment: 'pro' },
  { trait: 'step', gte: 3 },
];

const KINDS = [
  ...['message', 'message', 'message', 'wait', 'wait', 'wait-until', 'best-hour', 'wait-for', 'wait-for', 'branch'],
  ...['split', 'experiment', 'offer', 'set-trait', 'webhook', 'enter-journey', 'exit'],
] as const;

/** What a step is made of: where it leads to, and which of several things it asks. */
const seedOfStep = fc.record({
  kind: fc.constantFrom(...KINDS),
  ways: fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3)),
  back: fc.nat(20),
  asks: fc.nat(30),
});
type StepSeed = typeof seedOfStep extends fc.Arbitrary<infer Seed> ? Seed : never;

const LENGTHS = ['PT20M', 'PT90M', 'PT7H', 'P1D', 'P2DT3H'];
/** No wait lasts longer than this (ms), nor does a message wait longer. */
export const LONGEST_WAIT = 72 * HOUR;

const of = <T>(list: readonly T[], n: number): T => list[n % list.length] as T;

/** The n-th step leads to steps behind it; only a wait whose time is over leads back. */
function stepOf({ kind, ways, back, asks }: StepSeed, n: number, all: readonly StepSeed[], other: string): object {
  const name = (place: number) => (place >= all.length ? 'end' : `s${place}`);
  const [one, two, three] = ways.map((far) => name(n + 1 + far)) as [string, string, string];
  const messages = all.flatMap((step, place) => (step.kind === 'message' ? [`s${place}`] : []));
  const became = (was: string) => (messages.length === 0 ? undefined : { step: of(messages, asks), was });
  const [sent, clicked] = [became('sent'), became('clicked')];
  const lasts = of(LENGTHS, asks);
  switch (kind) {
    case 'message':
      return {
        ...{ type: 'message', send: [{ channel: 'email', template: `t${asks % 4}` }], next: one, withheld: two },
        ...(asks % 5 === 0 && { class: 'transactional' }),
        ...(asks % 3 === 0 && { atMostLate: 'PT5H' }),
        ...(asks % 2 === 0 && { priority: 1 + (asks % 9) }),
      };
    case 'wait':
      return { type: 'wait', for: lasts, next: one };
    case 'wait-until':
      return { type: 'wait-until', at: of(['06:30', '12:00', '23:10'], asks), next: one };
    case 'best-hour':
      return { type: 'wait-for-best-hour', within: 'PT30H', next: one };
    case 'wait-for':
      return {
        type: 'wait-for',
        first: [
          { event: of(ORDINARY_EVENTS, asks), next: one },
          { when: of(CONDITIONS, asks), next: two },
          ...(clicked ? [{ message: clicked, next: three }] : []),
        ],
        // Rounds of a day, so that few of them fit into a life.
        ...(back < 5 ? { atMost: 'P1D', otherwise: name(Math.max(0, n - back)) } : { atMost: lasts, otherwise: three }),
      };
    case 'branch':
      return {
        type: 'branch',
        branches: [...(sent ? [{ message: sent, next: one }] : []), { when: of(CONDITIONS, asks), next: two }],
        otherwise: three,
      };
    case 'split':
      return {
        type: 'split',
        shares: [
          { name: 'x', percent: 40, next: one },
          { name: 'y', percent: 60, next: two },
        ],
      };
    case 'experiment':
      return {
        type: 'experiment',
        variants: [{ name: 'x', percent: 75, next: one }],
        holdout: { percent: 25, next: two },
      };
    case 'offer': {
      const before = all.findIndex((step) => step.kind === 'offer');
      return {
        ...{ type: 'offer', code: { generated: { characters: 8 } }, expires: 'P1D', next: one },
        redeemedBy: { event: 'C', property: 'code' },
        ...(before < n && { unless: `s${before}`, redeemed: two }),
      };
    }
    case 'set-trait':
      return {
        type: 'set-trait',
        traits: asks % 2 === 0 ? { step: n } : { plan: asks % 3 === 0 ? null : 'pro' },
        next: one,
      };
    case 'webhook':
      return { type: 'webhook', endpoint: 'crm', next: one, ...(asks % 2 === 0 && { failed: two }) };
    case 'enter-journey':
      return { type: 'enter-journey', journey: other, next: one };
    case 'exit':
      return { type: 'exit' };
  }
}

const EVENTS = [
  { type: 'event', event: 'A' },
  { type: 'event', event: 'B', where: { property: 'n', gte: 2 } },
  { type: 'trigger' },
];
const OTHERS = (other: string) => [
  { type: 'segment-enter', segment: 'pro' },
  { type: 'segment-leave', segment: 'pro' },
  { type: 'inactivity', for: 'P1D' },
  { type: 'stage-enter', stage: 'new' },
  { type: 'stage-for', stage: 'new', for: 'PT30H' },
  { type: 'date', trait: 'renews', at: '09:00', before: 'P1D' },
  { type: 'journey-exit', journey: other },
];

const bodyOf = (other: string): fc.Arbitrary<JourneyBody> =>
  fc
    .record({
      steps: fc.array(seedOfStep, { minLength: 2, maxLength: 9 }),
      event: fc.constantFrom(...EVENTS),
      more: fc.option(fc.constantFrom(...OTHERS(other))),
      key: fc.boolean(),
      again: fc.constantFrom('never', 'after-exit', 'after-exit', { after: 'PT30H' }),
      goal: fc.option(
        fc.record({
          reached: fc.constantFrom({ event: 'C' }, { when: CONDITIONS[1] }),
          within: fc.constantFrom('PT12H', 'P4D'),
          exits: fc.boolean(),
        }),
      ),
      exits: fc.option(fc.constantFrom({ event: 'C', where: { property: 'n', is: 3 } }, { when: CONDITIONS[0] })),
      priority: fc.integer({ min: 1, max: 10 }),
      holdout: fc.constantFrom(undefined, undefined, 40),
      who: fc.constantFrom(undefined, undefined, { not: { trait: 'plan', is: 'free' } }),
    })
    .map(({ steps, event, more, key, goal, exits, who, holdout, ...rest }) => {
      const body = journeyOf({
        ...rest,
        entries: [event, EVENTS[0], ...(more === null || key ? [] : [more])],
        ...{ ...(key && { key: 'order' }), ...(goal && { goal }), ...(exits && { exits: [exits] }) },
        ...{ ...(who && { who }), ...(holdout !== undefined && { holdout }), start: 's0' },
        steps: {
          ...Object.fromEntries(steps.map((step, n) => [`s${n}`, stepOf(step, n, steps, other)])),
          end: { type: 'exit' },
        },
      });
      // Steps that nobody comes to do no harm here.
      const problems = checkSteps({ type: 'journey', key: 'any', body } as never, { find: () => undefined } as never);
      const wrong = problems.filter(({ code }) => code !== 'unreachable-step');
      if (wrong.length > 0) throw new Error(JSON.stringify({ wrong, body }));
      return body;
    });

const CHANGES = ['version', 'moves', 'moves', 'moves', 'paused', 'closed', 'stopped', 'runs'] as const;

export interface RandomProject {
  /** Each of them in force from its `publishedAt` on. */
  readonly plans: readonly Plan[];
  readonly settings: NonNullable<LiveCatalog['settings']>;
  /** Whether nobody moves in a journey at a moment (ms). */
  readonly isPaused: (journey: string, at: number) => boolean;
}

const settings = fc.constantFrom<NonNullable<LiveCatalog['settings']>>(
  {},
  { quietHours: [{ from: '21:00', to: '07:30' }] },
  { caps: { total: [{ most: 2, within: 'P1D' }] } },
  { caps: { channels: { email: [{ most: 1, within: 'PT8H' }] } }, quietHours: [{ from: '11:00', to: '16:00' }] },
);

/** Two journeys that know each other, and what becomes of the first of them within so many hours. */
export const randomProject = (hours: number): fc.Arbitrary<RandomProject> =>
  fc
    .record({
      first: bodyOf('b'),
      second: bodyOf('a'),
      newer: bodyOf('b'),
      settings,
      changes: fc.uniqueArray(
        fc.record({ hour: fc.integer({ min: 1, max: hours }), what: fc.constantFrom(...CHANGES) }),
        {
          ...{ maxLength: 3, selector: ({ hour }) => hour },
        },
      ),
    })
    .map(({ first, second, newer, settings: inForce, changes }) => {
      let a: LiveJourney = { id: 1, key: 'a', versions: [{ version: 1, body: first }] };
      const b: LiveJourney = { id: 2, key: 'b', versions: [{ version: 1, body: second }] };
      const releases: (readonly [number, LiveJourney])[] = [[START - HOUR, a]];
      for (const { hour, what } of changes.toSorted((x, y) => x.hour - y.hour)) {
        const number = releases.length + 1;
        // Half a minute from anything that happens.
        const at = START + hour * HOUR + 30_000;
        a = changed(a, what, number, at, what === 'moves' ? newer : first);
        releases.push([at, a]);
      }
      const registered = countersOf([first, second, newer]);
      const plans = releases.map(([publishedAt, one], n) =>
        planWithJourneys([one, b], { number: n + 1, publishedAt, registered, segments: SEGMENTS, settings: inForce }),
      );
      const isPaused = (journey: string, at: number) =>
        journey === 'a' && releases.findLast(([from]) => from <= at)?.[1].halted?.how === 'paused';
      const shown = () => JSON.stringify({ settings: inForce, second, releases }, undefined, 1);
      return { plans, settings: inForce, isPaused, [fc.toStringMethod]: shown };
    });

function changed(
  { halted: _, ...journey }: LiveJourney,
  what: (typeof CHANGES)[number],
  version: number,
  since: number,
  body: JourneyBody,
): LiveJourney {
  if (what === 'runs') return journey;
  if (what !== 'version' && what !== 'moves') return { ...journey, halted: { how: what, since } };
  const moves = { s0: 's1', s2: 's0' };
  return { ...journey, versions: [...journey.versions, { version, body, ...(what === 'moves' && { moves }) }] };
}

const countersOf = (bodies: readonly JourneyBody[]): RegisteredCounter[] => {
  const segments = SEGMENTS.map(({ key, where }) => ({ type: 'segment' as const, key, body: { name: key, where } }));
  const journeys = bodies.map((body, n) => ({ type: 'journey' as const, key: `j${n}`, body }));
  return askedCounters([...segments, ...journeys]).map((spec, n) => ({ id: n + 1, spec, countsFrom: 0 }));
};

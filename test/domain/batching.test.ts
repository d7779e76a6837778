import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../domain/calendar.ts';
import { type Plan, planOf } from '../../domain/decisions/plan.ts';
import { setsGoing } from '../../domain/state/cause.ts';
import { type EventInput, type Input, importInput, inputOrder } from '../../domain/state/input.ts';
import type { Profile } from '../../domain/state/profile.ts';
import type { UserKey } from '../../domain/state/user-key.ts';
import { UTC, type Zone, zoneNamed } from '../../domain/zone.ts';
import { defaultStagesWith } from '../support/lifecycles.ts';
import { COUNTERS, lifeOf, stored } from '../support/lives.ts';
import { Person, START } from '../support/people.ts';
import { runs } from '../support/runs.ts';

const LIFE = 180 * DAY;
const USER: UserKey = 'k#u1';

/** Half a year in which somebody sends everything there is, and things happen to her that she does not send. */
const lifeFrom = (start: number): fc.Arbitrary<Input[]> =>
  fc
    .tuple(
      lifeOf({ span: LIFE, start, most: 25 }),
      fc.array(
        fc.record({
          minute: fc.integer({ min: 0, max: LIFE / MINUTE }),
          kind: fc.constantFrom('publish', 'model', 'merge', 'release'),
        }),
        { maxLength: 4 },
      ),
      fc.array(fc.boolean()),
    )
    .map(([events, others, imported]) =>
      [
        ...events.map((input, place) =>
          imported[place] === true ? importInput(input.event, input.id, input.at) : input,
        ),
        ...others.map(({ minute, kind }, place): Input => {
          const base = { user: USER, id: `other-${place}`, at: start + minute * MINUTE };
          if (kind === 'publish' || kind === 'model') return { ...base, kind: 'reconcile', cause: kind };
          return kind === 'merge' ? { ...base, kind, other: 'k#u2' } : { ...base, kind: 'release' };
        }),
        // Asking anew is not noted where it changes nothing: something that is has to come last.
        { user: USER, id: 'the-end', at: start + LIFE + HOUR, kind: 'release' } as const,
      ].sort(inputOrder),
    );

/** What a device did in the same half year, before it turned out to be hers. */
const deviceFrom = (start: number) => lifeOf({ span: LIFE, start, userId: undefined, ids: 'd', most: 8 });

interface Reduction {
  readonly inputs: readonly Input[];
  /** Turns out to be hers with the input at this place, unless there is none. */
  readonly device: readonly EventInput[];
  readonly joinsAt: number;
  readonly sizes: readonly number[];
  readonly timersRun: boolean;
}

const reductionFrom = (start: number): fc.Arbitrary<Reduction> =>
  fc.record({
    inputs: lifeFrom(start),
    device: deviceFrom(start),
    joinsAt: fc.nat(40),
    sizes: fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 20 }),
    timersRun: fc.boolean(),
  });

/**
 * Reduces inputs in time order in batches of these sizes. What is stored in between is all that is left of a batch. No
 * batch is under two plans, and what is due before the second one's time fires before it.
 */
function reduce(
  { inputs, device, joinsAt }: Reduction,
  sizes: readonly number[],
  timersRun: boolean,
  plan: Plan,
  next: Plan = plan,
): Person {
  const person = new Person(plan);
  const named = inputs[joinsAt];
  const joined =
    named === undefined || named.kind === 'reconcile'
      ? undefined
      : new Map([[named.id, [new Person(plan).receives(...device).profile as Profile]]]);
  let place = 0;
  for (const size of [...sizes, inputs.length, inputs.length]) {
    const from = inputs[place];
    if (from === undefined) break;
    const isUnderSame = ({ at }: Input) => at < next.publishedAt === from.at < next.publishedAt;
    const batch = inputs.slice(place, place + size).filter(isUnderSame);
    if (from.at >= next.publishedAt) {
      person.waitsUntil(next.publishedAt);
      person.plan = next;
    }
    if (timersRun) person.waitsUntil(from.at);
    person.receivesTogether(batch, joined);
    person.profile = person.profile && stored(person.profile);
    place += batch.length;
  }
  return person;
}

const oneByOne = (reduction: Reduction, plan: Plan, next = plan) =>
  reduce(
    reduction,
    reduction.inputs.map(() => 1),
    false,
    plan,
    next,
  );

const comparable = (person: Person) => person.profile && { ...person.profile, version: 0 };
/** Who is woken depends on when the next due time was found. */
const decided = (person: Person) => person.effects.filter(({ kind }) => kind !== 'wake');

const WORLDS: readonly (readonly [string, number, Zone | undefined])[] = [
  ['UTC', START, UTC],
  // Into summer time at the end of March.
  ['Europe/Berlin', START, zoneNamed('Europe/Berlin')],
  // Into summer time by leaving out the midnight of 4 November.
  ['America/Sao_Paulo', Date.parse('2018-08-20T12:00:00Z'), zoneNamed('America/Sao_Paulo')],
];

describe('inputs in time order, however they are batched, and through the timers or without them', () => {
  it.each(WORLDS)('come to the same in %s', (_name, start, zone = UTC) => {
    const plan = planOf({ zone, counters: COUNTERS });
    fc.assert(
      fc.property(reductionFrom(start), (reduction) => {
        const expected = oneByOne(reduction, plan);
        const person = reduce(reduction, reduction.sizes, reduction.timersRun, plan);
        expect(decided(person)).toEqual(decided(expected));
        expect(comparable(person)).toEqual(comparable(expected));
      }),
      runs(150),
    );
  });
});

const HASTY = defaultStagesWith({
  churnedAfter: 'P50D',
  dormantAfter: 'P15D',
  newFor: 'P3D',
  loyal: { orders: 2, ordersWithin: 'P60D', activeDays: 5, activeWithin: 'P20D' },
});
const PATIENT = defaultStagesWith({
  churnedAfter: 'P120D',
  dormantAfter: 'P60D',
  returningFor: 'P20D',
  newFor: 'P40D',
});

describe('a publish', () => {
  it('comes to bear at its own time, whatever comes first after it', () => {
    fc.assert(
      fc.property(
        reductionFrom(START),
        fc.integer({ min: 0, max: 180 * 24 }),
        fc.constantFrom(HASTY, PATIENT),
        (reduction, hours, lifecycle) => {
          const plan = planOf({ number: 1, counters: COUNTERS.slice(3) });
          const publishedAt = START + hours * HOUR + MINUTE / 2;
          const next = planOf({ number: 2, publishedAt, lifecycle, counters: COUNTERS });
          const expected = oneByOne(reduction, plan, next);
          const person = reduce(reduction, reduction.sizes, reduction.timersRun, plan, next);
          expect(decided(person)).toEqual(decided(expected));
          expect(comparable(person)).toEqual(comparable(expected));
        },
      ),
      runs(150),
    );
  });
});

describe('what the project does to its own data', () => {
  it('sends nothing: imports, joined profiles, and asking anew because of a publish or a model', () => {
    fc.assert(
      fc.property(reductionFrom(START), fc.integer({ min: 0, max: 180 * 24 }), (reduction, hours) => {
        const publishedAt = START + hours * HOUR + MINUTE / 2;
        const person = new Person(planOf({ number: 1 }));
        const device = new Person().receives(...reduction.device).profile as Profile;
        const reconcile: Input = { kind: 'reconcile', cause: 'publish', user: USER, id: 'publish', at: publishedAt };
        [...reduction.inputs, reconcile].sort(inputOrder).forEach((input, place) => {
          person.waitsUntil(input.at);
          if (input === reconcile) person.plan = planOf({ number: 2, publishedAt, lifecycle: HASTY });
          const joined = place === reduction.joinsAt ? new Map([[input.id, [device]]]) : undefined;
          const { effects } = person.receivesTogether([input], joined);
          const causes = effects.flatMap((effect) => (effect.kind === 'transition' ? [effect.cause] : []));
          if (causes.some((cause) => !setsGoing(cause)) || input.kind !== 'event')
            expect(effects.filter(({ kind }) => kind === 'message')).toEqual([]);
        });
      }),
      runs(150),
    );
  });
});

import { neededCounters, referencesOf, withSegments } from '../../decisions/expressions/references.ts';
import { counterKey } from '../counter-spec.ts';
import type { Expression } from '../expression.ts';
import type { JourneyBody } from '../journey/journey.ts';
import type { JourneyVersion, LiveJourney } from '../live-catalog.ts';
import type { CheckedOf } from '../schemas.ts';
import { expressionsIn } from '../walk/expressions-in.ts';
import { journeyIn } from './journeys.ts';
import type { RegisteredJourney, RegisteredVersion, Registry, ReleaseItem } from './release.ts';

export interface AroundJourneys {
  /** What an item holds. */
  readonly bodyOf: (item: ReleaseItem) => unknown;
  /** What a segment asks; undefined for one that is not live. */
  readonly segment: (key: string) => Expression | undefined;
  /** Numbers of the releases whose backfills an expression still waits for. */
  readonly waitsFor: (where: Expression) => ReadonlySet<number>;
}

/** The items that hold what people go through, every version of it. */
export const itemsOfJourneys = ({ journeys = [] }: Registry): readonly ReleaseItem[] =>
  journeys.flatMap((journey) => journey.versions.map((version) => itemOf(journey, version)));

const itemOf = ({ type, key }: RegisteredJourney, { part }: RegisteredVersion): ReleaseItem => ({ type, key, part });

/** The journeys of a release as workers read them, those that were taken away last: their keys may have others by now. */
export function liveJourneysOf({ journeys = [], counters }: Registry, around: AroundJourneys): readonly LiveJourney[] {
  const counted = new Set(counters.map(({ spec }) => counterKey(spec)));
  return journeys.flatMap((journey) => {
    const { type, versions, halted, gone } = journey;
    const name = { id: journey.id, key: journey.key, ...(type === 'campaign' && { type }) };
    const bodies = versions.map(({ part: _, counters: __, ...version }, n): JourneyVersion => {
      const item = itemOf(journey, versions[n] as RegisteredVersion);
      return {
        ...version,
        body: journeyIn({ ...item, body: around.bodyOf(item) } as CheckedOf<'journey' | 'campaign'>),
      };
    });
    if (gone !== undefined)
      return {
        ...{ ...name, halted: { how: 'stopped', since: gone } as const },
        versions: bodies.map((version) => ({ ...version, body: withoutQuestions(version.body) })),
      };
    const whole = bodies.filter(({ body }) => isWhole(body, counted, around));
    return whole.length === 0 ? [] : { ...name, ...entered(whole, around), ...(halted && { halted }) };
  });
}

/** What is left to do in a journey that was taken away is to leave it, though what it asked for is gone, too. */
const withoutQuestions = ({ who: _, exits: __, goal: ___, steps, ...body }: JourneyBody): JourneyBody => ({
  ...body,
  steps: Object.fromEntries(
    Object.entries(steps).map(([id, step]) => [
      id,
      step.type === 'branch' || step.type === 'wait-for' ? { type: 'exit' as const } : step,
    ]),
  ),
});

/** An older version may ask for a segment that is not live any more: who goes by it goes by the newest then. */
const isWhole = (body: JourneyBody, counted: ReadonlySet<string>, { segment }: AroundJourneys): boolean =>
  expressionsOf(body).every(
    (where) =>
      withSegments(where, segment).every((one) => [...referencesOf(one).segments].every((key) => segment(key))) &&
      neededCounters(where, segment).every((spec) => counted.has(counterKey(spec))),
  );

/**
 * While the past is counted for the newest version, people enter the one before: nobody is kept out by a publish. Of the only
 * one, and of one that they have entered already, they have to wait for that.
 */
function entered(versions: readonly JourneyVersion[], { waitsFor }: AroundJourneys) {
  const newest = versions.at(-1) as JourneyVersion;
  const waits = new Set(expressionsOf(newest.body).flatMap((where) => [...waitsFor(where)]));
  if (waits.size === 0) return { versions };
  const isNew = versions.length > 1 && [...waits].every((number) => number === newest.version);
  return isNew ? { versions: versions.slice(0, -1) } : { versions, filling: true };
}

const expressionsOf = (body: JourneyBody): readonly Expression[] =>
  expressionsIn({ type: 'journey', key: '', body }, '').map(({ expression }) => expression);

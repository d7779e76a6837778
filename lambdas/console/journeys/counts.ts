import { z } from '@hono/zod-openapi';
import type { HaltedJourney, LiveCatalog, LiveJourney } from '../../../domain/catalog/live-catalog.ts';
import { didYouMean } from '../../../domain/catalog/problems/spelling.ts';
import { type JourneyTotals, totalsOf } from '../../../domain/insights/journey-totals.ts';
import type { JourneyCountsReader } from '../../adapters/journey-counts.ts';
import { eachOf } from '../../runtime/concurrency.ts';
import { type Answer, type Done, ok, type Problem, problem } from '../api/answer.ts';
import type { Shown } from '../api/route.ts';

export interface JourneyCountsDependencies {
  readonly readLive: () => Promise<LiveCatalog | undefined>;
  readonly journeyCounts: JourneyCountsReader;
}

const counts = z.record(z.string(), z.int());
const money = z.record(z.string(), z.number()).meta({ description: 'By currency' });

const stepSchema = z.object({
  came: z.int(),
  waiting: z.int().meta({ description: 'Those who are there now' }),
  ways: counts.meta({ description: 'How often each way out of it was taken; of an experiment its variants' }),
  messages: counts.meta({ description: 'sent, delivered, opened, clicked, opened-by-machine, bounced …' }),
  withheld: counts.meta({ description: 'Messages that did not go, by reason' }),
  converted: z.int().meta({ description: 'Goals that this message is credited with' }),
  revenue: money,
  shares: z
    .record(z.string(), z.object({ converted: z.int(), revenue: money }))
    .meta({ description: 'Of a split or an experiment: who went by each share and reached the goal' }),
});

const totalsSchema = z.object({
  entered: z.int(),
  inside: z.int().meta({ description: 'Those who are in it now' }),
  takenOver: z.int().meta({ description: 'From older versions' }),
  handedOver: z.int().meta({ description: 'To newer versions' }),
  left: counts.meta({ description: 'By reason: finished, goal, condition, stopped' }),
  converted: z.int(),
  revenue: money,
  steps: z.record(z.string(), stepSchema),
});

export const journeyCountsSchema = z
  .object({
    journey: z.string(),
    versions: z.array(
      z.object({
        version: z.int().meta({ description: 'The release that brought it' }),
        people: totalsSchema,
        heldOut: totalsSchema.nullable().meta({ description: 'Of those who go through without messages' }),
      }),
    ),
  })
  .meta({ id: 'JourneyCounts' });

/** What has happened in a journey, by version, step and variant; of one version, if it is asked for. */
export async function countJourney(
  { readLive, journeyCounts }: JourneyCountsDependencies,
  key: string,
  version: number | undefined,
): Promise<Answer<200, Shown<typeof journeyCountsSchema>>> {
  const counted = await journeyCounts.of(key);
  const live = await readLive();
  const journey = journeyIn(live, key);
  if (journey === undefined && counted.length === 0) return unknownJourney(live, key);
  const known = new Set([...(journey?.versions ?? []), ...counted].map((one) => one.version));
  const asked = [...known].filter((one) => version === undefined || one === version).toSorted((a, b) => a - b);
  if (version !== undefined && asked.length === 0)
    return problem(404, 'unknown_version', `Its versions are ${[...known].join(', ')}.`);
  const of = (one: number, heldOut: boolean) => counted.find((c) => c.version === one && c.heldOut === heldOut)?.adds;
  return ok({
    journey: key,
    versions: asked.map((one) => {
      const heldOut = of(one, true);
      return { version: one, people: totalsOf(of(one, false) ?? {}), heldOut: heldOut ? totalsOf(heldOut) : null };
    }),
  });
}

export const journeyListSchema = z.object({
  journeys: z.array(
    z
      .object({
        key: z.string(),
        type: z.enum(['journey', 'campaign']),
        name: z.string(),
        state: z.enum(['running', 'filling', 'paused', 'closed', 'stopped']).meta({
          description:
            'filling: what it looks back on is being counted; paused: nobody enters or moves; closed: nobody enters; stopped: everybody has left',
        }),
        since: z.iso.datetime().nullable().meta({ description: 'Since when it is paused, closed or stopped' }),
        versions: z.array(z.int()).meta({ description: 'By which people still go; the last is the one they enter' }),
        entered: z.int(),
        inside: z.int(),
        converted: z.int(),
      })
      .meta({ id: 'JourneyStatus' }),
  ),
});

const READS_AT_ONCE = 10;

/** The journeys and campaigns that are live, how they stand, and how many people are in each. */
export async function listJourneys({
  readLive,
  journeyCounts,
}: JourneyCountsDependencies): Promise<Done<200, Shown<typeof journeyListSchema>>> {
  const journeys = (await readLive())?.journeys ?? [];
  const totals = new Map<string, readonly JourneyTotals[]>();
  await eachOf(journeys, READS_AT_ONCE, async ({ key }) => {
    totals.set(
      key,
      (await journeyCounts.of(key)).map(({ adds }) => totalsOf(adds)),
    );
  });
  return ok({ journeys: journeys.map((journey) => viewJourney(journey, totals.get(journey.key) ?? [])) });
}

function viewJourney({ key, type, versions, halted, filling }: LiveJourney, totals: readonly JourneyTotals[]) {
  const sum = (what: 'entered' | 'inside' | 'converted') => totals.reduce((all, one) => all + one[what], 0);
  return {
    ...{
      key,
      type: type ?? ('journey' as const),
      name: versions.at(-1)?.body.name ?? key,
      ...stateOf(halted, filling),
    },
    versions: versions.map(({ version }) => version),
    ...{ entered: sum('entered'), inside: sum('inside'), converted: sum('converted') },
  };
}

/** How many people are in a journey now. */
export const countInside = async (journeyCounts: JourneyCountsReader, key: string): Promise<number> =>
  (await journeyCounts.of(key)).reduce((sum, { adds }) => sum + totalsOf(adds).inside, 0);

const stateOf = (halted: HaltedJourney | undefined, filling: boolean | undefined) =>
  halted === undefined
    ? { state: filling ? ('filling' as const) : ('running' as const), since: null }
    : { state: halted.how, since: new Date(halted.since).toISOString() };

export const journeyIn = (live: LiveCatalog | undefined, key: string): LiveJourney | undefined =>
  live?.journeys?.find((one) => one.key === key);

export function unknownJourney(live: LiveCatalog | undefined, key: string): Problem {
  const hint = didYouMean(key, live?.journeys?.map((one) => one.key) ?? []) || '.';
  return problem(404, 'unknown_journey', `There is no such journey among what is published${hint}`);
}

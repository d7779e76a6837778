import { z } from '@hono/zod-openapi';
import type { LiveCatalog } from '../../../domain/catalog/live-catalog.ts';
import { compilePlan } from '../../../domain/decisions/plan.ts';
import { enteringOf } from '../../../domain/insights/why/entering.ts';
import { type RunStory, runOf, storyOf, type ToldOfRun } from '../../../domain/insights/why/run.ts';
import type { BecameOfMessage } from '../../../domain/insights/why/step.ts';
import { EXIT_REASONS } from '../../../domain/state/run.ts';
import { knownKey } from '../../../domain/state/user-key.ts';
import type { Zone } from '../../../domain/zone.ts';
import type { SendLedgerReader } from '../../adapters/send-ledger-reader.ts';
import { eachOf } from '../../runtime/concurrency.ts';
import { type Answer, ok, problem } from '../api/answer.ts';
import type { Shown } from '../api/route.ts';
import { NEWER_PROFILE } from '../people/profiles.ts';
import { idsOf, newestOf, type TimelineDependencies } from '../people/timeline.ts';
import { journeyIn, unknownJourney } from './counts.ts';

export interface WhyDependencies extends TimelineDependencies {
  readonly readLive: () => Promise<LiveCatalog | undefined>;
  readonly sends: Pick<SendLedgerReader, 'find'>;
  readonly zone: Zone;
  readonly now: () => number;
}

const moment = z.iso.datetime();
const sentences = z.array(z.string());

export const whySchema = z
  .object({
    journey: z.string(),
    name: z.string(),
    runs: z
      .array(
        z.object({
          run: z.string(),
          version: z.int(),
          group: z.enum(['holdout', 'test']).nullable(),
          entered: moment.nullable().meta({ description: 'Null where that is too long ago to be told' }),
          step: z.string().nullable().meta({ description: 'Where she is; null when she has left' }),
          left: z.enum(EXIT_REASONS).nullable(),
          says: sentences.meta({ description: 'How she came in, and where she is or why she left' }),
          steps: z
            .array(z.object({ step: z.string(), says: z.string() }))
            .meta({ description: 'What became of her at each step; then the messages she did not come to' }),
        }),
      )
      .meta({ description: 'Her ways through it that the last 90 days or her profile tell of, the newest first' }),
    entering: z
      .object({ may: z.boolean(), says: sentences })
      .meta({ description: 'Whether she would come in now if something took her in, and what does' }),
  })
  .meta({ id: 'Why', description: 'Sentences for people, on the project’s clock; their words may change' });

/** So many lines of each of her ids are looked through, and so many messages asked about. */
const MOST_LINES = 1_000;
const MOST_MESSAGES = 100;
const READS_AT_ONCE = 10;

/** Why somebody got the messages of a journey, or did not. */
export async function whyOf(
  dependencies: WhyDependencies,
  userId: string,
  key: string,
): Promise<Answer<200, Shown<typeof whySchema>>> {
  const { profiles, timeline, readLive, zone, now } = dependencies;
  const live = await readLive();
  const journey = journeyIn(live, key);
  if (live === undefined || journey === undefined) return unknownJourney(live, key);
  const followed = await profiles.follow(knownKey(userId));
  const { found } = followed;
  if (found === undefined) return problem(404, 'unknown_user', 'Nobody with this user id has been seen.');
  if (found.outcome !== 'profile') return NEWER_PROFILE;
  const { profile } = found;
  const compiled = compilePlan(live, zone).journeys.byKey.get(key);
  if (compiled === undefined) return unknownJourney(live, key);

  const { lines } = await newestOf(timeline, idsOf(followed), MOST_LINES, undefined);
  const told = lines
    .map(({ effect }) => effect)
    .filter((effect): effect is ToldOfRun => runOf(effect)?.journey === key)
    .reverse();
  const became = await becameOfAll(dependencies, told);
  const bodies = new Map(journey.versions.map(({ version, body }) => [version, body]));
  const hers = profile.runs.filter((run) => run.journey === journey.id);
  const ids = new Set([...told.map((effect) => runOf(effect)?.run ?? ''), ...hers.map(({ id }) => id)]);
  const stories = [...ids].flatMap((id) => {
    const ofRun = told.filter((effect) => runOf(effect)?.run === id);
    const about = {
      zone,
      bodyOf: (version: number) => bodies.get(version),
      becameOf: (send: string) => became.get(send),
    };
    const run = hers.find((one) => one.id === id);
    return storyOf(ofRun, run, about) ?? [];
  });
  const { may, says } = enteringOf(profile, compiled, now(), zone);
  return ok({
    ...{ journey: key, name: compiled.newest.body.name },
    runs: stories.toSorted((a, b) => (b.entered ?? 0) - (a.entered ?? 0)).map(viewStory),
    entering: { may, says: [...says] },
  });
}

async function becameOfAll(
  { sends }: Pick<WhyDependencies, 'sends'>,
  told: readonly ToldOfRun[],
): Promise<ReadonlyMap<string, BecameOfMessage>> {
  const became = new Map<string, BecameOfMessage>();
  const messages = told.filter(({ kind }) => kind === 'message').slice(-MOST_MESSAGES);
  await eachOf(messages, READS_AT_ONCE, async ({ id }) => {
    const claim = await sends.find(id);
    if (claim === undefined) return;
    const { status, reason, receipt } = claim;
    became.set(id, { status, reason, received: receipt?.received });
  });
  return became;
}

const viewStory = ({ run, version, group, entered, step, left, says, steps }: RunStory) => ({
  ...{ run, version, group: group ?? null, entered: entered === undefined ? null : new Date(entered).toISOString() },
  ...{ step: step ?? null, left: left ?? null, says: [...says], steps: [...steps] },
});

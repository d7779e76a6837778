import type { Expression } from '../../../domain/catalog/expression.ts';
import type { LiveCatalog } from '../../../domain/catalog/live-catalog.ts';
import { hasErrors, type Problem } from '../../../domain/catalog/problems/problem.ts';
import { readExpression } from '../../../domain/catalog/problems/read.ts';
import { askAll, compileDraft, type Draft } from '../../../domain/decisions/census/draft.ts';
import { estimateOf } from '../../../domain/decisions/census/estimate.ts';
import { type Past, withPast } from '../../../domain/decisions/census/past.ts';
import type { PreviewTask } from '../../../domain/decisions/census/task.ts';
import { referencesOf, withSegments } from '../../../domain/decisions/expressions/references.ts';
import { settledUntil } from '../../../domain/insights/lake-query.ts';
import { idIn } from '../../../domain/state/user-key.ts';
import type { Zone } from '../../../domain/zone.ts';
import type { LakeQueries } from '../../adapters/lake-query.ts';
import type { LastCensusStore } from '../../adapters/last-census.ts';
import type { ProfileScan } from '../../adapters/profile-scan.ts';
import { type BeginDependencies, jobIdOf, slicesFor } from '../../decisions/census/begin.ts';
import { askForPast, giveUp, readPast } from '../../decisions/census/lake-past.ts';
import { type Answer, ok, problem } from '../api/answer.ts';
import { beginAsking } from './begin-asking.ts';
import { quickSlicesFor, scanQuickly } from './quick-scan.ts';

export interface PreviewDependencies extends BeginDependencies {
  readonly scan: ProfileScan;
  readonly readLive: () => Promise<LiveCatalog | undefined>;
  readonly lake: LakeQueries;
  readonly lastCensus: Pick<LastCensusStore, 'read'>;
  readonly zone: Zone;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly pause: (milliseconds: number) => Promise<void>;
  /** What is wrong with an expression, held against what is live and what apps were seen to send. */
  readonly problemsOf: (where: Expression, path: string) => Promise<readonly Problem[]>;
}

export interface PreviewRequest {
  /** An expression, as somebody wrote it. */
  readonly where: unknown;
  readonly exact?: boolean | undefined;
  readonly overlap?: string | undefined;
  /** Where it stands in what somebody wrote. */
  readonly path?: string;
}

export interface Preview {
  readonly count: number;
  readonly total: number;
  readonly exact: boolean;
  readonly sample: readonly string[];
  readonly overlap?: { readonly segment: string; readonly count: number };
  readonly interval?: readonly [number, number];
  readonly asOf: string;
  readonly lake?: { readonly age: number };
}

interface Told {
  /** Warnings: nobody may be meant because a name is mistyped. */
  readonly problems?: readonly Problem[];
}

/** What somebody waits for at a screen (ms). After it, what is known is an estimate. */
const SOON = 6_000;
/** As long as a request may take: the gateway ends it after thirty seconds. */
const LONGEST = 20_000;
/** Athena takes some seconds for its smallest answer. */
const LOOK_AGAIN = 400;
/** People of whom the lake says something, as far as a worker of the admin API can hold them. */
const MOST_PEOPLE = 100_000;

/**
 * Whom an expression means that was never published. Everybody is asked; what does not get done while somebody waits is
 * estimated, or done by a job where that is asked for.
 *
 * @param id of the request: another one gives another sample
 */
export async function previewSegment(
  dependencies: PreviewDependencies,
  { where: written, exact = false, overlap, path = 'body/where' }: PreviewRequest,
  id: string,
): Promise<Answer<200, Preview & Told> | Answer<202, { readonly job: string } & Told>> {
  const { lastCensus, lake, readLive, scan, zone, now } = dependencies;
  const live = (await readLive()) ?? { number: 0, publishedAt: 0, segments: [], counters: [] };
  const read = readExpression(written, path);
  if (read.outcome === 'problems')
    return problem(400, 'invalid_request', 'The expression is not one that can be asked.', { problems: read.problems });
  const where = read.value;
  const problems = await dependencies.problemsOf(where, path);
  if (hasErrors(problems))
    return problem(422, 'invalid_expression', 'The expression names what is not there.', { problems });
  const told: Told = problems.length > 0 ? { problems } : {};
  const unknown = unknownSegment(where, overlap, live);
  if (unknown !== undefined)
    return problem(422, 'unknown_segment', `There is no segment ${unknown} among what is published.`);
  const at = now();
  const draft = compileDraft(where, overlap, live, zone);
  const queries = draft.uncounted.length === 0 ? [] : await askForPast(lake, draft.uncounted, zone, at);
  const asJob = async () => {
    const job = jobIdOf('preview', id);
    const task: PreviewTask = { kind: 'preview', where, ...(overlap !== undefined && { overlap }), at, queries };
    await beginAsking(dependencies, { id: job, task, slices: slicesFor(people), startedAt: at });
    return { status: 202, body: { job, ...told } } as const;
  };

  const people = (await lastCensus.read())?.people;
  const past = await pastOf(dependencies, queries, draft, () => now() - at < LONGEST);
  if (past === 'failed') {
    await giveUp(lake, queries);
    return problem(503, 'lake_unavailable', 'The lake does not answer; try again in a minute.');
  }
  if (past === 'takes-longer') return asJob();

  const lookAt = (profiles: Parameters<typeof askAll>[0]) =>
    askAll(past === undefined ? profiles : profiles.map((one) => withPast(one, past)), draft, at);
  const until = exact ? at + LONGEST : Math.min(now() + SOON, at + LONGEST);
  const found = await scanQuickly(scan, quickSlicesFor(people), id, lookAt, () => now() < until);
  if (found.done === 0 || (exact && found.done < found.of)) return asJob();

  const share = found.done / found.of;
  const { matching, overlapping, people: met, sample } = found.tally;
  const whole = share === 1;
  const estimate = estimateOf(matching, share);
  return ok({
    count: whole ? matching : estimate.count,
    total: whole ? met : estimateOf(met, share).count,
    exact: whole,
    sample: sample.map(idIn),
    ...(overlap !== undefined && {
      overlap: { segment: overlap, count: whole ? overlapping : estimateOf(overlapping, share).count },
    }),
    ...(!whole && { interval: estimate.interval }),
    asOf: new Date(at).toISOString(),
    ...(queries.length > 0 && { lake: { age: ageOfLake(at) } }),
    ...told,
  });
}

/** How old what the lake says is at most (s), as long as nothing waits. */
export const ageOfLake = (at: number): number => Math.round((at - settledUntil(at)) / 1_000);

/** What the lake says of what profiles do not count; undefined where they count it all. */
async function pastOf(
  { lake, zone, pause }: PreviewDependencies,
  queries: readonly string[],
  { uncounted }: Draft,
  hasTime: () => boolean,
): Promise<Past | undefined | 'failed' | 'takes-longer'> {
  if (queries.length === 0) return undefined;
  for (;;) {
    const answer = await readPast(lake, queries, uncounted, zone, MOST_PEOPLE);
    if (answer.outcome === 'past') return answer.past;
    if (answer.outcome === 'failed') return 'failed';
    if (answer.outcome === 'too-many' || !hasTime()) return 'takes-longer';
    await pause(LOOK_AGAIN);
  }
}

function unknownSegment(where: Expression, overlap: string | undefined, live: LiveCatalog): string | undefined {
  const byKey = new Map(live.segments.map((one) => [one.key, one.where]));
  const named = withSegments(where, (key) => byKey.get(key)).flatMap((one) => [...referencesOf(one).segments]);
  return [...named, ...(overlap === undefined ? [] : [overlap])].find((key) => !byKey.has(key));
}

import type { CampaignBody } from '../../../domain/catalog/campaign/campaign.ts';
import { placeOf } from '../../../domain/catalog/definition.ts';
import type { LiveCatalog } from '../../../domain/catalog/live-catalog.ts';
import { below } from '../../../domain/catalog/problems/problem.ts';
import { readDefinition } from '../../../domain/catalog/problems/read.ts';
import { nextOccurrence } from '../../../domain/decisions/times/schedule.ts';
import { emailsFor, emailsOf, reachedBy } from '../../../domain/insights/campaign-review/audience.ts';
import { type Conflict, conflictsOf, type EmailTemplate } from '../../../domain/insights/campaign-review/conflicts.ts';
import { type Cost, costOf } from '../../../domain/insights/campaign-review/price.ts';
import { type SendingQuota, sendingTime } from '../../../domain/insights/campaign-review/sending-time.ts';
import { sayCost, sayTime } from '../../../domain/insights/campaign-review/words.ts';
import { errorName, type Log } from '../../runtime/log.ts';
import { type Answer, ok, type Problem, problem } from '../api/answer.ts';
import { type CatalogDependencies, load } from '../catalog/catalog.ts';
import { refusedFor } from '../catalog/publishing.ts';
import { type JobsDependencies, viewJob } from '../segments/jobs.ts';
import { type Preview, type PreviewDependencies, previewSegment } from '../segments/preview.ts';

export interface ReviewDependencies {
  readonly definitions: CatalogDependencies;
  readonly previews: Omit<PreviewDependencies, 'problemsOf'> & JobsDependencies;
  readonly problemsOf: PreviewDependencies['problemsOf'];
  /** What SES lets the account send, and what it has; undefined when it does not say. Rejects when it does not answer. */
  readonly quota: () => Promise<SendingQuota | undefined>;
  readonly log: Log;
}

export interface ReviewRequest {
  /** A campaign, as somebody wrote it. */
  readonly definition?: unknown;
  readonly exact?: boolean | undefined;
  /** That counts whom it reaches. */
  readonly job?: string | undefined;
}

type Counted = Preview & { readonly problems?: Problem['problems'] };

export interface Review {
  readonly version: 'live' | 'draft' | 'given';
  readonly next: string | null;
  readonly people: Preview;
  readonly emails: number;
  readonly cost: Cost;
  readonly sending?: Omit<SendingQuota, 'perDay'> & { readonly perDay: number | null; readonly seconds?: number };
  readonly says: readonly string[];
  readonly conflicts: readonly Conflict[];
  readonly problems?: NonNullable<Problem['problems']>;
}

type Begun = { readonly job: string; readonly problems?: NonNullable<Problem['problems']> };

/**
 * What a campaign would come to if its time came now.
 * @param id of the request: another one gives another sample of people
 */
export async function reviewCampaign(
  dependencies: ReviewDependencies,
  key: string,
  { definition, exact, job }: ReviewRequest,
  id: string,
): Promise<Answer<200, Review> | Answer<202, Begun>> {
  const { previews, problemsOf } = dependencies;
  const found = await campaignOf(dependencies, key, definition);
  if ('code' in found) return found;
  const { campaign, version, templates } = found;
  const live = (await previews.readLive()) ?? NOTHING;
  const where = reachedBy(campaign, templates, live.topics ?? []);
  // What we add to it may name a topic that only a draft has: publishing looks at that.
  const ofWho = (_: unknown, place: string) => problemsOf(campaign.who, place);
  const path = below(placeOf({ type: 'campaign', key }), 'who');
  const counted =
    job === undefined
      ? await previewSegment({ ...previews, problemsOf: ofWho }, { where, exact, path }, id)
      : await countedBy(previews, job, where);
  if ('code' in counted || counted.status === 202) return counted;
  const { problems, ...people } = counted.body;
  const planned = { key, campaign, templates, version };
  const review = await reviewOf(dependencies, planned, people, live);
  return ok({ ...review, ...(problems !== undefined && { problems }) });
}

const NOTHING: LiveCatalog = { number: 0, publishedAt: 0, segments: [], counters: [] };

interface Found {
  readonly campaign: CampaignBody;
  readonly version: Review['version'];
  /** Those it sends, as they would be: a draft of one before what is live of it. */
  readonly templates: readonly EmailTemplate[];
}

async function campaignOf({ definitions }: ReviewDependencies, key: string, given: unknown): Promise<Found | Problem> {
  const { live, drafts } = await load(definitions);
  const all = [...drafts, ...(live?.definitions ?? [])];
  const named = (type: 'campaign' | 'template', name: string) =>
    all.find((one) => one.type === type && one.key === name);
  const known = named('campaign', key);
  if (given === undefined && known === undefined)
    return problem(404, 'unknown_campaign', `There is no campaign ${key}, neither live nor as a draft.`);
  const read = readDefinition({ type: 'campaign', key, body: given ?? known?.body });
  if (read.outcome === 'problems') return refusedFor(read.problems);
  const campaign = read.value.body as CampaignBody;
  const isDraft = drafts.some((one) => one === known);
  return {
    campaign,
    version: given !== undefined ? 'given' : isDraft ? 'draft' : 'live',
    templates: emailsOf(campaign).map((template) => {
      const topic = topicIn(named('template', template)?.body);
      return { key: template, ...(topic !== undefined && { topic }) };
    }),
  };
}

/** A draft may be anything yet. */
const topicIn = (body: unknown): string | undefined => {
  const { topic } = (body ?? {}) as { readonly topic?: unknown };
  return typeof topic === 'string' ? topic : undefined;
};

/** What came of a job that an earlier review has begun for the same people. */
async function countedBy(
  { jobs }: JobsDependencies,
  id: string,
  where: object,
): Promise<Answer<200, Counted> | Answer<202, Begun>> {
  const job = await jobs.read(id);
  if (job?.task.kind !== 'preview' || JSON.stringify(job.task.where) !== JSON.stringify(where))
    return problem(404, 'unknown_job', 'No such job counts the people of this campaign as it is now: ask without one.');
  if (job.status === 'running') return { status: 202, body: { job: id } };
  const view = await viewJob({ jobs }, id);
  if ('code' in view) return view;
  const { result, detail = '' } = view.body;
  if (result !== undefined && 'preview' in result) return ok(result.preview);
  return problem(409, 'job_ended', `The job that counted has ended without an answer. ${detail}`.trimEnd());
}

async function reviewOf(
  { previews, quota, log }: ReviewDependencies,
  { key, campaign, templates, version }: Found & { readonly key: string },
  people: Preview,
  live: LiveCatalog,
): Promise<Review> {
  const { zone, now } = previews;
  const at = nextOccurrence(campaign, zone, now())?.at;
  const emails = emailsFor(people.count, campaign.holdout, live.settings?.holdout);
  const cost = costOf(emails);
  // Without it the rest is still worth knowing.
  const limits = await quota().catch((error: unknown) => {
    log('quota-unreadable', { error: errorName(error) });
    return undefined;
  });
  const time = limits && sendingTime(emails, limits, campaign.perMinute);
  return {
    ...{ version, next: at === undefined ? null : new Date(at).toISOString(), people, emails, cost },
    ...(limits !== undefined && {
      sending: {
        ...limits,
        perDay: limits.perDay === -1 ? null : limits.perDay,
        ...(time !== undefined && { seconds: Math.ceil(time.seconds) }),
      },
    }),
    says: [
      sayCost(emails, cost, campaign.every !== undefined),
      limits !== undefined && time !== undefined
        ? sayTime(time, limits)
        : 'Nobody knows how long it takes: SES lets nothing be sent, or does not say.',
    ],
    conflicts: conflictsOf({ key, campaign, templates, at, time }, live, zone),
  };
}

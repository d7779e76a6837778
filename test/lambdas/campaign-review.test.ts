import { describe, expect, it } from 'vitest';
import { HOUR } from '../../domain/calendar.ts';
import type { Definition } from '../../domain/catalog/definition.ts';
import type { LiveCatalog } from '../../domain/catalog/live-catalog.ts';
import { NOTHING } from '../../domain/decisions/census/tally.ts';
import type { CensusTask } from '../../domain/decisions/census/task.ts';
import { compilePlan } from '../../domain/decisions/plan.ts';
import type { Profile } from '../../domain/state/profile.ts';
import { UTC } from '../../domain/zone.ts';
import type { Job, NewJob } from '../../lambdas/adapters/jobs.ts';
import type { ScanPage } from '../../lambdas/adapters/profile-scan.ts';
import { identify, Person, START, track } from '../support/people.ts';
import { Admin, type AdminRequest, adminFakes } from './admin.ts';
import { segmentFakes } from './census-fakes.ts';

const NINE = new Date(Math.ceil(START / HOUR) * HOUR + 24 * HOUR).toISOString();
const campaign = {
  ...{ name: 'Sale', who: { trait: 'points', gte: 20 }, holdout: 10 },
  once: { day: NINE.slice(0, 10), at: NINE.slice(11, 16) },
  message: { send: [{ channel: 'email', template: 'sale' }] },
};
const draft = (type: Definition['type'], key: string, body: unknown) => ({
  ...{ type, key, body, revision: 1, savedAt: START, savedBy: 'ada' },
});
const live: LiveCatalog = {
  ...{ number: 1, publishedAt: START, segments: [], counters: [] },
  topics: [{ key: 'news', consent: { email: 'required' } }],
};

/** Forty people with 0 to 39 points; each second has an address, and each fourth has agreed to news. */
const people = Array.from({ length: 40 }, (_, points): Profile => {
  const email = points % 2 === 0 ? { email: `u${points}@example.com` } : {};
  const person = new Person(compilePlan(live, UTC)).receives(
    identify({ points, ...email }, START, { userId: `u${points}` }),
    ...(points % 4 === 0
      ? [track('Consent Granted', START, { userId: `u${points}`, properties: { channel: 'email', topic: 'news' } })]
      : []),
  );
  return person.profile as Profile;
});

/** A project with a campaign in a draft, and jobs as they are kept. */
function project(template: object = {}) {
  const fakes = adminFakes();
  const jobs = new Map<string, Job<CensusTask>>();
  const page: ScanPage = {
    found: people.map((profile) => [profile.key, { outcome: 'profile', profile } as never]),
    next: undefined,
  };
  let now = START;
  const clock = { step: 0 };
  const segments = {
    ...segmentFakes(),
    readLive: async () => live,
    scan: {
      page: async ({ part }: { readonly part: number }) => {
        now += clock.step;
        return part === 0 ? page : { found: [], next: undefined };
      },
    },
    now: () => now,
    jobs: {
      ...segmentFakes().jobs,
      create: async (job: NewJob<CensusTask>) => {
        jobs.set(job.id, { ...job, status: 'running' } as Job<CensusTask>);
        return 'created' as const;
      },
      read: async (id: string) => jobs.get(id),
    },
  };
  const drafts = [draft('campaign', 'sale', campaign), draft('template', 'sale', template)];
  const catalog = { ...fakes.catalog, drafts: { ...fakes.catalog.drafts, list: async () => drafts } };
  const dependencies = { ...fakes, segments, catalog };
  const review = (body: object = {}, over: AdminRequest = {}, given: object = {}) =>
    new Admin({ ...dependencies, campaigns: { ...fakes.campaigns, ...given } } as never).call(
      ...(['POST', '/api/campaigns/sale/review', { body, role: 'marketer', ...over }] as const),
    );
  return { review, jobs, clock, log: fakes.log };
}

describe('the review of a campaign', () => {
  it('says how many it would reach, what it costs, how long it takes and what stands against it', async () => {
    const { status, json } = await project().review();
    expect(status).toBe(200);
    expect(json).toMatchObject({
      ...{ version: 'draft', next: NINE, emails: 9 },
      people: { count: 10, total: 40, exact: true },
      cost: { usd: 0, ses: 0, own: 0 },
      sending: { perSecond: 14, perDay: 50_000, sentInLastDay: 10_000, seconds: 1 },
      says: [
        '9 emails cost about $0.00: $0.00 of SES, $0.00 of this deployment.',
        'At your rate of 14 emails a second this takes less than a minute.',
      ],
    });
    expect(json.conflicts.map(({ code }: { code: string }) => code)).toEqual(['no-topic']);
  });

  it('asks what the topic of its template asks for', async () => {
    expect((await project({ topic: 'news' }).review()).json).toMatchObject({ people: { count: 5 }, conflicts: [] });
  });

  it('is of what is given before the draft', async () => {
    const definition = { ...campaign, who: { trait: 'points', gte: 34 }, holdout: 50 };
    expect((await project().review({ definition })).json).toMatchObject({ version: 'given', emails: 2 });
    expect((await project().review({ definition: { name: 'Sale' } })).json).toMatchObject({
      code: 'invalid_definitions',
    });
  });

  it('of nothing is refused, and so is asking without the role', async () => {
    const other = new Admin(adminFakes());
    expect((await other.call('POST', '/api/campaigns/none/review', { body: {} })).json.code).toBe('unknown_campaign');
    expect((await project().review({}, { role: 'viewer' })).status).toBe(403);
  });

  it('has a job count where that takes too long, and is asked for again by its id', async () => {
    const { review, jobs, clock } = project();
    clock.step = 60_000;
    const begun = await review({ exact: true });
    expect(begun.status).toBe(202);
    const { job } = begun.json;
    expect(await review({ job })).toMatchObject({ status: 202, json: { job } });
    const known = jobs.get(job) as Job<CensusTask>;
    jobs.set(job, { ...known, status: 'done', result: { ...NOTHING, people: 900_000, matching: 800_000 } } as never);
    expect((await review({ job })).json).toMatchObject({
      ...{ people: { count: 800_000, exact: true }, emails: 720_000, cost: { usd: 79.92, ses: 72, own: 7.92 } },
      // 40,000 are left of today's, 13 days' quotas follow, and the last 30,000 of them are sent at 11.2 a second.
      sending: { seconds: 14 * 86_400 + Math.ceil(30_000 / 11.2) },
      conflicts: [{ code: 'too-slow' }, { code: 'no-topic' }],
    });
    expect((await review({ job, definition: { ...campaign, who: { trait: 'vip', is: true } } })).json.code).toBe(
      'unknown_job',
    );
    jobs.set(job, { ...known, status: 'failed', reason: 'lake-failed' } as never);
    expect((await review({ job })).json.code).toBe('job_ended');
  });

  it('says so where SES does not answer', async () => {
    const { review, log } = project();
    const quota = () => Promise.reject(new Error('TooManyRequests'));
    const { json } = await review({}, {}, { quota, log });
    expect([json.sending, json.emails]).toEqual([undefined, 9]);
    expect(json.says[1]).toMatch(/^Nobody knows/);
    expect(log.codes).toEqual(['quota-unreadable']);
  });
});

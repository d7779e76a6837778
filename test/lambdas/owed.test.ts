import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { DAY, MINUTE } from '../../domain/calendar.ts';
import type { Expression } from '../../domain/catalog/expression.ts';
import type { LiveCatalog } from '../../domain/catalog/live-catalog.ts';
import type { CensusTask } from '../../domain/decisions/census/task.ts';
import { compilePlan } from '../../domain/decisions/plan.ts';
import { UTC } from '../../domain/zone.ts';
import { dynamoCatalogReader } from '../../lambdas/adapters/catalog-reader.ts';
import { dynamoJobs } from '../../lambdas/adapters/jobs.ts';
import { dynamoLastCensus } from '../../lambdas/adapters/last-census.ts';
import { dynamoProfileScan } from '../../lambdas/adapters/profile-scan.ts';
import { dynamoProfileStore } from '../../lambdas/adapters/profile-store.ts';
import type { Queue } from '../../lambdas/adapters/queue.ts';
import { dynamoSchedules } from '../../lambdas/adapters/schedules.ts';
import { dynamoSweepCursor } from '../../lambdas/adapters/sweep-cursor.ts';
import type { Caller } from '../../lambdas/console/api/roles.ts';
import { publish } from '../../lambdas/console/catalog/publish.ts';
import { countAffected } from '../../lambdas/console/segments/count-affected.ts';
import { fillAgain } from '../../lambdas/console/segments/fill.ts';
import { viewJob } from '../../lambdas/console/segments/jobs.ts';
import { viewLifecycle } from '../../lambdas/console/segments/lifecycle.ts';
import { announce, beginOwed } from '../../lambdas/decisions/census/owed.ts';
import type { CensusState } from '../../lambdas/decisions/census/state.ts';
import { censusOf } from '../../lambdas/decisions/census.handler.ts';
import { livePlan } from '../../lambdas/state/live-plan.ts';
import { START } from '../support/people.ts';
import { tables } from '../support/tables.ts';
import { storedCatalog } from './catalog-fakes.ts';
import { FakeLake } from './census-fakes.ts';
import { FakeQueue, fakeLog, sqsEvent } from './fakes.ts';

/** Something that dies at its nth call: before the call does anything, or after it and before the answer. */
class Mortal {
  calls = 0;
  readonly #diesAt: number;
  readonly #after: boolean;

  constructor(diesAt = Number.POSITIVE_INFINITY, after = false) {
    this.#diesAt = diesAt;
    this.#after = after;
  }

  async call<T>(work: () => Promise<T>): Promise<T> {
    this.calls++;
    if (this.calls > this.#diesAt || (this.calls === this.#diesAt && !this.#after)) throw new Error('died');
    const answer = await work();
    if (this.calls === this.#diesAt) throw new Error('died');
    return answer;
  }
}

const ada: Caller = { subject: 'ada', name: 'Ada', role: 'approver' };
const BOUGHT: Expression = { event: 'Coffee Bought', times: { gte: 2 }, within: 'P30D' };
/** A catalog that was never published, with what profiles count for it. */
const draftOf = (segments: LiveCatalog['segments']): LiveCatalog => ({
  ...{ number: 1, publishedAt: START, segments },
  counters: [{ id: 1, spec: { event: 'Coffee Bought', keep: { days: 30 } }, countsFrom: START }],
});
const REGULARS = { stages: [{ name: 'regular', when: BOUGHT }], otherwise: 'guest' };

/** A project with an admin API that may die and a census that does not. */
class Project {
  readonly #client = tables().client;
  readonly census = new FakeQueue();
  readonly lake = new FakeLake();
  now = START;
  readonly jobs = dynamoJobs<CensusTask, CensusState>(this.#client, 'ledger');
  readonly reader = dynamoCatalogReader(this.#client, 'definitions');
  readonly #log = fakeLog();

  /** What the API works with, as long as it lives. */
  api(mortal = new Mortal()) {
    const client: DynamoDBClient = Object.assign(Object.create(this.#client), {
      send: (command: never) => mortal.call(() => this.#client.send(command)),
    });
    const census: Queue = { send: (messages) => mortal.call(() => this.census.send(messages)) };
    const now = () => this.now;
    const jobs = dynamoJobs<CensusTask, CensusState>(client, 'ledger');
    const owed = { jobs, census, lastCensus: dynamoLastCensus(client, 'ledger'), now };
    const reader = dynamoCatalogReader(client, 'definitions');
    const readLive = () => reader.readLive();
    const { dependencies } = storedCatalog({}, client);
    const scan = dynamoProfileScan(client, 'profiles');
    const catalog = {
      ...dependencies,
      now,
      announce: () => announce(census),
      beginOwed: (owing: Parameters<typeof beginOwed>[1]) => beginOwed(owed, owing),
    };
    return { catalog, segments: { ...owed, catalog: catalog.catalog, readLive, scan, lake: this.lake, zone: UTC } };
  }

  async draft(type: 'segment' | 'lifecycle', key: string, body: object): Promise<void> {
    const { drafts } = this.api().catalog;
    await drafts.save({ type, key, body, revision: 1, savedAt: START, by: ada }, 0);
  }

  publishes(type: 'segment' | 'lifecycle', key: string, mortal?: Mortal, expected = 0) {
    return publish(
      this.api(mortal).catalog,
      {
        ...{ items: [{ type, key }], remove: [], withDependencies: false },
        ...{ expect: expected, startJourneys: false, fill: true },
      },
      { caller: ada, id: 'request' },
    );
  }

  /** Every message that waits is worked on once, whenever it was to come. */
  async works(): Promise<void> {
    const { segments } = this.api();
    const work = censusOf({
      ...segments,
      plans: livePlan({
        catalog: this.reader,
        compile: (live) => compilePlan(live, UTC),
        now: () => this.now,
        log: this.#log,
      }),
      bulk: new FakeQueue(),
      profiles: dynamoProfileStore(this.#client, 'profiles', 1, async () => undefined),
      readLag: async () => undefined,
      schedules: dynamoSchedules(this.#client, 'ledger'),
      cursor: dynamoSweepCursor(this.#client, 'ledger'),
      publishFilled: async () => undefined,
      goOnFor: 60_000,
      log: this.#log,
    });
    for (const { body } of this.census.messages.splice(0))
      expect(await work(sqsEvent(body))).toEqual({ batchItemFailures: [] });
  }
}

describe('whoever publishes may die at any call', () => {
  const died = async (diesAt: number, after: boolean) => {
    const project = new Project();
    await project.draft('segment', 'vip', { name: 'VIP', where: BOUGHT });
    const mortal = new Mortal(diesAt, after);
    await project.publishes('segment', 'vip', mortal).catch(() => undefined);
    return { project, hasDied: mortal.calls >= diesAt };
  };

  it.each([
    ['before it did anything', false],
    ['before its answer', true],
  ])('%s: what is live is looked after, and what is not is not', async (_, after) => {
    const outcomes = { live: 0, unpublished: 0 };
    for (let diesAt = 1; ; diesAt++) {
      const { project, hasDied } = await died(diesAt, after);
      if (!hasDied) break;
      await project.works();
      await project.works();
      const live = await project.reader.readLive();
      const jobs = [await project.jobs.read('reconcile-1'), await project.jobs.read('backfill-1')];
      if (live === undefined) {
        outcomes.unpublished++;
        expect(jobs, `call ${diesAt}`).toEqual([undefined, undefined]);
      } else {
        outcomes.live++;
        expect(jobs, `call ${diesAt}`).toMatchObject([
          { status: 'done' },
          { status: 'running', queued: true, task: { counters: [{ id: 1 }] } },
        ]);
      }
    }
    expect(outcomes.live).toBeGreaterThan(4);
    expect(outcomes.unpublished).toBeGreaterThan(4);
  });
});

describe('a backfill that has failed', () => {
  /** A lifecycle whose past could not be counted. */
  async function failed(): Promise<Project> {
    const project = new Project();
    await project.draft('lifecycle', 'default', REGULARS);
    await project.publishes('lifecycle', 'default');
    project.now += 4 * MINUTE;
    project.lake.says = { status: 'failed', reason: 'secret' };
    await project.works();
    project.lake.says = { status: 'running' };
    return project;
  }
  const fill = (project: Project, mortal?: Mortal) => fillAgain(project.api(mortal).segments, ada);

  it('is shown with its reason, and begun anew once, however often that is asked', async () => {
    const project = await failed();
    const { segments } = project.api();
    const stages = ['churned', 'dormant', 'returning', 'new', 'at-risk', 'loyal', 'active'];
    expect((await viewLifecycle(segments)).body).toEqual({
      ...{ status: 'failed', reason: 'lake-failed', stages, published: ['regular', 'guest'] },
    });
    expect(await viewJob(segments, 'backfill-1')).toMatchObject({
      body: { status: 'failed', reason: 'lake-failed', detail: expect.stringContaining('Athena') },
    });
    const answers = await Promise.all([fill(project), fill(project), fill(project)]);
    for (const answer of answers) expect(answer).toMatchObject({ status: 202, body: { jobs: ['backfill-2'] } });
    await project.works();
    expect(await fill(project)).toMatchObject({ body: { jobs: ['backfill-2'] } });
    expect((await viewLifecycle(project.api().segments)).body).toMatchObject({ status: 'filling' });
    expect((await project.reader.readLive())?.number).toBe(2);
    expect((await project.jobs.read('backfill-2'))?.task).toMatchObject({ counters: [{ id: 1, backfill: 2 }] });
  });

  it('is begun anew though whoever asks dies at any call after the release is live', async () => {
    for (const after of [false, true])
      for (let diesAt = 1; ; diesAt++) {
        const project = await failed();
        const mortal = new Mortal(diesAt, after);
        await fill(project, mortal).catch(() => undefined);
        if (mortal.calls < diesAt) break;
        await project.works();
        const job = await project.jobs.read('backfill-2');
        if ((await project.reader.readPointer())?.number === 2)
          expect(job, `call ${diesAt}`).toMatchObject({ queued: true });
        else expect(job).toBeUndefined();
      }
  });

  it('after two weeks has what it asked of the lake stopped', async () => {
    const project = new Project();
    await project.draft('lifecycle', 'default', REGULARS);
    await project.publishes('lifecycle', 'default');
    project.now += 4 * MINUTE;
    project.lake.says = { status: 'running' };
    await project.works();
    project.now += 14 * DAY;
    await project.works();
    expect(await project.jobs.read('backfill-1')).toMatchObject({ status: 'failed', reason: 'took-too-long' });
    expect(project.lake.stopped).toEqual(['0']);
  });
});

describe('a count of whom a publish would concern', () => {
  it('is made by a job where part of it is only in the lake, and out of date when something else is published', async () => {
    const project = new Project();
    await project.draft('segment', 'vip', { name: 'VIP', where: BOUGHT });
    const { segments } = project.api();
    const next = draftOf([{ id: 1, key: 'vip', where: BOUGHT }]);
    const counted = [await countAffected(segments, next, 'one'), await countAffected(segments, next, 'two')];
    expect(counted).toEqual([
      { outcome: 'takes-longer', job: 'count-one' },
      { outcome: 'takes-longer', job: 'count-two' },
    ]);
    const second = project.census.messages.splice(project.census.messages.length / 2);
    await project.works();
    expect(await viewJob(segments, 'count-one')).toMatchObject({
      body: { kind: 'count', status: 'done', result: { changes: { people: 0, changing: 0 } } },
    });
    await project.publishes('segment', 'vip');
    project.census.messages.unshift(...second);
    await project.works();
    expect(await viewJob(segments, 'count-two')).toMatchObject({ body: { status: 'failed', reason: 'newer-publish' } });
  });

  it('that the lake does not answer in half an hour is given up, and its query stopped', async () => {
    const project = new Project();
    const { segments } = project.api();
    const next = draftOf([]);
    await countAffected(segments, next, 'one');
    project.lake.says = { status: 'running' };
    await project.works();
    expect(project.lake.stopped).toEqual([]);
    project.now += 31 * MINUTE;
    await project.works();
    expect(await viewJob(segments, 'count-one')).toMatchObject({
      body: { status: 'failed', reason: 'lake-took-too-long' },
    });
    expect(project.lake.stopped).toEqual(['0']);
  });

  it('that cannot begin has its query stopped', async () => {
    const project = new Project();
    project.census.fails = true;
    project.lake.says = { status: 'running' };
    const next = draftOf([]);
    await expect(countAffected(project.api().segments, next, 'one')).rejects.toThrow('no queue');
    expect(project.lake.stopped).toEqual(['0']);
  });
});

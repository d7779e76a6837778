import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../domain/calendar.ts';
import type { Expression } from '../../domain/catalog/expression.ts';
import type { LiveCatalog } from '../../domain/catalog/live-catalog.ts';
import { error, type Problem, warning } from '../../domain/catalog/problems/problem.ts';
import type { CensusTask } from '../../domain/decisions/census/task.ts';
import { compilePlan } from '../../domain/decisions/plan.ts';
import type { CustomerEvent } from '../../domain/events/event.ts';
import { eventInput, type Input } from '../../domain/state/input.ts';
import { encodeInputs } from '../../domain/state/input-message.ts';
import type { UserKey } from '../../domain/state/user-key.ts';
import { UTC } from '../../domain/zone.ts';
import { dynamoJobs } from '../../lambdas/adapters/jobs.ts';
import { dynamoLastCensus } from '../../lambdas/adapters/last-census.ts';
import { dynamoProfileScan } from '../../lambdas/adapters/profile-scan.ts';
import { dynamoProfileStore } from '../../lambdas/adapters/profile-store.ts';
import type { OutgoingMessage } from '../../lambdas/adapters/queue.ts';
import { dynamoSchedules } from '../../lambdas/adapters/schedules.ts';
import { dynamoSweepCursor } from '../../lambdas/adapters/sweep-cursor.ts';
import { viewJob } from '../../lambdas/console/segments/jobs.ts';
import { type Members, membersOf } from '../../lambdas/console/segments/members.ts';
import { type Preview, type PreviewRequest, previewSegment } from '../../lambdas/console/segments/preview.ts';
import { listSegments, reconcileAgain } from '../../lambdas/console/segments/segments.ts';
import { reconcileId, slicesFor } from '../../lambdas/decisions/census/begin.ts';
import { beginOwed } from '../../lambdas/decisions/census/owed.ts';
import type { CensusState } from '../../lambdas/decisions/census/state.ts';
import { type CensusDependencies, censusOf } from '../../lambdas/decisions/census.handler.ts';
import { advanceBatch } from '../../lambdas/state/advance.handler.ts';
import { livePlan } from '../../lambdas/state/live-plan.ts';
import { identify, START, track } from '../support/people.ts';
import { tables } from '../support/tables.ts';
import { FakeLake } from './census-fakes.ts';
import { FakeQueue, fakeLog, sqsEvent } from './fakes.ts';

/** A project with its people in a table, a lake, and workers that take what the queues hold when they are told to. */
class Project {
  readonly #client = tables().client;
  live: LiveCatalog | undefined;
  now = START;
  readonly bulk = new FakeQueue();
  readonly census = new FakeQueue();
  readonly lake = new FakeLake();
  readonly log = fakeLog();
  readonly profiles = dynamoProfileStore(this.#client, 'profiles', 1, async () => undefined);
  readonly scan = dynamoProfileScan(this.#client, 'profiles');
  readonly jobs = dynamoJobs<CensusTask, CensusState>(this.#client, 'ledger');
  readonly lastCensus = dynamoLastCensus(this.#client, 'ledger');
  readonly plans = livePlan({
    catalog: { readPointer: async () => this.live, readLive: async () => this.live },
    compile: (catalog) => compilePlan(catalog, UTC),
    now: () => this.now,
    log: this.log,
  });
  filled: readonly number[] = [];
  readonly dependencies = {
    jobs: this.jobs,
    scan: this.scan,
    plans: this.plans,
    readLive: async () => this.live,
    lake: this.lake,
    bulk: this.bulk,
    zone: UTC,
    profiles: this.profiles,
    readLag: async () => undefined,
    schedules: dynamoSchedules(this.#client, 'ledger'),
    cursor: dynamoSweepCursor(this.#client, 'ledger'),
    now: () => this.now,
    census: this.census,
    lastCensus: this.lastCensus,
    publishFilled: async (counters: readonly number[]) => {
      this.filled = counters;
    },
    goOnFor: 60_000,
    log: this.log,
  } satisfies CensusDependencies;
  readonly #work = censusOf(this.dependencies);

  /** People do things: workers reduce it, and it lies in the lake. */
  async receives(...inputs: Input[]): Promise<void> {
    for (const input of inputs) if (input.kind === 'event') this.lake.raw.push(input.event);
    await this.#advance(encodeInputs(inputs));
  }

  async #advance(bodies: readonly string[]): Promise<void> {
    if (bodies.length === 0) return;
    const { batchItemFailures } = await advanceBatch(
      {
        profiles: this.profiles,
        plans: this.plans,
        holdBack: async () => [],
        archive: async () => undefined,
        queueOf: () => this.bulk,
        random: () => 0,
        log: this.log,
      },
      sqsEvent(...bodies),
    );
    expect(batchItemFailures).toEqual([]);
  }

  async publish(catalog: Omit<LiveCatalog, 'number' | 'publishedAt'>): Promise<void> {
    this.live = { ...catalog, number: (this.live?.number ?? 0) + 1, publishedAt: this.now };
    this.now += 10_000;
  }

  /** Works on every message of the census queue once, each delivered `times`; answers with how many there were. */
  async worksOnce(times = 1): Promise<number> {
    const messages = this.census.messages.splice(0);
    for (const { body } of messages)
      for (let time = 0; time < times; time++)
        expect(await this.#work(sqsEvent(body))).toEqual({ batchItemFailures: [] });
    return messages.length;
  }

  async works(times = 1): Promise<void> {
    for (let round = 0; round < 100; round++) if ((await this.worksOnce(times)) === 0) return;
    throw new Error('The census does not come to an end');
  }

  /** Workers take what waits for them on bulk. */
  async commits(times = 1): Promise<void> {
    const messages: OutgoingMessage[] = this.bulk.messages.splice(0);
    for (let time = 0; time < times; time++) await this.#advance(messages.map(({ body }) => body));
  }

  /** The reconcile of a release. */
  async begins(number: number): Promise<string> {
    await beginOwed(this.dependencies, { reconcile: number, counters: [] });
    return reconcileId(number);
  }

  async reconciles(times = 1): Promise<string> {
    const { number = 0 } = this.live ?? {};
    const id = await this.begins(number);
    await this.works(times);
    return id;
  }

  async profile(userId: string) {
    const key: UserKey = `k#${userId}`;
    const stored = (await this.profiles.getMany([key])).found.get(key);
    return stored?.outcome === 'profile' ? stored.profile : undefined;
  }

  async in(id: number): Promise<string[]> {
    const members: string[] = [];
    for (const userId of NAMES) if ((await this.profile(userId))?.segments.has(id)) members.push(userId);
    return members;
  }

  problems: readonly Problem[] = [];
  preview(request: PreviewRequest, now = () => this.now) {
    const problemsOf = async () => this.problems;
    return previewSegment(
      { ...this.dependencies, now, pause: async () => undefined, problemsOf },
      request,
      'request=1',
    );
  }
}

/** The body of an answer that is none of a problem. */
function bodyOf<Body>(answer: object): Body {
  if (!('body' in answer)) throw new Error(JSON.stringify(answer));
  return answer.body as Body;
}

const NAMES = Array.from({ length: 40 }, (_, i) => `u${i}`);
const SPENT = (least: number): Expression => ({ trait: 'points', gte: least });
const segments = (least: number) => [{ id: 1, key: 'vip', where: SPENT(least) }];

async function peopleWithPoints(): Promise<Project> {
  const project = new Project();
  await project.receives(...NAMES.map((userId, i) => identify({ points: i }, START, { userId })));
  return project;
}

describe('a publish that changes who is in a segment', () => {
  it('tells exactly those who differ to ask anew, and says who came and went', async () => {
    const project = await peopleWithPoints();
    await project.publish({ segments: segments(30), counters: [] });
    await project.reconciles();
    await project.commits();
    expect(await project.in(1)).toEqual(NAMES.slice(30));

    await project.publish({ segments: segments(35), counters: [] });
    const id = await project.reconciles();
    const told = project.bulk.messages.flatMap(({ body }) => JSON.parse(body).inputs.map((one: Input) => one.user));
    expect(told.sort()).toEqual(NAMES.slice(30, 35).map((userId) => `k#${userId}`));
    const before = await Promise.all(NAMES.map(async (userId) => (await project.profile(userId))?.version));
    await project.commits();
    const after = await Promise.all(NAMES.map(async (userId) => (await project.profile(userId))?.version));
    expect(NAMES.filter((_, i) => before[i] !== after[i])).toEqual(NAMES.slice(30, 35));
    expect(await project.in(1)).toEqual(NAMES.slice(35));
    expect(await viewJob(project, id)).toMatchObject({
      body: {
        status: 'done',
        progress: 1,
        result: { changes: { people: 40, differing: 5, changing: 5, entering: {}, leaving: { vip: 5 } } },
      },
    });
    expect(await listSegments(project.dependencies)).toMatchObject({
      body: { segments: [{ key: 'vip', status: 'live', members: 5 }] },
    });
  });

  it('counts who is in it anew when everybody is looked at again', async () => {
    const project = await peopleWithPoints();
    // Called as a member is that every object has.
    await project.publish({ segments: [{ id: 1, key: 'constructor', where: SPENT(30) }], counters: [] });
    const shown = async () => bodyOf<{ segments: object[] }>(await listSegments(project.dependencies)).segments;
    await project.reconciles();
    await project.commits();
    expect(await shown()).toMatchObject([{ status: 'live', members: 10 }]);
    await project.receives(identify({ points: 99 }, START + 1, { userId: 'u0' }));
    project.now += MINUTE;
    const again = await reconcileAgain(project.dependencies, 'request-7');
    expect(again).toMatchObject({ status: 202, body: { job: 'reconcile-request-7' } });
    await project.works();
    expect(await shown()).toMatchObject([{ members: 11, countedAt: new Date(project.now).toISOString() }]);
  });

  it('counts once what is worked on twice', async () => {
    const project = await peopleWithPoints();
    await project.publish({ segments: segments(30), counters: [] });
    const id = await project.reconciles(2);
    expect(await viewJob(project, id)).toMatchObject({
      body: { result: { changes: { people: 40, changing: 10 } } },
    });
  });

  it('goes on where it was left when a worker dies or its time is up', async () => {
    const project = await peopleWithPoints();
    await project.publish({ segments: segments(30), counters: [] });
    const id = await project.begins(1);
    let pages = 0;
    const small = {
      ...project.dependencies,
      goOnFor: 0,
      // Pages of three, of which every fourth dies under the worker.
      scan: {
        page: async (slice: Parameters<typeof project.scan.page>[0], after: UserKey | undefined) => {
          if (++pages % 4 === 0) throw new Error('died');
          const { found } = await project.scan.page(slice, after);
          const three = found.slice(0, 3);
          return { found: three, next: found.length > 3 ? three.at(-1)?.[0] : undefined };
        },
      },
    } satisfies CensusDependencies;
    const dying = censusOf(small);
    for (let round = 0; round < 200 && project.census.messages.length > 0; round++) {
      const [message] = project.census.messages.splice(0, 1);
      const { batchItemFailures } = await dying(sqsEvent(message?.body ?? ''));
      // SQS delivers it again.
      if (batchItemFailures.length > 0) project.census.messages.push(message as OutgoingMessage);
    }
    expect(await viewJob(project, id)).toMatchObject({
      body: { status: 'done', result: { changes: { people: 40, changing: 10 } } },
    });
    await project.commits();
    expect(await project.in(1)).toEqual(NAMES.slice(30));
  });

  it('stops for a later publish that has everybody looked at itself, and goes on under one that has not', async () => {
    const project = await peopleWithPoints();
    await project.publish({ segments: segments(30), counters: [] });
    const first = await project.begins(1);
    await project.publish({ segments: segments(39), counters: [] });
    const waiting = project.census.messages.length;
    await project.worksOnce();
    // The second began no reconcile: the first carries it out.
    await project.commits();
    expect(await project.in(1)).toEqual(NAMES.slice(39));
    expect(await viewJob(project, first)).toMatchObject({ body: { status: 'done' } });

    await project.publish({ segments: segments(38), counters: [] });
    const third = await project.begins(3);
    await project.publish({ segments: segments(37), counters: [] });
    await project.reconciles();
    expect(await viewJob(project, third)).toMatchObject({ body: { status: 'stopped', reason: 'newer-publish' } });
    await project.commits();
    expect(await project.in(1)).toEqual(NAMES.slice(37));
    expect(waiting).toBe(slicesFor(undefined));
  });

  it('looks at nobody before every worker knows what is live: ten seconds, and the minute of a batch', async () => {
    const project = await peopleWithPoints();
    await beginOwed(project.dependencies, { reconcile: 1, counters: [] });
    const delays = project.census.messages.map(({ delaySeconds = 0 }) => delaySeconds);
    expect(Math.min(...delays)).toBeGreaterThan(70);
  });

  it('begins once however often it is begun', async () => {
    const project = await peopleWithPoints();
    await project.publish({ segments: segments(30), counters: [] });
    const id = await project.reconciles();
    await project.commits();
    expect(await project.reconciles()).toBe(id);
    expect(project.bulk.messages).toEqual([]);
  });
});

/** A segment whose look-back nobody has counted. */
const BOUGHT: Expression = { event: 'Coffee Bought', times: { gte: 2 }, within: 'P30D' };
const BOUGHT_SPEC = { event: 'Coffee Bought', keep: { days: 30 } } as const;

/** Some buy: person i as often as i modulo 4, some of it on a device before she logs in, which only the raw events tell. */
async function peopleWhoBuy(): Promise<Project> {
  const project = new Project();
  const onDevice = (userId: string, time: number, messageId: string): Input => {
    const { event } = track('Coffee Bought', time, { userId, messageId });
    const { userId: _, ...anonymous } = event;
    return eventInput({ ...anonymous, anonymousId: `d-${userId}` });
  };
  for (const [i, userId] of NAMES.entries())
    for (let n = 0; n < i % 4; n++) {
      const time = START - (n + 1) * DAY;
      const id = `${userId}-${n}`;
      await project.receives(
        n === 0 && i % 3 === 0 ? onDevice(userId, time, id) : track('Coffee Bought', time, { userId, messageId: id }),
      );
    }
  const logsIn = (userId: string): Input => {
    const { event } = identify({ name: 'x' }, START - 1_000, { userId });
    return eventInput({ ...event, anonymousId: `d-${userId}` } as CustomerEvent);
  };
  await project.receives(...NAMES.map(logsIn));
  return project;
}

const BUYERS = NAMES.filter((_, i) => i % 4 >= 2);

describe('a segment that looks back on what nobody counted', () => {
  const publishing = async (project: Project) => {
    const countsFrom = project.now + MINUTE;
    const counters = [{ id: 7, spec: BOUGHT_SPEC, countsFrom, backfill: 1 }];
    await project.publish({ segments: [{ id: 1, key: 'buyers', where: BOUGHT, filling: true }], counters });
    await beginOwed(project.dependencies, { reconcile: 1, counters });
  };
  const finishing = async (project: Project) => {
    const counters = (project.live?.counters ?? []).map(({ backfill: _, ...counter }) => counter);
    await project.publish({ segments: [{ id: 1, key: 'buyers', where: BOUGHT }], counters });
    await project.reconciles();
    await project.commits();
  };

  it('is filled from the lake, each person once, though all of it comes twice', async () => {
    const project = await peopleWhoBuy();
    await publishing(project);
    expect(await listSegments(project.dependencies)).toMatchObject({ body: { segments: [{ status: 'filling' }] } });
    // Not before what was received until the counters began must be in the lake.
    await project.worksOnce(2);
    expect(project.lake.asked).toEqual([]);
    project.now += 4 * MINUTE;
    await project.worksOnce(2);
    expect(project.bulk.messages.length).toBeGreaterThan(0);
    expect(project.filled).toEqual([]);
    // Nothing was committed yet: it keeps looking.
    await project.worksOnce(2);
    expect(project.filled).toEqual([]);
    const sent = project.bulk.messages.slice();
    await project.commits(2);
    await project.works(2);
    expect(project.filled).toEqual([7]);
    await finishing(project);
    expect(await project.in(1)).toEqual(BUYERS);
    // A dead letter that is sent back days later: its id is not remembered any more.
    project.now += 2 * DAY;
    await project.receives(...NAMES.map((userId) => track('Seen', project.now, { userId })));
    project.bulk.messages.push(...sent);
    await project.commits();
    for (const [i, userId] of NAMES.entries()) {
      const days = (await project.profile(userId))?.counters.get(7)?.days ?? [];
      expect(
        days.reduce((sum, { count }) => sum + count, 0),
        userId,
      ).toBe(i % 4);
    }
    expect(await viewJob(project, 'backfill-1')).toMatchObject({ body: { status: 'done' } });
  });

  it('does not wait for ever for those to whom it does not get', async () => {
    const project = await peopleWhoBuy();
    await publishing(project);
    project.now += 4 * MINUTE;
    await project.worksOnce(2);
    await project.worksOnce(2);
    project.bulk.messages.length = 0;
    project.now += 17 * HOUR;
    await project.worksOnce(2);
    expect(project.filled).toEqual([]);
    project.now += HOUR;
    await project.works();
    expect(project.filled).toEqual([7]);
    expect(await viewJob(project, 'backfill-1')).toMatchObject({
      body: { status: 'done', result: { filled: { people: 37, missing: 37 } } },
    });
  });

  it('fails for all to see when the lake does not answer', async () => {
    const project = await peopleWhoBuy();
    await publishing(project);
    project.now += 4 * MINUTE;
    project.lake.says = { status: 'failed', reason: 'secret' };
    await project.works();
    expect(await viewJob(project, 'backfill-1')).toMatchObject({ body: { status: 'failed', reason: 'lake-failed' } });
    expect(project.log.codes).toContain('backfill-failed');
    expect(await listSegments(project.dependencies)).toMatchObject({
      body: { segments: [{ status: 'failed', reason: 'lake-failed' }] },
    });
  });
});

describe('a preview', () => {
  it('asks everybody, and says who of them is in another segment', async () => {
    const project = await peopleWithPoints();
    await project.publish({ segments: segments(30), counters: [] });
    const answer = await project.preview({ where: { trait: 'points', gte: 20 }, overlap: 'vip' });
    expect(answer).toMatchObject({
      status: 200,
      body: { count: 20, total: 40, exact: true, overlap: { segment: 'vip', count: 10 } },
    });
    expect(bodyOf<Preview>(answer).sample.toSorted()).toEqual(NAMES.slice(20).toSorted());
  });

  it('takes what profiles do not count from the lake, that of devices she has logged in on too', async () => {
    const project = await peopleWhoBuy();
    const answer = await project.preview({ where: BOUGHT });
    expect(answer).toMatchObject({ body: { count: BUYERS.length, total: 40, exact: true, lake: { age: 120 } } });
  });

  it('is an estimate when time is up, and a job that asks everybody when that is wished', async () => {
    const project = await peopleWhoBuy();
    // Each look at the clock takes a second.
    const ticking = () => {
      let now = project.now;
      return () => {
        now += 250;
        return now;
      };
    };
    const answer = await project.preview({ where: BOUGHT }, ticking());
    const { exact, count, interval: [low, high] = [Number.NaN, Number.NaN] } = bodyOf<Preview>(answer);
    expect(exact).toBe(false);
    expect(low).toBeLessThanOrEqual(count);
    expect(high).toBeGreaterThanOrEqual(count);

    let slow = project.now;
    const accepted = await project.preview({ where: BOUGHT, exact: true }, () => {
      slow += 1_000;
      return slow;
    });
    expect(accepted).toMatchObject({ status: 202, body: { job: 'preview-request1' } });
    project.lake.says = { status: 'running' };
    await project.worksOnce();
    expect(await viewJob(project, 'preview-request1')).toMatchObject({ body: { status: 'running', progress: 0 } });
    project.lake.says = { status: 'done', scannedBytes: 0 };
    await project.works(2);
    expect(await viewJob(project, 'preview-request1')).toMatchObject({
      body: { status: 'done', result: { preview: { count: BUYERS.length, total: 40, exact: true } } },
    });
  });

  it('is refused for what is wrong, and told with what may be', async () => {
    const project = await peopleWithPoints();
    project.problems = [warning('body/where/event', 'event-not-seen', 'never')];
    expect(bodyOf(await project.preview({ where: SPENT(1) }))).toMatchObject({ problems: project.problems });
    project.problems = [error('body/where/stage', 'unknown-reference', 'no')];
    expect(await project.preview({ where: SPENT(1) })).toMatchObject({
      ...{ status: 422, code: 'invalid_expression', problems: project.problems },
    });
  });

  it('refuses what names a segment that is not there', async () => {
    const project = await peopleWithPoints();
    expect(await project.preview({ where: { segment: 'nobody' } })).toMatchObject({ code: 'unknown_segment' });
    expect(await project.preview({ where: SPENT(1), overlap: 'nobody' })).toMatchObject({ code: 'unknown_segment' });
  });
});

describe('the members of a segment', () => {
  it('come page by page, each once', async () => {
    const project = await peopleWithPoints();
    await project.publish({ segments: segments(30), counters: [] });
    await project.reconciles();
    await project.commits();
    const found: string[] = [];
    let after: string | undefined;
    do {
      const answer = await membersOf(project.dependencies, 'vip', 3, after === undefined ? undefined : { after });
      const { members, next } = bodyOf<Members>(answer);
      expect(members.length).toBeLessThanOrEqual(3);
      found.push(...members.map(({ userId }) => userId));
      after = next === null ? undefined : JSON.parse(Buffer.from(next, 'base64url').toString('utf8')).after;
    } while (after !== undefined);
    expect(found.toSorted()).toEqual(NAMES.slice(30).toSorted());
  });
});

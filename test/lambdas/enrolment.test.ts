import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../domain/calendar.ts';
import type { HaltedJourney, LiveCatalog } from '../../domain/catalog/live-catalog.ts';
import type { ScheduleEntry } from '../../domain/decisions/census/schedules.ts';
import type { CensusTask } from '../../domain/decisions/census/task.ts';
import { compilePlan } from '../../domain/decisions/plan.ts';
import type { EnrolInput, Input } from '../../domain/state/input.ts';
import { decodeInputs, encodeInputs } from '../../domain/state/input-message.ts';
import type { UserKey } from '../../domain/state/user-key.ts';
import { UTC } from '../../domain/zone.ts';
import { dynamoJobs } from '../../lambdas/adapters/jobs.ts';
import { dynamoLastCensus } from '../../lambdas/adapters/last-census.ts';
import { dynamoProfileScan } from '../../lambdas/adapters/profile-scan.ts';
import { dynamoProfileStore } from '../../lambdas/adapters/profile-store.ts';
import { dynamoSchedules } from '../../lambdas/adapters/schedules.ts';
import { dynamoSweepCursor } from '../../lambdas/adapters/sweep-cursor.ts';
import { campaignRuns, cancelCampaign } from '../../lambdas/console/campaigns/runs.ts';
import { enrolId } from '../../lambdas/decisions/census/begin.ts';
import { beginScheduled } from '../../lambdas/decisions/census/schedules.ts';
import type { CensusState } from '../../lambdas/decisions/census/state.ts';
import { type CensusDependencies, censusOf } from '../../lambdas/decisions/census.handler.ts';
import { advanceBatch } from '../../lambdas/state/advance.handler.ts';
import { livePlan } from '../../lambdas/state/live-plan.ts';
import { identify, START } from '../support/people.ts';
import { tables } from '../support/tables.ts';
import { FakeLake } from './census-fakes.ts';
import { FakeQueue, fakeLog, sqsEvent } from './fakes.ts';

const NAMES = Array.from({ length: 40 }, (_, i) => `u${i}`);
/** The next hour; people have 0 to 39 points. */
const AT = Math.ceil(START / HOUR) * HOUR + HOUR;
const text = new Date(AT).toISOString();
const ONCE = { once: { day: text.slice(0, 10), at: text.slice(11, 16) } };
const JOB = enrolId('sale', `${text.slice(0, 13)}00`);

/** A project in which a journey is scheduled for everybody who has twenty points. */
class Scheduled {
  readonly #client = tables().client;
  readonly log = fakeLog();
  now = START;
  live: LiveCatalog;
  readonly bulk = new FakeQueue();
  readonly census = new FakeQueue();
  readonly profiles = dynamoProfileStore(this.#client, 'profiles', 1, async () => undefined);
  readonly cursor = dynamoSweepCursor(this.#client, 'ledger');
  readonly #plans = livePlan({
    catalog: { readPointer: async () => this.live, readLive: async () => this.live },
    compile: (catalog) => compilePlan(catalog, UTC),
    now: () => this.now,
    log: this.log,
  });
  readonly dependencies = {
    jobs: dynamoJobs<CensusTask, CensusState>(this.#client, 'ledger'),
    scan: dynamoProfileScan(this.#client, 'profiles'),
    plans: this.#plans,
    readLive: async () => this.live,
    lake: new FakeLake(),
    bulk: this.bulk,
    zone: UTC,
    profiles: this.profiles,
    readLag: async () => undefined,
    schedules: dynamoSchedules(this.#client, 'ledger'),
    cursor: this.cursor,
    now: () => this.now,
    census: this.census,
    lastCensus: dynamoLastCensus(this.#client, 'ledger'),
    publishFilled: async () => undefined,
    goOnFor: 60_000,
    log: this.log,
  } satisfies CensusDependencies;

  constructor(entry: Partial<ScheduleEntry> = {}) {
    this.live = this.#catalog(1, entry);
  }

  #catalog(number: number, entry: Partial<ScheduleEntry>, halted?: HaltedJourney): LiveCatalog {
    const body = {
      name: 'Sale',
      entries: [{ type: 'schedule', who: { trait: 'points', gte: 20 }, ...ONCE, ...entry } as const],
      ...{ start: 'wait', steps: { wait: { type: 'wait', for: 'P1D', next: 'end' }, end: { type: 'exit' } } as const },
    };
    const journey = { id: 1, key: 'sale', versions: [{ version: 1, body }], ...(halted && { halted }) };
    return { number, publishedAt: START, segments: [], counters: [], journeys: [journey] };
  }

  halts(how: HaltedJourney['how'] | undefined, entry: Partial<ScheduleEntry> = {}): void {
    this.live = this.#catalog(this.live.number + 1, entry, how && { how, since: this.now });
  }

  static async withPeople(entry?: Partial<ScheduleEntry>): Promise<Scheduled> {
    const project = new Scheduled(entry);
    await project.#advance(
      encodeInputs(
        NAMES.map((userId, points) => {
          const input = identify({ points }, START, { userId });
          return points % 2 === 0
            ? input
            : { ...input, event: { ...input.event, context: { timezone: 'America/New_York' } } };
        }) as Input[],
      ),
    );
    return project;
  }

  async #advance(bodies: readonly string[]): Promise<void> {
    if (bodies.length === 0) return;
    const { batchItemFailures } = await advanceBatch(
      {
        ...{ profiles: this.profiles, plans: this.#plans, holdBack: async () => [], archive: async () => undefined },
        ...{ queueOf: () => this.bulk, random: () => 0, log: this.log },
      },
      sqsEvent(...bodies),
    );
    expect(batchItemFailures).toEqual([]);
  }

  begins = () => beginScheduled(this.dependencies, this.live);

  /** Works on each message that waits once. Answers with how long those wait that it leaves behind (s). */
  async works(over: Partial<CensusDependencies> = {}): Promise<readonly (number | undefined)[]> {
    const work = censusOf({ ...this.dependencies, ...over });
    for (const message of this.census.messages.splice(0)) {
      const { batchItemFailures } = await work(sqsEvent(message.body));
      if (batchItemFailures.length > 0) this.census.messages.push(message);
    }
    return this.census.messages.map(({ delaySeconds }) => delaySeconds);
  }

  enrolled(): readonly EnrolInput[] {
    return this.bulk.messages.flatMap(({ body }) => decodeInputs(body).inputs as EnrolInput[]);
  }

  /** Workers take what waits on bulk, twice. Answers with who is in the journey. */
  async inside(): Promise<readonly string[]> {
    const bodies = this.bulk.messages.splice(0).map(({ body }) => body);
    await this.#advance(bodies);
    await this.#advance(bodies);
    const keys = NAMES.map((name): UserKey => `k#${name}`);
    const { found } = await this.profiles.getMany(keys);
    return keys.flatMap((key) => {
      const stored = found.get(key);
      return stored?.outcome === 'profile' && stored.profile.runs.length > 0 ? [key.slice(2)] : [];
    });
  }
}

/** Pages of three people. */
const smallPages = (project: Scheduled): CensusDependencies['scan'] => ({
  page: async (slice, after) => {
    const { found } = await project.dependencies.scan.page(slice, after);
    const three = found.slice(0, 3);
    return { found: three, next: found.length > 3 ? three.at(-1)?.[0] : undefined };
  },
});

describe('enrolment', () => {
  it('begins once when the time comes, and takes in exactly those it is for', async () => {
    const project = await Scheduled.withPeople();
    await project.begins();
    expect(project.census.messages).toEqual([]);
    // The sweep is told when: kept beside where it stopped.
    await project.cursor.write({ sweptTo: START, fullPassAt: START });
    expect((await project.cursor.read())?.schedulesAt).toBe(AT);

    project.now = AT;
    await project.begins();
    // Twice in the same minute.
    await project.begins();
    await project.works();
    expect(await project.inside()).toEqual(NAMES.slice(20));
    expect(await project.dependencies.jobs.read(JOB)).toMatchObject({
      status: 'done',
      result: { people: 40, enrolled: 20, unreadable: 0 },
    });
    expect(await project.dependencies.schedules.list('sale')).toMatchObject([{ job: JOB, at: AT }]);
    expect((await project.cursor.read())?.schedulesAt).toBeUndefined();
  });

  it('goes on where a worker died or its time was up, and enrols nobody twice', async () => {
    const project = await Scheduled.withPeople();
    project.now = AT;
    await project.begins();
    let pages = 0;
    const scan = smallPages(project);
    const jobs = { ...project.dependencies.jobs };
    // Sent and not noted.
    jobs.save = async (...args) => {
      if (++pages % 4 === 0) throw new Error('died');
      return project.dependencies.jobs.save(...args);
    };
    for (let round = 0; round < 200 && project.census.messages.length > 0; round++)
      await project.works({ scan, jobs, goOnFor: 0 });
    expect(project.enrolled().length).toBeGreaterThan(20);
    expect(await project.inside()).toEqual(NAMES.slice(20));
    expect((await project.dependencies.jobs.read(JOB))?.result).toMatchObject({ people: 40, enrolled: 20 });
  });

  it('keeps its rate: so many a minute, and no more after a pause', async () => {
    const project = await Scheduled.withPeople({ perMinute: 7 });
    project.now = AT;
    await project.begins();
    const sent: number[] = [];
    for (let minute = 0; minute < 10 && project.census.messages.length > 0; minute++) {
      await project.works();
      // Whoever comes too early finds nothing to do.
      await project.works();
      sent.push(project.enrolled().length);
      project.now += minute === 0 ? HOUR : MINUTE;
    }
    expect(sent).toEqual([7, 14, 20]);
    expect(await project.inside()).toEqual(NAMES.slice(20));
  });

  it('is cancelled half-way: nobody else is enrolled', async () => {
    const project = await Scheduled.withPeople({ perMinute: 7 });
    project.now = AT;
    await project.begins();
    await project.works();
    expect(await campaignRuns(project.dependencies, 'sale')).toMatchObject({
      body: { runs: [{ occurrence: JOB.slice('enrol-sale-'.length), status: 'running', progress: 0, enrolled: 7 }] },
    });
    expect(await cancelCampaign(project.dependencies, 'sale')).toMatchObject({
      body: { runs: [{ status: 'stopped', reason: 'cancelled', enrolled: 7 }] },
    });
    expect(await cancelCampaign(project.dependencies, 'sale')).toMatchObject({ code: 'nothing_running' });
    expect(await campaignRuns(project.dependencies, 'sail')).toMatchObject({ code: 'unknown_campaign' });
    project.now += MINUTE;
    expect(await project.works()).toEqual([]);
    expect(await project.inside()).toHaveLength(7);
  });

  it('waits while the journey is paused, and ends when it is stopped', async () => {
    const project = await Scheduled.withPeople();
    project.halts('paused');
    project.now = AT;
    await project.begins();
    const slices = project.census.messages.length;
    expect(await project.works()).toEqual(Array(slices).fill(300));
    expect(project.enrolled()).toEqual([]);
    project.halts(undefined);
    await project.works({ scan: smallPages(project), goOnFor: 0 });
    const some = project.enrolled().length;
    project.halts('stopped');
    await project.works();
    expect(project.enrolled()).toHaveLength(some);
    expect(await project.dependencies.jobs.read(JOB)).toMatchObject({ status: 'stopped', reason: 'journey-stopped' });
  });

  it('that comes every day is not made up for after a pause: only the last one goes on', async () => {
    const daily = {
      once: undefined,
      every: { unit: 'day', at: text.slice(11, 16), from: text.slice(0, 10) },
    } as Partial<ScheduleEntry>;
    const project = await Scheduled.withPeople(daily);
    project.halts('paused', daily);
    for (let day = 0; day < 4; day++) {
      project.now = AT + day * DAY;
      await project.begins();
      await project.works();
    }
    project.now += HOUR;
    await project.works();
    project.halts(undefined, daily);
    await project.works();
    expect(new Set(project.enrolled().map(({ id }) => id)).size).toBe(1);
    expect(await project.dependencies.jobs.read(JOB)).toMatchObject({ status: 'stopped', reason: 'too-late' });
  });

  it('by each person’s own clock tells each when hers shows it', async () => {
    const project = await Scheduled.withPeople({ zone: 'person' });
    project.now = AT;
    await project.begins();
    await project.works();
    const startsAt = new Map(project.enrolled().map((one) => [one.user.slice(2), one.startsAt]));
    const inNewYork = startsAt.get('u21') ?? 0;
    expect([startsAt.get('u20'), (inNewYork - AT) / HOUR]).toEqual([AT, expect.any(Number)]);
    expect([4, 5]).toContain((inNewYork - AT) / HOUR);
  });
});

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { HOUR } from '../../domain/calendar.ts';
import type { LiveCatalog } from '../../domain/catalog/live-catalog.ts';
import type { CensusTask, EnrolTask } from '../../domain/decisions/census/task.ts';
import { compilePlan } from '../../domain/decisions/plan.ts';
import { decodeInputs } from '../../domain/state/input-message.ts';
import type { Profile } from '../../domain/state/profile.ts';
import { UTC } from '../../domain/zone.ts';
import { dynamoJobs } from '../../lambdas/adapters/jobs.ts';
import { dynamoProfileScan } from '../../lambdas/adapters/profile-scan.ts';
import { dynamoProfileStore } from '../../lambdas/adapters/profile-store.ts';
import type { Queue } from '../../lambdas/adapters/queue.ts';
import { type EnrolDependencies, enrolling } from '../../lambdas/decisions/census/enrol.ts';
import type { CensusState } from '../../lambdas/decisions/census/state.ts';
import { identify, Person, START } from '../support/people.ts';
import { inProof } from '../support/runs.ts';
import { tables } from '../support/tables.ts';

const PEOPLE = inProof ? 100_000 : 1_000;
const SLICES = 4;
/** Less than the inputs of half of 100,000 people take, and far less than their profiles. */
const FLAT = 8 * 1_024 * 1_024;

const live: LiveCatalog = {
  ...{ number: 1, publishedAt: START, segments: [], counters: [] },
  journeys: [
    {
      ...{ id: 1, key: 'sale' },
      versions: [
        {
          version: 1,
          body: {
            name: 'Sale',
            entries: [
              { type: 'schedule', who: { trait: 'points', gte: 1 }, once: { day: '2026-03-02', at: '13:00' } } as const,
            ],
            ...{ start: 'end', steps: { end: { type: 'exit' } } },
          },
        },
      ],
    },
  ],
};

/** Everybody who has an odd number has a point. */
async function everybody(client: ReturnType<typeof tables>['client']): Promise<void> {
  const store = dynamoProfileStore(client, 'profiles', 1, async () => undefined);
  const plan = compilePlan(live, UTC);
  const [none, one] = [0, 1].map(
    (points) => new Person(plan).receives(identify({ points, about: 'x'.repeat(200) }, START)).profile as Profile,
  );
  for (let i = 0; i < PEOPLE; i++) {
    const profile = { ...((i % 2 === 0 ? none : one) as Profile), key: `k#u${i}` as const, version: 0 };
    expect(await store.commit(profile, [])).toBe('committed');
  }
}

/** Runs the collector, which no test is given by itself. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

it(`enrols half of ${PEOPLE.toLocaleString('en')} people once each, in no more memory at the end than at the beginning`, async () => {
  const { client } = tables();
  await everybody(client);
  const collect = collector();
  const times = new Uint8Array(PEOPLE);
  const heap: number[] = [];
  const bulk: Pick<Queue, 'send'> = {
    async send(messages) {
      for (const { body } of messages)
        for (const input of decodeInputs(body).inputs) {
          const number = Number(input.user.slice('k#u'.length));
          times[number] = (times[number] ?? 0) + 1;
        }
      collect();
      heap.push(process.memoryUsage().heapUsed);
      return [];
    },
  };
  const jobs = dynamoJobs<CensusTask, CensusState>(client, 'ledger');
  const dependencies = {
    ...{ jobs, bulk, zone: UTC, now: () => START + HOUR, readLive: async () => live },
    scan: dynamoProfileScan(client, 'profiles'),
  } as EnrolDependencies;
  const task: EnrolTask = {
    ...{ kind: 'enrol', journey: 'sale', entry: 0, at: START + HOUR, occurrence: '2026-03-02T1300' },
  };
  await jobs.create({ id: 'enrol', task, slices: SLICES, startedAt: START + HOUR });
  const job = await jobs.read('enrol');
  if (job === undefined) throw new Error('No job');
  const enrol = enrolling(dependencies);
  for (let slice = 0; slice < SLICES; slice++)
    expect(await enrol(job, task, slice, () => true)).toEqual({ outcome: 'done' });

  expect(times.findIndex((count, number) => count !== number % 2)).toBe(-1);
  expect(Math.max(...heap) - (heap[0] ?? 0)).toBeLessThan(FLAT);
  if (inProof) console.log(`heap after each page, MB: ${heap.map((bytes) => (bytes / 2 ** 20).toFixed(0)).join(' ')}`);
});

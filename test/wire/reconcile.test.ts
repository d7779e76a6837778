import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY, MINUTE } from '../../domain/calendar.ts';
import type { Expression } from '../../domain/catalog/expression.ts';
import { decodeInputs } from '../../domain/state/input-message.ts';
import { Laptop } from '../support/laptop.ts';
import { Publisher } from '../support/publisher.ts';

const NAMES = Array.from({ length: 30 }, (_, i) => `u${i}`);
const BUYERS = NAMES.filter((_, i) => i % 4 >= 2);
const BOUGHT: Expression = { event: 'Coffee Bought', times: { gte: 2 }, within: 'P30D' };

/** Profiles as they were written, by user. */
const written: string[] = [];
const toBulk = new Set<string>();
let laptop: Laptop;
let publisher: Publisher;
let published = 0;

beforeAll(async () => {
  laptop = await Laptop.start();
  publisher = new Publisher(laptop);
  const { perennial } = laptop;
  perennial.cloud.on('change', (table, { newImage }) => {
    if (table === perennial.profilesTable) written.push(newImage?.id?.S ?? '');
  });
  perennial.cloud.on('invoke', (logicalId, event) => {
    if (!logicalId.startsWith('Advance')) return;
    for (const { body } of (event as { Records: { body: string }[] }).Records)
      for (const { kind } of decodeInputs(body).inputs) toBulk.add(kind);
  });
  const batch = NAMES.flatMap((userId, i) => [
    { type: 'identify', userId, anonymousId: `d-${userId}`, traits: { points: i, email: `${userId}@example.com` } },
    ...Array.from({ length: i % 4 }, (_, n) => ({
      type: 'track',
      event: 'Coffee Bought',
      messageId: `${userId}-${n}`,
      timestamp: new Date(perennial.now() - (n + 1) * DAY).toISOString(),
      // Some of it on a device on which she has not logged in yet when it is received, as far as the event tells.
      ...(n === 0 && i % 3 === 0 ? { anonymousId: `d-${userId}` } : { userId }),
    })),
  ]);
  await laptop.post('/v1/batch', { batch });
  await later(5 * MINUTE);
}, 120_000);
afterAll(() => laptop.stop());

const later = (ms: number) => laptop.perennial.advanceTo(laptop.perennial.now() + ms);

const api = <T>(method: 'GET' | 'POST' | 'PUT', path: string, body?: object): Promise<T> =>
  publisher.send<T>(method, path, body);

/** Makes segments live, and answers with the job that has everybody looked at. */
async function publish(segments: Readonly<Record<string, Expression>>): Promise<string | undefined> {
  const { number, job } = await publisher.segments(segments);
  published = number;
  return job;
}

const membersOf = async (key: string): Promise<string[]> =>
  (await api<{ members: { userId: string }[] }>('GET', `/api/segments/${key}/members`)).members
    .map(({ userId }) => userId)
    .sort();
const statusOf = async (key: string) =>
  (await api<{ segments: { key: string; status: string }[] }>('GET', '/api/segments')).segments.find(
    (one) => one.key === key,
  );

describe('a publish', () => {
  it('of a moved threshold writes exactly those who differ, and mails nobody', async () => {
    await publish({ vip: { trait: 'points', gte: 20 } });
    await later(2 * MINUTE);
    expect(await membersOf('vip')).toEqual(NAMES.slice(20).sort());

    const mailed = laptop.perennial.outbox().length;
    written.length = 0;
    const job = await publish({ vip: { trait: 'points', gte: 25 } });
    await later(2 * MINUTE);
    expect(written.sort()).toEqual(NAMES.slice(20, 25).map((userId) => `k#${userId}`));
    expect(await membersOf('vip')).toEqual(NAMES.slice(25).sort());
    expect(laptop.perennial.outbox()).toHaveLength(mailed);
    expect(await api('GET', `/api/jobs/${job}`)).toMatchObject({
      status: 'done',
      result: { changes: { people: 30, differing: 5, leaving: { vip: 5 } } },
    });
    expect(await statusOf('vip')).toMatchObject({ status: 'live', members: 5 });
  });

  it('shows beforehand whom it would mean, from the lake where nobody counts it', async () => {
    const preview = await api<{ sample: string[] }>('POST', '/api/segments/preview', { where: BOUGHT, overlap: 'vip' });
    expect(preview).toMatchObject({
      count: BUYERS.length,
      total: 30,
      exact: true,
      overlap: { segment: 'vip', count: BUYERS.filter((userId) => NAMES.indexOf(userId) >= 25).length },
      lake: { age: 120 },
    });
    expect(preview.sample.sort()).toEqual(BUYERS.toSorted());
  });

  it('of a look-back that nobody counted fills it from the lake', async () => {
    await publish({ buyers: BOUGHT });
    await laptop.perennial.settle();
    expect(await statusOf('buyers')).toMatchObject({ status: 'filling' });
    expect(await membersOf('buyers')).toEqual([]);
    for (let minute = 0; minute < 10 && (await statusOf('buyers'))?.status !== 'live'; minute++) await later(MINUTE);
    expect(toBulk).toContain('backfill');
    expect(await membersOf('buyers')).toEqual(BUYERS.toSorted());
    expect(await statusOf('buyers')).toMatchObject({ status: 'live', members: BUYERS.length });
    expect(await api('GET', `/api/jobs/backfill-${published}`)).toMatchObject({ status: 'done' });
  });

  it('of a lifecycle that looks back on what nobody counted leaves people in their stages until it is filled', async () => {
    const stageOf = async (userId: string) =>
      (await api<{ stage: { name: string } }>('GET', `/api/profiles/${userId}`)).stage.name;
    const lifecycle = () => api<{ status: string }>('GET', '/api/lifecycle');
    // Another window than the one that is counted by now.
    const often = { event: 'Coffee Bought', times: { gte: 2 }, within: 'P60D' };
    const body = { stages: [{ name: 'regular', when: often }], otherwise: 'guest' };
    const asked = { definitions: [{ type: 'lifecycle', key: 'default', body }], count: true };
    const { affected, countJob } = await api<{ affected: null; countJob: string }>('POST', '/api/catalog/check', asked);
    expect(affected).toBeNull();
    // The lake takes its time.
    await later(MINUTE);
    expect(await api('GET', `/api/jobs/${countJob}`)).toMatchObject({
      status: 'done',
      result: { changes: { people: 30, changing: 30, enteringStage: { regular: BUYERS.length } } },
    });

    const [regular = '', guest = ''] = [BUYERS[0], NAMES[0]];
    const before = await stageOf(regular);
    await publisher.definitions([{ type: 'lifecycle', key: 'default', body }]);
    await laptop.perennial.settle();
    expect(await lifecycle()).toMatchObject({ status: 'filling', published: ['regular', 'guest'] });
    await later(MINUTE);
    expect([await stageOf(regular), await stageOf(guest)]).toEqual([before, before]);
    for (let minute = 0; minute < 10 && (await lifecycle()).status !== 'live'; minute++) await later(MINUTE);
    expect(await lifecycle()).toEqual({ status: 'live', stages: ['regular', 'guest'] });
    expect([await stageOf(regular), await stageOf(guest)]).toEqual(['regular', 'guest']);
  });
});

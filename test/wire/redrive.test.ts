import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDeployment } from '../../commands/deployment/read-deployment.ts';
import { givenUpOf } from '../../commands/redrive/given-up.ts';
import { isWell, type PlaceReport, places, type RedriveRequest, redrive } from '../../commands/redrive/redrive.ts';
import { linesOf } from '../../commands/redrive/report.ts';
import { DAY, HOUR } from '../../domain/calendar.ts';
import { ssmParameters } from '../../lambdas/adapters/parameters.ts';
import { operatorClientsOf } from '../support/cloud-clients.ts';
import { Laptop } from '../support/laptop.ts';
import { START } from '../support/people.ts';
import { Refusals } from '../support/refusals.ts';

const refusals = new Refusals();
let laptop: Laptop;
/** Of the object that holds what dispatch gave up. */
let failedKey: string;
let givenUp: ReturnType<typeof givenUpOf>;

const after = (time: number) => laptop.perennial.advanceTo(laptop.perennial.now() + time);

const keyOf = (name: string) =>
  [...laptop.perennial.cloud.functions.values()].find(({ logicalId }) => logicalId.startsWith(name))?.accessKeyId ?? '';

const hello = (userId: string) =>
  laptop.post('/v1/identify', { messageId: `hello-${userId}`, userId, traits: { email: `${userId}@shop.example` } });

/** Everything that waits on any queue of the deployment, and the objects of its failures bucket. */
function waiting() {
  const { services, resources } = laptop.perennial.cloud;
  const bucket = resources.find(({ type, logicalId }) => type === 'AWS::S3::Bucket' && logicalId.startsWith('Fail'));
  return {
    messages: [...services.sqs.queues()].flatMap((queue) =>
      queue.peek().map(({ messageId, body }) => ({ messageId, body })),
    ),
    objects: [...services.objects.list(bucket?.ref ?? '')].map(({ key }) => key),
    bucket: bucket?.ref ?? '',
  };
}

const run = (request: Partial<RedriveRequest> = {}) =>
  redrive(
    { ...givenUp, now: laptop.perennial.now(), tell: () => undefined },
    { only: places, ages: {}, yes: false, ...request },
  );

const about = (reports: readonly PlaceReport[], place: string) => reports.find((report) => report.place === place);
const pageOf = (reports: readonly PlaceReport[]) => linesOf('local', reports, laptop.perennial.now()).join('\n');

beforeAll(async () => {
  laptop = await Laptop.start({ interceptors: [refusals.interceptor] });
  const clients = operatorClientsOf(laptop.perennial.cloud);
  const found = await readDeployment(ssmParameters(clients.ssm), 'local');
  if (found.outcome === 'problem') throw new Error(found.message);
  givenUp = givenUpOf(clients, found.deployment);

  // Ada's profile cannot be written until her event dies; nobody can be told of what was decided about bo; and cleo's
  // mail cannot be claimed for longer than a day. (What SES refuses never dies: it comes back.)
  await refusals.during({ caller: keyOf('Advance'), service: 'dynamodb', action: 'PutItem' }, async () => {
    await hello('ada');
    await after(4 * HOUR);
  });
  await refusals.during({ caller: keyOf('DispatchFunction') }, async () => {
    await hello('bo');
    await after(HOUR);
  });
  await refusals.during({ caller: keyOf('EmailDeliver'), service: 'dynamodb', action: 'PutItem' }, async () => {
    await hello('cleo');
    await after(26 * HOUR);
  });
  const { services } = laptop.perennial.cloud;
  const newer = { dynamodb: { NewImage: { id: { S: 'k#dora' }, version: { N: '1' }, fx: { S: '[9,"x",[]]' } } } };
  // Beside what dispatch gave up stands what only a newer release can read.
  const { bucket } = waiting();
  const [given] = [...services.objects.list(bucket)];
  if (given === undefined) throw new Error('Dispatch gave nothing up');
  const { payload, ...rest } = JSON.parse(given.body.toString());
  const text = JSON.stringify({
    ...rest,
    payload: JSON.stringify({ Records: [newer, ...JSON.parse(payload).Records] }),
  });
  services.objects.put(bucket, { ...given, body: Buffer.from(text) });
  failedKey = given.key;
}, 90_000);

afterAll(() => laptop.stop());

describe('npm run redrive', () => {
  it('without --yes says what is where, warns, and changes nothing', async () => {
    const before = waiting();
    const reports = await run();
    expect(about(reports, 'live')).toMatchObject({
      look: { waiting: 1, inFlight: 0, meant: { letters: 1, holds: { event: 1 }, oldest: START, mayCountTwice: 1 } },
    });
    expect(about(reports, 'email')).toMatchObject({
      look: { meant: { letters: 1, holds: { welcome: 1 }, mayCountTwice: 0, tooLate: 0 } },
    });
    expect(about(reports, 'failures')).toMatchObject({
      look: { objects: 1, records: 2, holds: { timeline: 2, bus: 1, email: 1 }, unreadable: 1 },
    });
    for (const place of ['timers', 'bulk', 'dispatch', 'lake'])
      expect(about(reports, place)).toMatchObject({ look: { waiting: 0, meant: { letters: 0 } } });
    expect(pageOf(reports)).toMatch(/older than 24 h.*\n.*may count twice/);
    expect(pageOf(reports)).not.toMatch(/ada|bo@|cleo/);

    expect(waiting()).toEqual(before);
    // Nothing is hidden either: a second look sees the same.
    expect(await run()).toEqual(reports);
  });

  it('leaves what is older than asked', async () => {
    const before = waiting();
    const reports = await run({ only: ['live'], yes: true, ages: { newerThan: DAY } });
    expect(about(reports, 'live')).toMatchObject({ move: { moved: { letters: 0 }, left: 1 } });
    expect(waiting()).toEqual(before);
  });

  it('keeps what a queue does not take, and says so', async () => {
    const before = waiting();
    const reports = await refusals.during({ service: 'sqs', action: 'SendMessageBatch' }, () => run({ yes: true }));
    expect(reports.every(isWell)).toBe(false);
    expect(about(reports, 'live')).toMatchObject({ move: { moved: { letters: 0 }, refused: 1 } });
    expect(about(reports, 'failures')).toMatchObject({ move: { moved: 0, handedOn: 0, failed: 1 } });
    expect(pageOf(reports)).toContain('ended early');
    expect(waiting()).toEqual(before);
  });

  it('with --yes brings everything back, once', async () => {
    const { perennial } = laptop;
    const sent = () =>
      Object.fromEntries(['ada', 'bo', 'cleo'].map((userId) => [userId, laptop.subjects(userId).length]));
    expect(sent()).toEqual({ ada: 0, bo: 0, cleo: 0 });

    const reports = await run({ yes: true });
    await perennial.settle();

    expect(about(reports, 'live')).toMatchObject({
      move: { moved: { letters: 1, mayCountTwice: 1 }, left: 0, refused: 0 },
    });
    expect(about(reports, 'email')).toMatchObject({ move: { moved: { letters: 1 } } });
    expect(about(reports, 'failures')).toMatchObject({ move: { moved: 0, handedOn: 4, unreadable: 1 } });
    expect(sent()).toEqual({ ada: 1, bo: 1, cleo: 1 });
    expect((await laptop.profile('ada')).stage?.name).toBe('new');
    expect(perennial.events('bo').map((event) => event['detail-type'])).toEqual(['Stage Changed']);
    const trace = (await (await laptop.admin('/api/trace/hello-bo?from=2026-03-02')).json()) as { effects: object[] };
    expect(trace.effects).toHaveLength(2);
    expect(waiting()).toMatchObject({ messages: [], objects: [failedKey] });

    // What is still there is only what nobody can read, under the same key; doing it again changes nothing.
    const object = () => perennial.cloud.services.objects.get(waiting().bucket, failedKey);
    const left = object();
    const again = await run({ yes: true });
    expect(again.filter((report) => !isWell(report)).map(({ place }) => place)).toEqual(['failures']);
    expect(about(again, 'failures')).toMatchObject({ move: { moved: 0, handedOn: 0, unreadable: 1 } });
    await perennial.settle();
    expect(object()).toBe(left);
    expect(sent()).toEqual({ ada: 1, bo: 1, cleo: 1 });
  });
});

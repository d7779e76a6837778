import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../domain/calendar.ts';
import { type CustomerEvent, countedName } from '../../domain/events/event.ts';
import { type EventsQuestion, settledUntil } from '../../domain/insights/lake-query.ts';
import { athenaLake, type LakeRow } from '../../lambdas/adapters/lake-query.ts';
import { FunctionWithDefaults } from '../../lib/house/function-with-defaults.ts';
import { defineStage } from '../../lib/house/stage-settings.ts';
import { LakeQueries } from '../../lib/insights/lake-queries.ts';
import { LocalCloud } from '../../local/cloud/cloud.ts';
import { emptyDirectory } from '../lib/directories.ts';
import { smallStage } from '../lib/stages.ts';
import { functionClientsOf, operatorClientsOf } from '../support/cloud-clients.ts';
import { Laptop } from '../support/laptop.ts';
import { START, track } from '../support/people.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Waits for the real end of a query, as somebody does who asks now and then. */
async function until(cloud: LocalCloud): Promise<void> {
  await turn();
  await cloud.settle();
}

async function all<One>(some: AsyncIterable<One>): Promise<One[]> {
  const list: One[] = [];
  for await (const one of some) list.push(one);
  return list;
}

describe('what people did comes back from the lake', () => {
  let laptop: Laptop;
  beforeAll(async () => {
    laptop = await Laptop.start();
  });
  afterAll(() => laptop.stop());

  function ask(question: Partial<EventsQuestion>): Promise<CustomerEvent[]> {
    const { cloud } = laptop.perennial;
    const { athena, s3 } = operatorClientsOf(cloud);
    const lake = athenaLake(athena, s3, { database: 'perennial_local', workGroup: 'perennial-local' });
    const now = laptop.perennial.now();
    const asked = { names: [], from: now - 90 * DAY, until: now + DAY, receivedBefore: now + 1, ...question };
    return all(lake.events(asked, () => until(cloud)));
  }

  /** DESIGN's words over what lies in the bucket: each message of a person once, as it was first received. */
  function expected({ names = [], from = 0, until: end = Number.MAX_VALUE, receivedBefore = Number.MAX_VALUE }) {
    const first = new Map<string, CustomerEvent>();
    for (const event of laptop.rawEvents()) {
      const key = JSON.stringify([event.userId ?? null, event.userId ?? event.anonymousId, event.messageId]);
      if (!(names as string[]).includes(countedName(event) ?? '') || event.receivedAt >= receivedBefore) continue;
      const known = first.get(key);
      if (known === undefined || received(event, known) < 0) first.set(key, event);
    }
    return [...first.values()].filter(({ time }) => time >= from && time < end);
  }

  /** Of two that came at once with one id nobody knows which was first; their text decides. */
  const received = (a: CustomerEvent, b: CustomerEvent) =>
    a.receivedAt - b.receivedAt || Buffer.compare(Buffer.from(JSON.stringify(a)), Buffer.from(JSON.stringify(b)));

  const byId = (events: readonly CustomerEvent[]) =>
    [...events].sort((a, b) => (a.messageId < b.messageId ? -1 : a.messageId > b.messageId ? 1 : a.time - b.time));

  it('exactly, and each message once, whatever is in it', async () => {
    const name = fc.constantFrom('Order "Completed"', "It's\na name, 'quoted'", 'ünïcödé 🛒', '\\N', 'Seen');
    const id = fc.constantFrom('ada', 'b,o"b', "o'neil", 'ключ');
    const person = fc.oneof(fc.record({ userId: id }), fc.record({ anonymousId: id }));
    const properties = fc.dictionary(fc.string({ unit: 'binary', maxLength: 8 }), fc.jsonValue({ maxDepth: 3 }), {
      maxKeys: 4,
    });
    const what = fc.oneof(
      fc.record({ type: fc.constant('track'), event: name, properties }),
      fc.record({ type: fc.constantFrom('page', 'screen'), name, properties }),
      fc.record({ type: fc.constant('identify'), traits: properties }),
    );
    const when = fc.integer({ min: START - 30 * DAY, max: START }).map((time) => ({
      timestamp: new Date(time).toISOString(),
    }));
    // Ids come again: sent twice, and by chance of another person.
    const message = fc.integer({ min: 0, max: 12 }).map((n) => ({ messageId: `message ${n}` }));
    const event = fc.tuple(person, what, when, message).map((parts) => Object.assign({}, ...parts) as object);
    const names = fc.uniqueArray(fc.oneof(name, fc.constantFrom('Page Viewed', 'Screen Viewed')), { minLength: 1 });

    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 8, maxLength: 15 }), names, async (batch, wanted) => {
        await laptop.perennial.advanceTo(laptop.perennial.now() + MINUTE);
        expect((await laptop.post('/v1/batch', { batch })).status).toBe(200);
        await laptop.perennial.advanceTo(laptop.perennial.now() + MINUTE);
        // As a client does that heard no answer.
        await laptop.post('/v1/batch', { batch: batch.slice(0, 3) });
        const question = { names: wanted, from: START - 20 * DAY, until: START - 5 * DAY };
        const answer = await ask(question);
        expect(byId(answer)).toEqual(byId(expected(question as object)));
      }),
      { numRuns: 8 },
    );
    expect(laptop.rawEvents().length).toBeGreaterThan(60);
  });

  it('with whatever an app may write', async () => {
    const odd: readonly unknown[] = [
      'a "quote", an \'apostrophe\' and a \\ backslash',
      'a line\nbreak, another\r\nand a tab\t',
      'ünïcödé 🛒 \u2028 \u0001 \u001f',
      '\\N',
      '""',
      '',
      { deep: [{ '': null, 'a "name"': [true, 1.5, 1e21, -7, 9_007_199_254_740_991] }, []] },
    ];
    const batch = odd.map((value, i) => ({
      userId: 'odd',
      event: 'Odd',
      messageId: `odd ${i}`,
      properties: { value },
    }));
    await laptop.post('/v1/batch', { batch: batch.map((one) => ({ type: 'track', ...one })) });
    const answer = await ask({ names: ['Odd'] });
    expect(answer.map(({ properties }) => properties?.value)).toEqual(odd);
  });

  it('as soon as all has settled, and nothing that was received later than wanted', async () => {
    const names = ['Fresh'];
    const post = (messageId: string) => laptop.post('/v1/track', { userId: 'fay', event: 'Fresh', messageId });
    await post('early');
    const receivedBefore = laptop.perennial.now() + 1;
    await laptop.perennial.advanceTo(receivedBefore + HOUR);
    await post('late');
    expect((await ask({ names })).map(({ messageId }) => messageId)).toEqual(['early', 'late']);
    expect((await ask({ names, receivedBefore })).map(({ messageId }) => messageId)).toEqual(['early']);
    const later = { names, from: laptop.perennial.now() - MINUTE };
    expect((await ask(later)).map(({ messageId }) => messageId)).toEqual(['late']);
    expect(settledUntil(receivedBefore)).toBeLessThan(receivedBefore - MINUTE);
  });

  it('a person’s together, in the order they happened', async () => {
    const times = [3, 1, 2].flatMap((n) => [
      { userId: 'zoe', event: 'Step', timestamp: new Date(START + n).toISOString() },
      { userId: 'abe', event: 'Step', timestamp: new Date(START + n).toISOString() },
      { anonymousId: 'zoe', event: 'Step', timestamp: new Date(START + n).toISOString() },
    ]);
    await laptop.post('/v1/batch', { batch: times.map((one) => ({ type: 'track', ...one })) });
    const answer = await ask({ names: ['Step'] });
    const who = answer.map(({ userId, anonymousId, time }) => `${userId ?? `(${anonymousId})`} ${time - START}`);
    expect(who).toEqual(['(zoe)', 'abe', 'zoe'].flatMap((one) => [1, 2, 3].map((n) => `${one} ${n}`)));
  });
});

describe('a function that may ask', () => {
  const HOUR_OF_START = 'raw/2026/03/02/12/';
  let cloud: LocalCloud;
  let bucket: string;

  beforeAll(async () => {
    cloud = await LocalCloud.start({ assembly: assembly(), startAt: START + HOUR, ticking: false, port: 'none' });
    bucket = cloud.resources.find(({ type }) => type === 'AWS::S3::Bucket')?.ref ?? '';
    const lines = Array.from({ length: 200 }, (_, i) => JSON.stringify(eventOf(i)));
    const unreadable = ['{"type":"track"', 'no JSON', '', 'null', '{"type":"track","name":"Seen","messageId":7}'];
    const put = (key: string, some: string[]) =>
      cloud.services.objects.put(bucket, { key: HOUR_OF_START + key, body: gzipSync(some.join('\n')), at: START });
    put('a.gz', lines.slice(0, 120));
    put('b.gz', [...unreadable, ...lines.slice(100)]);
  });
  afterAll(() => cloud.stop());

  const eventOf = (i: number) =>
    track('Seen', START + i, { userId: `u${String(i).padStart(3, '0')}`, messageId: `m${i}`, properties: { i } }).event;

  /** The lake as a function of the stack asks it. */
  function lakeOf(name: string) {
    const found = [...cloud.functions.values()].find(({ logicalId }) => logicalId.startsWith(name));
    const { athena, s3 } = functionClientsOf(cloud, found as NonNullable<typeof found>);
    return athenaLake(athena, s3, { database: 'perennial_test', workGroup: 'perennial-test' });
  }

  const question = { names: ['Seen'], from: START, until: START + DAY, receivedBefore: START + DAY };

  it('starts a question, comes back later, and goes on reading where it was', async () => {
    const lake = lakeOf('Asker');
    const id = await lake.start(question);
    expect(await lake.state(id)).toEqual({ status: 'running' });
    await cloud.settle();
    expect(await lake.state(id)).toMatchObject({ status: 'done', scannedBytes: expect.any(Number) });
    const rows = await all(lake.rows(id));
    expect(rows.map(({ event }) => event)).toEqual(Array.from({ length: 200 }, (_, i) => eventOf(i)));
    const rest = (row: LakeRow | undefined) => all(lake.rows(id, row?.next));
    expect(await rest(rows[49])).toEqual(rows.slice(50));
    expect(await rest(rows[199])).toEqual([]);
  });

  it('is told why there is no answer', async () => {
    const lake = lakeOf('Asker');
    const id = await lake.start(question);
    await lake.stop(id);
    await cloud.settle();
    expect(await lake.state(id)).toEqual({ status: 'failed', reason: 'CANCELLED' });
    const hidden = { ...question, names: ['Nothing'] };
    expect(await all(lake.events(hidden, () => until(cloud)))).toEqual([]);
  });

  it('is billed for what was read, ten megabytes at least', () => {
    const metered = [...cloud.meter.metered()].filter(({ unit }) => unit === 'athena.bytes');
    expect(metered).toMatchObject([
      { owner: expect.stringMatching(/^Asker/), resource: 'perennial-test', quantity: 2 * 10 * 1_024 ** 2 },
    ]);
    expect(cloud.meter.unknownServices).toEqual([]);
  });

  it('may do what it takes, and nothing else; others may nothing of it', async () => {
    const ofAsker = cloud.permissions.granted.filter(({ to }) => to.startsWith('AskerRole'));
    const unused = ofAsker.filter(({ rule }) => rule.uses === 0 && !rule.action.startsWith('logs:'));
    expect(ofAsker.length).toBeGreaterThan(15);
    expect(unused.map(({ rule }) => `${rule.action} ${rule.resource}`)).toEqual([]);
    await expect(lakeOf('Other').start(question)).rejects.toThrow(
      /not authorized to perform: athena:StartQueryExecution/,
    );
  });
});

/** A stack with a lake, a function that may ask it, and one that may not. */
function assembly(): string {
  const app = new App({ outdir: emptyDirectory(), analyticsReporting: false });
  const stack = new Stack(app, 'Asking');
  const bundles = emptyDirectory();
  mkdirSync(join(bundles, 'asker'));
  writeFileSync(join(bundles, 'asker', 'index.mjs'), 'export const handler = () => undefined;\n');
  const lake = new CfnBucket(stack, 'Lake');
  const house = { stage: defineStage(smallStage), bundles, alarmTopic: new Topic(stack, 'Alarms'), dataKey: undefined };
  const queries = new LakeQueries(stack, 'Queries', { house, bucket: { name: lake.ref, arn: lake.attrArn } });
  const about = {
    house,
    name: 'asker',
    description: '',
    environment: {},
    memorySize: 256,
    timeout: Duration.seconds(9),
  };
  queries.letAsk(new FunctionWithDefaults(stack, 'Asker', about));
  new FunctionWithDefaults(stack, 'Other', about);
  return app.synth().directory;
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProfileView } from '../../domain/state/profile-view.ts';
import { Laptop } from '../support/laptop.ts';
import { type Kept, outcomeOf, QUEUES, resourceOf, tableNamed, viewsOf } from './kept.ts';
import { readPart, releases, releaseToWrite, writePart } from './releases.ts';
import { liveAndStop } from './scenario.ts';

const toWrite = releaseToWrite;
if (toWrite !== undefined)
  it('what is stored and in flight is written', async () => {
    writePart(toWrite, 'stored', await liveAndStop());
  });

describe.each(releases)('what %s has stored', (version) => {
  const kept = readPart<Kept>(version, 'stored');
  const lines: string[] = [];
  let laptop: Laptop;
  beforeAll(async () => {
    laptop = await Laptop.start({ startAt: kept.at, log: (line) => lines.push(line) });
    const { dynamodb } = laptop.perennial.cloud.services;
    for (const [table, items] of Object.entries(kept.tables))
      for (const Item of items) {
        const call = { service: 'dynamodb', action: 'PutItem', caller: 'test', method: 'POST', path: '/', headers: {} };
        const answer = await dynamodb.handle({ ...call, input: { TableName: tableNamed(laptop, table), Item } });
        if (answer.status !== 200) throw new Error(`${table} did not take ${JSON.stringify(Item)}`);
      }
    await laptop.perennial.settle();
  });
  afterAll(() => laptop.stop());

  it('holds something of every kind', () => {
    for (const [table, items] of Object.entries(kept.tables)) expect(items.length, table).toBeGreaterThan(0);
    for (const part of ['profile', 'fx', 'heir', 'dueAt', 'email', 'phone'])
      expect(
        kept.tables.Profiles?.some((item) => part in item),
        part,
      ).toBe(true);
    // Profiles as text and deflated (domain/state/stored-text.ts); tombstones that hold one, and those that need not any more.
    const forms = new Set(
      kept.tables.Profiles?.map(
        ({ heir, profile = {} }) => `${heir ? 'tombstone' : 'profile'} ${Object.keys(profile)}`,
      ),
    );
    expect([...forms]).toEqual(expect.arrayContaining(['profile S', 'profile B', 'tombstone B', 'tombstone ']));
    for (const [queue, bodies] of Object.entries(kept.queues)) expect(bodies.length, queue).toBeGreaterThan(0);
  });

  it('is shown at least as it was then, and commits that are read again send nothing again', async () => {
    const views = await viewsOf(laptop, Object.keys(kept.views));
    expect(views).toMatchObject(problemsByCode(kept.views));
    expect(laptop.perennial.outbox()).toEqual([]);
  });

  it('and had in flight comes to the same as under that release, nothing twice and nothing lost', async () => {
    // Events first: what follows from them was in flight because they had been committed.
    for (const [name, bodies] of Object.entries(kept.queues)) {
      const { attributes } = resourceOf(laptop, 'AWS::SQS::Queue', QUEUES[name as keyof typeof QUEUES]);
      const queue = laptop.perennial.cloud.services.sqs.queue(String(attributes.Arn));
      queue?.send(...bodies.map((body) => ({ body })));
      await laptop.perennial.settle();
    }
    await laptop.perennial.advanceTo(kept.later.at);
    const today = await outcomeOf(laptop, Object.keys(kept.later.views), kept.at);
    expect(withoutReasons(today.views)).toMatchObject(withoutReasons(kept.later.views));
    expect(today.emails).toEqual(kept.later.emails);
    expect(today.timeline).toEqual(kept.later.timeline);
  });

  it('is understood by every function', () => {
    const codes = lines.flatMap((line) => line.match(/"code":"([a-z-]+)"/)?.[1] ?? []);
    // Told of again when the commit is read again.
    expect(codes.filter((code) => code !== 'user-quarantined')).toEqual([]);
    const dead = [...laptop.perennial.cloud.services.sqs.queues()].filter(({ definition }) =>
      /DeadLetters/.test(definition.arn),
    );
    expect(dead.flatMap((queue) => queue.receive(1))).toEqual([]);
  });
});

/** What is wrong is told by its code; in what words, and in which member, is a release's own. */
const problemsByCode = (views: Readonly<Record<string, object>>) =>
  Object.fromEntries(Object.entries(views).map(([path, view]) => [path, 'code' in view ? { code: view.code } : view]));

/** Why somebody is in a stage is said in words, which may become better. */
const withoutReasons = (views: Readonly<Record<string, ProfileView>>) =>
  JSON.parse(JSON.stringify(views, (key, value) => (key === 'reason' ? undefined : value)));

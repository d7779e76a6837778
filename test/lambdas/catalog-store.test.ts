import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Definition } from '../../domain/catalog/definition.ts';
import { readDefinition } from '../../domain/catalog/problems/read.ts';
import { filledRelease, nextRelease } from '../../domain/catalog/releases/next-release.ts';
import { SYSTEM } from '../../domain/catalog/releases/release.ts';
import type { CheckedDefinition } from '../../domain/catalog/schemas.ts';
import { packed } from '../../lambdas/adapters/catalog-parts.ts';
import { dynamoCatalogReader } from '../../lambdas/adapters/catalog-reader.ts';
import { type CatalogStore, dynamoCatalogStore, type Published } from '../../lambdas/adapters/catalog-store.ts';
import { dynamoDefinitionDrafts } from '../../lambdas/adapters/definition-drafts.ts';
import { lifecycle, segment } from '../domain/catalog/definitions.ts';
import { START } from '../support/people.ts';
import { tables } from '../support/tables.ts';

let client: DynamoDBClient;
let store: CatalogStore;
beforeEach(() => {
  ({ client } = tables());
  store = dynamoCatalogStore(client, 'definitions');
});

const ada = { subject: 'ada', name: 'Ada' };
const ben = { subject: 'ben', name: 'Ben' };

const checked = (definition: Definition): CheckedDefinition => {
  const read = readDefinition(definition);
  if (read.outcome === 'problems') throw new Error(JSON.stringify(read.problems));
  return read.value;
};

const partOf = (definition: CheckedDefinition) => {
  const made = packed(definition.body);
  if (made.outcome === 'too-large') throw new Error('too large');
  return made.part;
};

/** A release of these that follows what is live now, its parts stored. */
async function prepared(definitions: readonly Definition[], by = ada, at = START) {
  const wanted = definitions.map(checked);
  const parts = new Map(wanted.map((one) => [`${one.type}/${one.key}`, partOf(one)]));
  await store.putParts([...parts.values()]);
  const live = await store.live();
  return nextRelease(live && { ...live, definitions: (await store.definitionsOf(live.release)).map(checked) }, {
    ...{ definitions: wanted, publishedAt: at, by, startJourneys: false, fill: true },
    partOf: ({ type, key }) => parts.get(`${type}/${key}`)?.address ?? '',
  });
}

const publish = async (definitions: readonly Definition[], at = START): Promise<Published> =>
  store.publish(await prepared(definitions, ada, at));

const vip = segment('vip', { event: 'Order Completed', within: 'P30D' });

describe('what is published', () => {
  it('is nothing at first', async () => {
    const reader = dynamoCatalogReader(client, 'definitions');
    expect([await reader.readPointer(), await reader.readLive(), await store.live()]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(await store.history(10)).toEqual({ releases: [] });
  });

  it('is what workers read', async () => {
    await publish([lifecycle('trial', 'paying'), vip]);
    const live = await dynamoCatalogReader(client, 'definitions').readLive();
    expect(live).toMatchObject({
      ...{ number: 1, publishedAt: START },
      lifecycle: { otherwise: 'paying' },
      segments: [
        { id: 1, key: 'vip', name: 'vip', where: { event: 'Order Completed', within: 'P30D' }, filling: true },
      ],
      counters: [{ id: 1, countsFrom: START + 60_000 }],
    });
  });

  it('changes whole or not at all, and parts that stay are not read again', async () => {
    await publish([vip]);
    const reads: string[] = [];
    const watched: DynamoDBClient = Object.assign(Object.create(client), {
      send(command: { constructor: { name: string } }) {
        reads.push(command.constructor.name);
        return client.send(command as never);
      },
    });
    const reader = dynamoCatalogReader(watched, 'definitions');
    await reader.readLive();
    expect(reads).toEqual(['GetItemCommand', 'GetItemCommand', 'BatchGetItemCommand']);
    await publish([vip, segment('all', { not: { stage: 'churned' } })]);
    reads.length = 0;
    expect((await reader.readLive())?.segments.map(({ key }) => key)).toEqual(['all', 'vip'].sort());
    expect(reads).toHaveLength(3);
    await publish([vip]);
    reads.length = 0;
    expect((await reader.readLive())?.segments).toHaveLength(1);
    expect(reads).toEqual(['GetItemCommand', 'GetItemCommand']);
    reads.length = 0;
    expect((await reader.readLive())?.number).toBe(3);
    expect(reads, 'only whether it is still the same').toEqual(['GetItemCommand']);
  });
});

describe('two who publish at once', () => {
  it('are one who does and one who is told who did', async () => {
    await publish([vip]);
    const [first, second] = [await prepared([]), await prepared([segment('b', { stage: 'new' })], ben)];
    expect(await store.publish(second)).toMatchObject({ outcome: 'published' });
    expect(await store.publish(first)).toMatchObject({ outcome: 'conflict', winner: { number: 2, by: ben } });
    expect((await store.live())?.release.by).toEqual(ben);
    // What lost is in no history, and no number leads to it.
    expect((await store.history(10)).releases.map(({ number, by }) => [number, by.name])).toEqual([
      [2, 'Ben'],
      [1, 'Ada'],
    ]);
    expect((await store.find(2))?.release.by).toEqual(ben);
  });

  it('at the very first, too', async () => {
    const [first, second] = [await prepared([vip]), await prepared([vip], ben)];
    const outcomes = await Promise.all([store.publish(first), store.publish(second)]);
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['conflict', 'published']);
  });

  it('are one when the answer to the pointer was lost and the SDK asked again', async () => {
    const release = await prepared([vip]);
    const lossy: DynamoDBClient = Object.assign(Object.create(client), {
      async send(command: { input: { Item?: { kind?: { S?: string } } } }) {
        const answer = client.send(command as never);
        if (command.input.Item?.kind?.S !== 'catalog') return answer;
        await answer;
        return client.send(command as never);
      },
    });
    expect(await dynamoCatalogStore(lossy, 'definitions').publish(release)).toMatchObject({ outcome: 'published' });
  });
});

describe('the history', () => {
  it('goes back page by page, past what was lost', async () => {
    for (let i = 1; i <= 5; i++) {
      const lost = await prepared([segment('lost', { stage: 'new' })], ben, START + i);
      await publish([segment('a', { stage: i % 2 ? 'new' : 'loyal' })], START + i);
      await store.publish(lost);
    }
    const first = await store.history(3);
    expect(first.releases.map(({ number }) => number)).toEqual([5, 4, 3]);
    const second = await store.history(3, first.next);
    expect(second).toMatchObject({ releases: [{ number: 2 }, { number: 1, definitions: 1 }] });
    expect(second.next).toBeUndefined();
    expect((await store.find(3))?.release.publishedAt).toBe(START + 3);
    expect(await store.find(6)).toBeUndefined();
  });
});

describe('what came before', () => {
  it('once counted is published, for what still waits for it', async () => {
    await publish([vip]);
    const filled = (at: number) => store.republish((current) => filledRelease(current, new Set([1]), at, SYSTEM));
    expect(await filled(START + 1)).toBe(2);
    const live = await dynamoCatalogReader(client, 'definitions').readLive();
    expect(live?.segments[0]).not.toHaveProperty('filling');
    expect(await filled(START + 2)).toBeUndefined();
  });
});

describe('drafts', () => {
  const drafts = () => dynamoDefinitionDrafts(client, 'definitions');
  const draft = (revision: number, body: unknown = {}) => ({
    ...({ type: 'segment', key: 'vip', body, revision, savedAt: START, by: ada } as const),
  });

  it('are saved by whoever has seen the last revision', async () => {
    expect(await drafts().save(draft(1), 0)).toBe(true);
    expect(await drafts().save(draft(1), 0)).toBe(false);
    expect(await drafts().save(draft(2, { any: 'thing' }), 1)).toBe(true);
    expect(await drafts().save(draft(2), 1)).toBe(false);
    expect(await drafts().find(draft(0))).toEqual(draft(2, { any: 'thing' }));
    expect(await drafts().discard(draft(0), 1)).toBe(false);
    expect(await drafts().discard(draft(0), 2)).toBe(true);
    expect(await drafts().list()).toEqual([]);
  });
});

/** What is live: its segments by key, and under which ids whom or what profiles know. */
async function liveNow() {
  const live = await dynamoCatalogReader(client, 'definitions').readLive();
  const { segments = [], counters = [] } = live ?? {};
  return {
    content: JSON.stringify(segments.map(({ key, where }) => [key, where]).sort()),
    ids: new Map([
      ...segments.map(({ id, key }) => [`segment ${id}`, key] as const),
      ...counters.map(({ id, spec }) => [`counter ${id}`, spec.event] as const),
    ]),
  };
}

describe('any way of publishing and going back', () => {
  const some = fc.uniqueArray(fc.integer({ min: 0, max: 4 }), { maxLength: 5 });
  const steps = fc.array(fc.oneof(some, fc.integer({ min: 1, max: 6 })), { minLength: 1, maxLength: 6 });
  const segments = (chosen: readonly number[]) =>
    chosen.map((n) => segment(`s${n}`, { event: `E${n % 3}`, within: 'P7D' }));

  interface Known {
    readonly contents: string[];
    readonly ever: Set<string>;
    before: ReadonlyMap<string, string>;
  }

  async function take(step: number | readonly number[], at: number, known: Known): Promise<void> {
    const back = typeof step === 'number' ? await store.find(step) : undefined;
    await publish(back ? await store.definitionsOf(back.release) : segments([step].flat()), at);
    const { content, ids } = await liveNow();
    if (back) expect(content).toBe(known.contents[back.release.number - 1]);
    // An id stays with whom it was given to; who was away comes back under a new one.
    for (const [id, owner] of ids) if (known.ever.has(id)) expect(known.before.get(id)).toBe(owner);
    for (const id of ids.keys()) known.ever.add(id);
    known.contents.push(content);
    known.before = ids;
  }

  it('gives no id twice, and going back brings back what was', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        ({ client } = tables());
        store = dynamoCatalogStore(client, 'definitions');
        const known: Known = { contents: [], ever: new Set(), before: new Map() };
        for (const [i, step] of all.entries()) await take(step, START + i, known);
      }),
      { numRuns: 15, seed: 6 },
    );
  });
});

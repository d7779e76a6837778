import type { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../domain/calendar.ts';
import { type Binding, bindKey, bindSource, openSource } from '../../domain/events/source.ts';
import {
  dynamoSourceDirectory,
  hashOfKey,
  rememberSources,
  type SourceDirectory,
} from '../../lambdas/adapters/source-directory.ts';
import { START } from '../support/people.ts';

/** A directory of keys that can be bound and unbound, remembered by a worker. */
function remembered(...keys: string[]) {
  const clock = { now: START };
  const bound = new Set(keys);
  const asked: string[] = [];
  const directory: SourceDirectory = {
    async find(key) {
      asked.push(key);
      return bound.has(key) ? openSource('web', 'client') : undefined;
    },
  };
  const sources = rememberSources(directory, () => clock.now);
  const knows = async (key: string) => (await sources.find(key)) !== undefined;
  return { clock, bound, asked, knows };
}

describe('a worker’s memory of sources', () => {
  it('is not pushed out by somebody who tries thousands of keys', async () => {
    const { asked, knows } = remembered('wk');
    await knows('wk');
    for (let i = 0; i < 5_000; i++) await knows(`guess-${i}`);
    expect(await knows('wk')).toBe(true);
    expect(asked.filter((key) => key === 'wk')).toHaveLength(1);
  });

  it('believes within ten seconds in a key that was bound just now', async () => {
    const { clock, bound, knows } = remembered();
    expect(await knows('wk')).toBe(false);
    bound.add('wk');
    clock.now += 9 * SECOND;
    expect(await knows('wk')).toBe(false);
    clock.now += SECOND;
    expect(await knows('wk')).toBe(true);
  });

  it('forgets within a minute a key that was revoked, and does not serve it in between once it knows', async () => {
    const { clock, bound, knows } = remembered('wk');
    expect(await knows('wk')).toBe(true);
    bound.delete('wk');
    clock.now += MINUTE - 1;
    expect(await knows('wk')).toBe(true);
    clock.now += 1;
    expect(await knows('wk')).toBe(false);
    clock.now += 1;
    expect(await knows('wk')).toBe(false);
  });

  it('asks once, fresh, for a key it does not know: the first event after binding is not refused', async () => {
    const { bound, asked, knows } = remembered();
    bound.add('new');
    expect(await knows('new')).toBe(true);
    expect(asked).toEqual(['new']);
  });

  it('knows no key that is a name of every object', async () => {
    const { knows } = remembered('wk');
    for (const key of ['__proto__', 'constructor', 'toString', '']) expect(await knows(key)).toBe(false);
  });
});

/** DynamoDB with the items of a definitions table. */
const tableOf = (...bindings: Binding[]) => {
  const inputs: GetItemCommand['input'][] = [];
  const client = {
    async send({ input }: GetItemCommand) {
      inputs.push(input);
      const item = bindings.find(({ kind, name }) => kind === input.Key?.kind?.S && name === input.Key?.name?.S);
      return { Item: item && Object.fromEntries(Object.entries(item).map(([name, S]) => [name, { S }])) };
    },
  } as unknown as DynamoDBClient;
  return { client, inputs };
};

describe('a key in the table', () => {
  const key = { sha256: hashOfKey('wk'), sourceId: 'web', hint: 'wk', createdAt: START };
  const source = openSource('web', 'client');
  const find = (now: number, ...bindings: Binding[]) =>
    dynamoSourceDirectory(tableOf(...bindings).client, 'definitions', () => now).find('wk');

  it('leads to its source', async () => {
    expect(await find(START, bindKey(key), bindSource(source))).toEqual(source);
  });

  it('is refused from the moment it expires, and the other key of its source goes on', async () => {
    const expiring = bindKey({ ...key, expiresAt: START + SECOND });
    expect(await find(START + SECOND - 1, expiring, bindSource(source))).toEqual(source);
    expect(await find(START + SECOND, expiring, bindSource(source))).toBeUndefined();
  });

  it('without a source is nobody’s', async () => {
    expect(await find(START, bindKey(key))).toBeUndefined();
    expect(await find(START)).toBeUndefined();
  });

  it('is looked up by its hash and as it stands: the key itself is in no request', async () => {
    const { client, inputs } = tableOf(bindKey(key), bindSource(source));
    await dynamoSourceDirectory(client, 'definitions', () => START).find('wk');
    expect(inputs.map(({ ConsistentRead }) => ConsistentRead)).toEqual([true, true]);
    expect(inputs[0]?.Key?.name?.S).toMatch(/^[0-9a-f]{64}$/);
  });
});

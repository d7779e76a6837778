import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import type { Profile } from '../../domain/state/profile.ts';
import type { UserKey } from '../../domain/state/user-key.ts';
import { dynamoProfileReader, dynamoProfileStore } from '../../lambdas/adapters/profile-store.ts';
import { itemSize } from '../../local/cloud/services/dynamodb/item-size.ts';
import { identify, Person, START, track } from '../support/people.ts';
import { tables } from '../support/tables.ts';

const SHARDS = 1;

function store() {
  const { dynamo, client } = tables();
  return {
    client,
    itemOf: (key: UserKey) => {
      const table = dynamo.table('profiles');
      return table?.items.get(table.keyOf({ id: { S: key } }));
    },
    profiles: dynamoProfileStore(client, 'profiles', SHARDS, async () => undefined),
    reader: dynamoProfileReader(client, 'profiles'),
  };
}

const personOf = (userId: string): Profile => {
  const traits = { email: `${userId}@example.com`, phone: '+49 30 901820' };
  const { profile } = new Person().receives(identify(traits, START, { userId }), track('A', START, { userId }));
  return { ...(profile as Profile), version: 0 };
};
const grave = (key: UserKey, version: number, heir: UserKey, state?: Profile) => ({ key, version, heir, state });

describe('the store of profiles', () => {
  it('writes only on the version that was read, profiles and tombstones alike', async () => {
    const { profiles } = store();
    const ada = personOf('ada');
    expect(await profiles.commit(ada, [])).toBe('committed');
    expect(await profiles.commit(ada, [])).toBe('conflict');
    expect(await profiles.bury(grave('k#ada', 0, 'k#a'), [])).toBe('conflict');
    expect(await profiles.bury(grave('k#ada', 1, 'k#a', ada), [])).toBe('committed');
    expect(await profiles.commit({ ...ada, version: 1 }, [])).toBe('conflict');
    expect(await profiles.bury(grave('k#ada', 2, 'k#a'), [])).toBe('committed');
  });

  it('has a tombstone in no index, and its state only until it is marked', async () => {
    const { profiles, itemOf } = store();
    const ada = personOf('ada');
    await profiles.commit(ada, []);
    expect(itemOf('k#ada')).toMatchObject({ email: { S: 'ada@example.com' }, phone: { S: '+4930901820' } });
    expect(itemOf('k#ada')?.dueAt).toBeDefined();
    await profiles.bury(grave('k#ada', 1, 'k#a', ada), [{ kind: 'wake', at: START }]);
    expect(Object.keys(itemOf('k#ada') ?? {}).sort()).toEqual(['fx', 'heir', 'id', 'profile', 'version']);
    await profiles.bury(grave('k#ada', 2, 'k#a'), []);
    expect(Object.keys(itemOf('k#ada') ?? {}).sort()).toEqual(['heir', 'id', 'version']);
  });

  it('reads any number, and what it cannot understand keeps nothing from the others', async () => {
    const { profiles, client } = store();
    const keys = Array.from({ length: 230 }, (_, i): UserKey => `k#u${i}`);
    for (const key of keys) await profiles.commit(personOf(key.slice(2)), []);
    for (const [id, profile] of [
      ['k#u7', 'no json'],
      ['k#u8', '{"c":2}'],
      ['k#u9', '{"c":9}'],
    ] as const)
      await client.send(
        new PutItemCommand({
          TableName: 'profiles',
          Item: { id: { S: id }, version: { N: '1' }, profile: { S: profile } },
        }),
      );
    const { found, unread } = await profiles.getMany([...keys, 'k#nobody']);
    expect(unread).toEqual([]);
    expect(found.size).toBe(230);
    const outcomes = [...found.values()].map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'profile')).toHaveLength(227);
    expect([found.get('k#u7'), found.get('k#u8'), found.get('k#u9')]).toEqual([
      { outcome: 'unreadable' },
      { outcome: 'unreadable' },
      { outcome: 'unknown-version', codecVersion: 9 },
    ]);
  });
});

describe('a profile that would take two write units', () => {
  const ada = {
    ...(new Person().receives(
      identify({ email: 'ada@example.com' }, START, { userId: 'ada' }),
      ...Array.from({ length: 35 }, (_, n) => track(`Something Was Done ${n}`, START + n * 60_000, { userId: 'ada' })),
    ).profile as Profile),
    version: 0,
  };

  it('is stored deflated in one, and read as it was, alive and in a tombstone', async () => {
    const { profiles, reader, itemOf } = store();
    await profiles.commit(ada, []);
    const item = itemOf('k#ada');
    expect(item?.profile).toEqual({ B: expect.any(String) });
    expect(itemSize(item ?? {})).toBeLessThanOrEqual(1_024);
    expect(await reader.get('k#ada')).toEqual({ outcome: 'profile', profile: { ...ada, version: 1 } });

    await profiles.bury(grave('k#ada', 1, 'k#a', { ...ada, version: 1 }), []);
    const { found } = await profiles.getMany(['k#ada']);
    expect(found.get('k#ada')).toMatchObject({ tombstone: { state: { events: ada.events } } });
  });

  it('fails alone when what stands there is none', async () => {
    const { profiles, client } = store();
    const Item = { id: { S: 'k#a' }, version: { N: '1' }, profile: { B: new Uint8Array([0xff, 1]) } };
    await client.send(new PutItemCommand({ TableName: 'profiles', Item }));
    expect((await profiles.getMany(['k#a'])).found.get('k#a')).toEqual({ outcome: 'unreadable' });
  });
});

describe('the reader of profiles', () => {
  it('answers for whoever an id has become', async () => {
    const { profiles, reader } = store();
    await profiles.commit(personOf('a'), []);
    await profiles.bury(grave('k#b', 0, 'k#a'), []);
    await profiles.bury(grave('k#c', 0, 'k#b'), []);
    expect(await reader.get('k#c')).toMatchObject({ outcome: 'profile', profile: { key: 'k#a' } });
    expect(await reader.get('k#d')).toBeUndefined();
  });

  it('answers with what a tombstone keeps while its heir is still to come', async () => {
    const { profiles, reader } = store();
    await profiles.bury(grave('k#b', 0, 'k#a', personOf('b')), []);
    expect(await reader.get('k#b')).toMatchObject({ outcome: 'profile', profile: { key: 'k#b' } });
  });
});

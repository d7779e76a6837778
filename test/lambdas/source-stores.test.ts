import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { DAY, dayOf } from '../../domain/calendar.ts';
import { type Allowance, grantTo, type Need } from '../../domain/events/allowance.ts';
import { openSource, type Source } from '../../domain/events/source.ts';
import { dynamoAllowanceStore } from '../../lambdas/adapters/allowance-store.ts';
import { dynamoKnownUsers } from '../../lambdas/adapters/known-users.ts';
import { dynamoSourceDirectory, hashOfKey } from '../../lambdas/adapters/source-directory.ts';
import { START } from '../support/people.ts';
import { tables } from '../support/tables.ts';

describe('what a source has used', () => {
  const limited = { ...openSource('web', 'client'), eventsPerSecond: 10, eventsPerDay: 500 };
  const granted = (source: Source, used: Allowance | undefined, need: Need) => {
    const grant = grantTo(source, used, need, START);
    if (grant.outcome === 'wait') throw new Error('nothing was granted');
    return grant;
  };
  const some = { now: 3, soon: 0 };

  it('begins once: the second who found nothing reads again', async () => {
    const store = dynamoAllowanceStore(tables().client, 'ledger');
    const grant = granted(limited, undefined, some);
    expect(await store.read('web')).toBeUndefined();
    expect(await store.write(limited, grant, undefined, START)).toBe(true);
    expect(await store.write(limited, grant, undefined, START)).toBe(false);
    expect(await store.read('web')).toEqual(grant.allowance);
    expect(await store.read('app')).toBeUndefined();
  });

  it('is added to by all who read the same, as long as there is room', async () => {
    const store = dynamoAllowanceStore(tables().client, 'ledger');
    await store.write(limited, granted(limited, undefined, some), undefined, START);
    const read = await store.read('web');
    const half = granted(limited, read, { now: 1, soon: 50 });
    expect(await store.write(limited, half, read, START)).toBe(true);
    // 53 of 100 are used: there is no room for another 50 that are not needed yet, but for what is.
    expect(await store.write(limited, half, read, START)).toBe(false);
    expect(await store.write(limited, granted(limited, read, { now: 400, soon: 0 }), read, START)).toBe(true);
    expect(await store.write(limited, granted(limited, read, some), read, START)).toBe(false);
    expect(await store.read('web')).toMatchObject({ today: 453, paidUpAt: START + 45_300 });
  });

  it('of a day ends with the day’s limit, whoever read what', async () => {
    const daily = { ...openSource('web', 'client'), eventsPerDay: 5 };
    const store = dynamoAllowanceStore(tables().client, 'ledger');
    await store.write(daily, granted(daily, undefined, some), undefined, START);
    const read = await store.read('web');
    expect(await store.write(daily, granted(daily, read, some), read, START)).toBe(true);
    expect(await store.write(daily, granted(daily, read, some), read, START)).toBe(false);
  });

  it('begins anew with a new day, for one who read the last of the old', async () => {
    const store = dynamoAllowanceStore(tables().client, 'ledger');
    const yesterday = { paidUpAt: START - DAY, day: dayOf(START - DAY), today: 500 };
    const seed = { ...granted(limited, undefined, some), allowance: yesterday };
    await store.write(limited, seed, undefined, START);
    const grant = granted(limited, yesterday, some);
    expect(await store.write(limited, grant, { ...yesterday, today: 499 }, START)).toBe(false);
    expect(await store.write(limited, grant, yesterday, START)).toBe(true);
    expect(await store.read('web')).toMatchObject({ day: dayOf(START), today: 3 });
  });
});

describe('a key', () => {
  it('bound in a way this release does not understand is not unknown: nobody can tell', async () => {
    const { client } = tables();
    const old = { kind: { S: 'source-key' }, name: { S: hashOfKey('wk') }, sourceId: { S: 'web' } };
    await client.send(new PutItemCommand({ TableName: 'definitions', Item: old }));
    const directory = dynamoSourceDirectory(client, 'definitions', () => START);
    await expect(directory.find('wk')).rejects.toThrow();
    expect(await directory.find('another')).toBeUndefined();
  });
});

describe('known users', () => {
  it('are those who have a profile under their user id, not devices', async () => {
    const { client } = tables();
    for (const id of ['k#ada', 'a#ben'])
      await client.send(new PutItemCommand({ TableName: 'profiles', Item: { id: { S: id } } }));
    const users = dynamoKnownUsers(client, 'profiles');
    expect([...(await users.among(['ada', 'ada', 'ben', 'cleo']))]).toEqual(['ada']);
    const many = Array.from({ length: 1_234 }, (_, i) => `somebody-${i}`);
    expect([...(await users.among([...many, 'ada']))]).toEqual(['ada']);
  });
});

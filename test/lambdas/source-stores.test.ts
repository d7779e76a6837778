import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { dynamoAllowanceStore } from '../../lambdas/adapters/allowance-store.ts';
import { dynamoKnownUsers } from '../../lambdas/adapters/known-users.ts';
import { tables } from '../support/tables.ts';

describe('what a source has used', () => {
  it('is written only over what was read', async () => {
    const store = dynamoAllowanceStore(tables().client, 'ledger');
    const first = { paidUpAt: 1_000.5, day: 20_000, today: 3 };
    expect(await store.read('web')).toBeUndefined();
    expect(await store.write('web', first, undefined)).toBe(true);
    expect(await store.write('web', { ...first, today: 9 }, undefined)).toBe(false);
    expect(await store.read('web')).toEqual(first);
    expect(await store.write('web', { ...first, today: 4 }, first)).toBe(true);
    expect(await store.write('web', { ...first, today: 5 }, first)).toBe(false);
    expect(await store.read('web')).toEqual({ ...first, today: 4 });
    expect(await store.read('app')).toBeUndefined();
  });
});

describe('known users', () => {
  it('are those who have a profile under their user id, not devices', async () => {
    const { client } = tables();
    for (const id of ['k#ada', 'a#ben'])
      await client.send(new PutItemCommand({ TableName: 'profiles', Item: { id: { S: id } } }));
    const users = dynamoKnownUsers(client, 'profiles');
    expect([...(await users.among(['ada', 'ada', 'ben', 'cleo']))]).toEqual(['ada']);
  });
});

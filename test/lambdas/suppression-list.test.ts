import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { dynamoLinkSecret, dynamoLinkSecretReader } from '../../lambdas/adapters/link-secret.ts';
import {
  dynamoMailboxAnswers,
  dynamoSuppressionList,
  dynamoSuppressionListReader,
  suppressionName,
} from '../../lambdas/adapters/suppression-list.ts';
import { START } from '../support/people.ts';
import { tables } from '../support/tables.ts';

const ADA = 'ada@example.com';

function list() {
  const { client } = tables();
  return {
    client,
    reader: dynamoSuppressionListReader(client, 'ledger'),
    list: dynamoSuppressionList(client, 'ledger'),
    answers: dynamoMailboxAnswers(client, 'ledger'),
  };
}

describe('what an address wants no more of', () => {
  it('is found by the address, each with its time; a yes takes it away', async () => {
    const { reader, answers } = list();
    await answers.note(
      suppressionName(ADA),
      [
        { about: 'email/news', granted: false },
        { about: 'email', granted: false },
      ],
      START,
    );
    expect(await reader.find(ADA)).toEqual({
      refusals: new Map([
        ['email', START],
        ['email/news', START],
      ]),
    });
    const back = [
      { about: 'email', granted: true },
      { about: 'email/offers', granted: false },
    ];
    await answers.note(suppressionName(ADA), back, START + 1);
    expect(await reader.find(ADA)).toEqual({
      refusals: new Map([
        ['email/news', START],
        ['email/offers', START + 1],
      ]),
    });
  });

  it('is the last that was said, when one answer says both', async () => {
    const { reader, answers } = list();
    const both = [true, false].map((granted) => ({ about: 'email', granted }));
    await answers.note(suppressionName(ADA), both, START);
    expect((await reader.find(ADA)).refusals.size).toBe(1);
  });

  it('neither ends the address nor gives it back', async () => {
    const { reader, list: ended, answers } = list();
    await answers.note(suppressionName(ADA), [{ about: 'email', granted: false }], START);
    expect((await reader.find(ADA)).suppression).toBeUndefined();
    const suppression = { reason: 'complained', since: START, sendId: 's_1_0' } as const;
    await ended.add(ADA, suppression);
    await answers.note(suppressionName(ADA), [{ about: 'email', granted: true }], START + 1);
    expect(await reader.find(ADA)).toEqual({ suppression, refusals: new Map() });
  });
});

describe('the secret of links', () => {
  it('is the same for all who make it at once, and stays', async () => {
    const { client } = list();
    expect(await dynamoLinkSecretReader(client, 'ledger').find()).toBeUndefined();
    const makers = Array.from({ length: 5 }, () => dynamoLinkSecret(client, 'ledger').findOrMake());
    const [first, ...others] = await Promise.all(makers);
    expect(first).toHaveLength(32);
    for (const other of others) expect(other).toEqual(first);
    expect(await dynamoLinkSecretReader(client, 'ledger').find()).toEqual(first);
  });

  it('is not made anew by who finds it there a moment later', async () => {
    const { client } = list();
    const Item = { kind: { S: 'secret' }, name: { S: 'links' }, secret: { B: new Uint8Array(32).fill(3) } };
    await client.send(new PutItemCommand({ TableName: 'ledger', Item }));
    expect(await dynamoLinkSecret(client, 'ledger').findOrMake()).toEqual(new Uint8Array(32).fill(3));
  });
});

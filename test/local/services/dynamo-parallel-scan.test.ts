import { PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { tables } from '../../support/tables.ts';

const TableName = 'profiles';
const IDS = Array.from({ length: 200 }, (_, i) => `k#user-${i}`);

async function filled() {
  const { client } = tables();
  for (const id of IDS)
    await client.send(new PutItemCommand({ TableName, Item: { id: { S: id }, a: { S: 'x'.repeat(2_000) } } }));
  return client;
}

describe('a parallel scan', () => {
  it('gives everybody once, each in a segment that stays the same, page by page', async () => {
    const client = await filled();
    const found: string[] = [];
    for (let Segment = 0; Segment < 7; Segment++) {
      let ExclusiveStartKey: Record<string, { S: string }> | undefined;
      do {
        const page = await client.send(
          new ScanCommand({
            TableName,
            Segment,
            TotalSegments: 7,
            Limit: 5,
            ...(ExclusiveStartKey && { ExclusiveStartKey }),
          }),
        );
        found.push(...(page.Items ?? []).map(({ id }) => id?.S ?? ''));
        ExclusiveStartKey = page.LastEvaluatedKey as typeof ExclusiveStartKey;
      } while (ExclusiveStartKey !== undefined);
    }
    expect(found.toSorted()).toEqual(IDS.toSorted());
  });

  it('refuses a key that lies in another segment, as AWS does', async () => {
    const client = await filled();
    const { Items = [] } = await client.send(new ScanCommand({ TableName, Segment: 0, TotalSegments: 2, Limit: 1 }));
    const scan = new ScanCommand({
      TableName,
      Segment: 1,
      TotalSegments: 2,
      ExclusiveStartKey: { id: Items[0]?.id ?? { S: '' } },
    });
    await expect(client.send(scan)).rejects.toThrow('correct Segment');
  });

  it('consumes half a unit for each 4 KB it reads', async () => {
    const client = await filled();
    const { ConsumedCapacity } = await client.send(
      new ScanCommand({ TableName, Segment: 0, TotalSegments: 1, ReturnConsumedCapacity: 'TOTAL' }),
    );
    // Two hundred times some 2,013 bytes: not rounded up for each item, as reading them one by one would be.
    expect(ConsumedCapacity?.CapacityUnits).toBeGreaterThanOrEqual(49);
    expect(ConsumedCapacity?.CapacityUnits).toBeLessThanOrEqual(50);
  });
});

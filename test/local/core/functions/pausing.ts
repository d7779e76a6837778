import { setTimeout } from 'node:timers/promises';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';

const dynamodb = new DynamoDBClient({});

/** Writes and pauses side by side, so many times, and writes once more after each pause. */
export async function handler({ Records = [] }: { Records?: { body: string }[] }): Promise<void> {
  const put = (id: string) =>
    dynamodb.send(new PutItemCommand({ TableName: process.env.TABLE, Item: { id: { S: id } } }));
  const one = async (n: number) => {
    await put(`before ${n}`);
    await setTimeout(1_000 * (n + 1));
    console.log(`woke ${Date.now()}`);
    await put(`after ${n}`);
  };
  for (const { body } of Records) await Promise.all(Array.from({ length: Number(body) }, (_, n) => one(n)));
}

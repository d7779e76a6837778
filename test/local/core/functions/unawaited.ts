import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';

const dynamodb = new DynamoDBClient({ maxAttempts: 1 });

/** Waits for its call, forgets to, or makes it only after it has returned. */
export async function handler({ wait }: { wait: 'all' | 'none' | 'later' }) {
  const put = () => dynamodb.send(new PutItemCommand({ TableName: process.env.TABLE, Item: { id: { S: wait } } }));
  if (wait === 'all') await put();
  else if (wait === 'none') void put().catch(() => undefined);
  else setTimeout(() => void put().catch(() => undefined), 10);
  return 'returned';
}

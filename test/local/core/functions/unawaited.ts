import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';

const dynamodb = new DynamoDBClient({ maxAttempts: 1 });

/** Waits for its call, forgets to, makes it only after it has returned, or gives it up on the way. */
export async function handler({ wait }: { wait: 'all' | 'none' | 'later' | 'given-up' }) {
  const given = new AbortController();
  const put = () =>
    dynamodb.send(new PutItemCommand({ TableName: process.env.TABLE, Item: { id: { S: wait } } }), {
      abortSignal: given.signal,
    });
  if (wait === 'all') await put();
  else if (wait === 'given-up') {
    // As soon as it is on its way.
    dynamodb.middlewareStack.add(
      (next) => (args) => {
        setImmediate(() => given.abort());
        return next(args);
      },
      { step: 'deserialize', priority: 'low' },
    );
    return put().catch(({ name }: Error) => name);
  } else if (wait === 'none') void put().catch(() => undefined);
  else setTimeout(() => void put().catch(() => undefined), 10);
  return 'returned';
}

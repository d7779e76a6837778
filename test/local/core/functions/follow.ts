import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';

const dynamodb = new DynamoDBClient({});

interface StreamEvent {
  readonly Records: readonly {
    readonly eventName: string;
    readonly dynamodb: { readonly NewImage: Record<string, { S: string }>; readonly SequenceNumber: string };
  }[];
}

/** Copies what the stream tells into another table; an item whose id is `poison…` makes the invocation fail. */
export async function handler({ Records }: StreamEvent) {
  for (const { eventName, dynamodb: change } of Records) {
    const id = change.NewImage.id?.S ?? '';
    if (id.startsWith('poison')) throw new Error(`Cannot follow ${id}`);
    const Item = { id: { S: id }, eventName: { S: eventName }, at: { S: new Date().toISOString() } };
    await dynamodb.send(new PutItemCommand({ TableName: process.env.TABLE, Item }));
  }
  return { batchItemFailures: [] };
}

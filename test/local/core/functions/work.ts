import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';

const dynamodb = new DynamoDBClient({});

interface Message {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: { readonly ApproximateReceiveCount: string };
}

/** Writes each message's id with the time it was worked on; a message may say how often it fails first. */
export async function handler({ Records }: { Records: readonly Message[] }) {
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const { messageId, body, attributes } of Records) {
    const { id, fails = 0 } = JSON.parse(body);
    if (fails >= Number(attributes.ApproximateReceiveCount)) batchItemFailures.push({ itemIdentifier: messageId });
    else {
      const at = new Date().toISOString();
      const Item = { id: { S: id }, at: { S: at }, batch: { N: String(Records.length) } };
      await dynamodb.send(new PutItemCommand({ TableName: process.env.TABLE, Item }));
    }
  }
  return { batchItemFailures };
}

import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';

const sqs = new SQSClient({});

/** Sends every message it is given to a queue, counted up, until it has gone round as often as it asks for. */
export async function handler({ Records }: { Records: readonly { body: string; messageId: string }[] }) {
  const messages = Records.map(({ body }) => JSON.parse(body) as { rounds: number; round: number });
  const Entries = messages
    .filter(({ rounds, round }) => round < rounds)
    .map((message, i) => ({
      Id: String(i),
      MessageBody: JSON.stringify({ ...message, round: message.round + 1 }),
      DelaySeconds: 1,
    }));
  if (Entries.length > 0) await sqs.send(new SendMessageBatchCommand({ QueueUrl: process.env.QUEUE_URL, Entries }));
  return { batchItemFailures: [] };
}

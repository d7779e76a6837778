import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

const sqs = new SQSClient({});

/** Puts a request's body on the queue, delayed as the query says. */
export async function handler(event: { body?: string; queryStringParameters?: { delay?: string } }) {
  const delay = Number(event.queryStringParameters?.delay ?? 0);
  await sqs.send(
    new SendMessageCommand({ QueueUrl: process.env.QUEUE_URL, MessageBody: event.body, DelaySeconds: delay }),
  );
  return { statusCode: 202, body: JSON.stringify({ at: new Date().toISOString() }) };
}

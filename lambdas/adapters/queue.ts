import { SendMessageBatchCommand, type SendMessageBatchRequestEntry, type SQSClient } from '@aws-sdk/client-sqs';

export interface OutgoingMessage {
  readonly body: string;
  /** Whose share of the queue this is: messages of one group do not delay those of others. */
  readonly group?: string;
  readonly delaySeconds?: number;
}

export interface Queue {
  /** Sends all; answers with those the queue did not take, however often it was asked. */
  send<M extends OutgoingMessage>(messages: readonly M[]): Promise<readonly M[]>;
}

/** SQS's limits of one batch. */
const ENTRIES_PER_BATCH = 10;
const BYTES_PER_BATCH = 1_048_576;
/** SQS delays a message by at most 15 minutes. */
const LONGEST_DELAY = 900;
const ATTEMPTS = 3;

/** A 200 of SendMessageBatch can hold refusals of single entries: those are sent again, then told to the caller. */
export function sqsQueue(client: SQSClient, url: string): Queue {
  async function sendBatch<M extends OutgoingMessage>(messages: readonly M[]): Promise<readonly M[]> {
    let left = messages;
    for (let attempt = 0; left.length > 0 && attempt < ATTEMPTS; attempt++) {
      const answer = await client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: left.map(entryOf) }));
      const failed = new Set((answer.Failed ?? []).map(({ Id }) => Number(Id)));
      left = left.filter((_, index) => failed.has(index));
    }
    return left;
  }

  return {
    async send<M extends OutgoingMessage>(messages: readonly M[]) {
      const refused: M[] = [];
      for (const batch of batchesOf(messages)) refused.push(...(await sendBatch(batch)));
      return refused;
    },
  };
}

const entryOf = ({ body, group, delaySeconds }: OutgoingMessage, index: number): SendMessageBatchRequestEntry => ({
  Id: String(index),
  MessageBody: body,
  ...(group !== undefined && { MessageGroupId: group }),
  ...(delaySeconds !== undefined && { DelaySeconds: Math.min(LONGEST_DELAY, Math.max(0, Math.ceil(delaySeconds))) }),
});

function* batchesOf<M extends OutgoingMessage>(messages: readonly M[]): Generator<readonly M[]> {
  let batch: M[] = [];
  let bytes = 0;
  for (const message of messages) {
    const size = Buffer.byteLength(message.body);
    if (batch.length === ENTRIES_PER_BATCH || (batch.length > 0 && bytes + size > BYTES_PER_BATCH)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(message);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

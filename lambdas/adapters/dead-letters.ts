import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/** A message that could not be processed, as it was. */
export interface DeadLetter {
  readonly id: string;
  readonly body: string;
  readonly group: string | undefined;
  /** When it was sent to the queue it died on (ms). */
  readonly sentAt: number;
  /** What deletes or releases it, until it is received again. */
  readonly receipt: string;
}

/** A queue of dead letters. Being received counts for nothing there: nobody processes it and it has none of its own. */
export interface DeadLetterQueue {
  /** About so many messages. In flight are those that somebody else looks at or moves at this moment. */
  count(): Promise<{ readonly waiting: number; readonly inFlight: number }>;
  /** Up to ten, hidden from others for so many seconds; none means that there is none left to receive. */
  receive(hiddenSeconds: number): Promise<readonly DeadLetter[]>;
  /** Shows them again at once. What cannot be shown comes back by itself. */
  release(letters: readonly DeadLetter[]): Promise<void>;
  /** Answers with those that are still there. */
  delete(letters: readonly DeadLetter[]): Promise<readonly DeadLetter[]>;
}

const ENTRIES_PER_BATCH = 10;
const ATTEMPTS = 3;
/** A long poll asks all of a queue's servers, a short one some of them, which then look empty. */
const POLL_SECONDS = 1;

export function sqsDeadLetters(client: SQSClient, url: string): DeadLetterQueue {
  const entriesOf = (letters: readonly DeadLetter[]) =>
    letters.map(({ receipt }, index) => ({ Id: String(index), ReceiptHandle: receipt }));

  async function deleteBatch(letters: readonly DeadLetter[]): Promise<readonly DeadLetter[]> {
    let left = letters;
    for (let attempt = 0; left.length > 0 && attempt < ATTEMPTS; attempt++) {
      const answer = await client.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries: entriesOf(left) }));
      const failed = new Set((answer.Failed ?? []).map(({ Id }) => Number(Id)));
      left = left.filter((_, index) => failed.has(index));
    }
    return left;
  }

  return {
    async count() {
      const { Attributes = {} } = await client.send(
        new GetQueueAttributesCommand({
          QueueUrl: url,
          AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
        }),
      );
      return {
        waiting: Number(Attributes.ApproximateNumberOfMessages ?? 0),
        inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
      };
    },

    async receive(hiddenSeconds) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: url,
          MaxNumberOfMessages: ENTRIES_PER_BATCH,
          VisibilityTimeout: hiddenSeconds,
          WaitTimeSeconds: POLL_SECONDS,
          MessageSystemAttributeNames: ['SentTimestamp', 'MessageGroupId'],
        }),
      );
      return Messages.map(letterOf);
    },

    async release(letters) {
      for (let i = 0; i < letters.length; i += ENTRIES_PER_BATCH) {
        const entries = entriesOf(letters.slice(i, i + ENTRIES_PER_BATCH));
        const Entries = entries.map((entry) => ({ ...entry, VisibilityTimeout: 0 }));
        await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries }));
      }
    },

    async delete(letters) {
      const left: DeadLetter[] = [];
      for (let i = 0; i < letters.length; i += ENTRIES_PER_BATCH)
        left.push(...(await deleteBatch(letters.slice(i, i + ENTRIES_PER_BATCH))));
      return left;
    },
  };
}

const letterOf = ({ MessageId = '', Body = '', Attributes = {}, ReceiptHandle = '' }: Message): DeadLetter => ({
  id: MessageId,
  body: Body,
  group: Attributes.MessageGroupId,
  sentAt: Number(Attributes.SentTimestamp ?? 0),
  receipt: ReceiptHandle,
});

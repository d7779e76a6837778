import { Refusal } from '../refusal.ts';
import { batch } from './batch.ts';
import type { Received, StoredMessage } from './message.ts';
import type { Sender } from './message-input.ts';
import { attributesDigest, toOutgoing, totalSize, wholeNumber } from './message-input.ts';
import type { Queue } from './queue.ts';
import { MAX_IN_FLIGHT } from './queue.ts';
import { queueAttributes } from './queue-attributes.ts';
import { invalidValue, missing } from './sqs-error.ts';

type Input = Record<string, unknown>;
type Action = (queue: Queue, input: Input, sender: Sender) => unknown;

/** AWS: a message may be 1 MiB, and so may a batch in all. */
const MAX_BYTES = 1024 * 1024;

/** What a function or a tool may ask of a queue, by the API's names. */
export const actions: Readonly<Record<string, Action>> = {
  SendMessage(queue, input, sender) {
    const outgoing = toOutgoing(input, sender);
    if (totalSize(outgoing) > MAX_BYTES) {
      throw new Refusal(
        'InvalidParameterValue',
        `One or more parameters are invalid. Reason: Message must be shorter than ${MAX_BYTES} bytes.`,
      );
    }
    const [stored] = queue.send(outgoing);
    return sent(stored as StoredMessage);
  },

  SendMessageBatch(queue, input, sender) {
    const entries = batch(input);
    const outcome = entries.each((entry) => toOutgoing(entry, sender));
    const total = outcome.accepted.reduce((sum, { value }) => sum + totalSize(value), 0);
    if (total > MAX_BYTES) {
      const message = `Batch requests cannot be longer than ${MAX_BYTES} bytes. You have sent ${total} bytes.`;
      throw new Refusal('BatchRequestTooLong', message);
    }
    const stored = queue.send(...outcome.accepted.map(({ value }) => value));
    const Successful = outcome.accepted.map(({ id }, i) => ({ Id: id, ...sent(stored[i] as StoredMessage) }));
    return { Successful, Failed: outcome.failed };
  },

  /** Answers at once: with a clock that jumps, waiting for messages is the caller's loop, not ours. */
  ReceiveMessage(queue, input) {
    const max = wholeNumber(input, 'MaxNumberOfMessages', 1, 10, 'Must be between 1 and 10, if provided.') ?? 1;
    const visibility = visibilityTimeout(input);
    wholeNumber(input, 'WaitTimeSeconds', 0, 20, 'Must be >= 0 and <= 20, if provided.');
    if (queue.depth().inFlight >= MAX_IN_FLIGHT) {
      throw new Refusal('OverLimit', 'The maximum number of in flight messages is reached.', 403);
    }
    const messages = queue.receive(max, visibility).map((message) => toMessage(message, input));
    return messages.length === 0 ? {} : { Messages: messages };
  },

  /** AWS: deleting a message that is gone, or by a handle of an earlier receive, succeeds and does nothing. */
  DeleteMessage(queue, input) {
    queue.delete(handleOf(queue, input));
    return {};
  },

  DeleteMessageBatch(queue, input) {
    const { accepted, failed } = batch(input).each((entry) => queue.delete(handleOf(queue, entry)));
    return { Successful: accepted.map(({ id }) => ({ Id: id })), Failed: failed };
  },

  ChangeMessageVisibility(queue, input) {
    changeVisibility(queue, input);
    return {};
  },

  ChangeMessageVisibilityBatch(queue, input) {
    const { accepted, failed } = batch(input).each((entry) => changeVisibility(queue, entry));
    return { Successful: accepted.map(({ id }) => ({ Id: id })), Failed: failed };
  },

  GetQueueAttributes: (queue, input) => ({ Attributes: queueAttributes(queue, input.AttributeNames) }),

  PurgeQueue(queue) {
    queue.purge();
    return {};
  },
};

function sent(message: StoredMessage): Record<string, string> {
  const digest = attributesDigest(message.outgoing.messageAttributes);
  return {
    MessageId: message.messageId,
    MD5OfMessageBody: message.md5,
    ...(digest === undefined ? {} : { MD5OfMessageAttributes: digest }),
  };
}

function toMessage(message: Received, input: Input): Record<string, unknown> {
  const asked = [...names(input.AttributeNames), ...names(input.MessageSystemAttributeNames)];
  const attributes = Object.entries(message.attributes).filter(
    ([name]) => asked.includes('All') || asked.includes(name),
  );
  const wanted = names(input.MessageAttributeNames);
  const own = Object.entries(message.messageAttributes).filter(([name]) => wanted.some((one) => selects(one, name)));
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: message.md5OfBody,
    Body: message.body,
    ...(attributes.length === 0 ? {} : { Attributes: Object.fromEntries(attributes) }),
    ...(own.length === 0 ? {} : { MessageAttributes: Object.fromEntries(own) }),
    ...(own.length === 0 ? {} : { MD5OfMessageAttributes: attributesDigest(Object.fromEntries(own)) }),
  };
}

const names = (list: unknown): string[] => (Array.isArray(list) ? list.map(String) : []);

/** AWS: `All`, `.*`, a name, or a prefix as `bar.*`. */
const selects = (asked: string, name: string): boolean =>
  asked === 'All' || asked === name || (asked.endsWith('.*') && name.startsWith(asked.slice(0, -2)));

function changeVisibility(queue: Queue, input: Input): void {
  const handle = handleOf(queue, input);
  const seconds = visibilityTimeout(input) ?? missing('VisibilityTimeout');
  if (queue.release(handle, seconds)) return;
  const message = `Value ${handle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`;
  throw new Refusal('MessageNotInflight', message);
}

function visibilityTimeout(input: Input): number | undefined {
  return wholeNumber(input, 'VisibilityTimeout', 0, 43_200, 'VisibilityTimeout must be an integer between 0 and 43200');
}

function handleOf(queue: Queue, input: Input): string {
  const handle = input.ReceiptHandle;
  if (handle === undefined || handle === null || handle === '') missing('ReceiptHandle');
  if (typeof handle !== 'string') return invalidValue(handle, 'ReceiptHandle', 'Must be text.');
  if (queue.ownsHandle(handle)) return handle;
  throw new Refusal('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`);
}

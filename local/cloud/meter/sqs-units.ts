import type { OutgoingMessage } from '../services/sqs/message.ts';
import { totalSize } from '../services/sqs/message-input.ts';

const REQUEST_BYTES = 64 * 1_024;

type Message = Pick<OutgoingMessage, 'body' | 'messageAttributes'>;

/** Requests that one action is billed as: one per begun 64 KB of all the messages it carries, at least one. */
export function sqsRequests(messages: readonly Message[] = []): number {
  const bytes = messages.reduce((sum, message) => sum + totalSize(message), 0);
  return Math.max(1, Math.ceil(bytes / REQUEST_BYTES));
}

interface Sent {
  readonly MessageBody?: string;
  readonly Body?: string;
  readonly MessageAttributes?: OutgoingMessage['messageAttributes'];
}

/** Messages as the API's requests and answers hold them. */
export const messagesOf = (sent: readonly Sent[]): Message[] =>
  sent.map(({ MessageBody, Body = '', MessageAttributes }) => ({
    body: MessageBody ?? Body,
    ...(MessageAttributes && { messageAttributes: MessageAttributes }),
  }));

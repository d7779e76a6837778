import type { StoredMessage } from './message.ts';

/** What a receipt handle says: which message of the queue, and which of its receives. */
export interface Receipt {
  readonly sequence: number;
  readonly receiveCount: number;
}

/** A handle is for one receive of one message of one queue, as on AWS; opaque to whoever holds it. */
export function writeHandle(queueName: string, { sequence, receiveCount }: StoredMessage): string {
  return Buffer.from(`${queueName}\n${sequence}\n${receiveCount}`).toString('base64');
}

/** Undefined for what this queue never gave out. */
export function readHandle(queueName: string, handle: string): Receipt | undefined {
  const [name, sequence, receiveCount] = Buffer.from(handle, 'base64').toString().split('\n');
  if (name !== queueName || !sequence || !receiveCount) return undefined;
  return { sequence: Number(sequence), receiveCount: Number(receiveCount) };
}

/** The API's form of a message attribute; binary values travel as base64 text in JSON. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

export interface OutgoingMessage {
  readonly body: string;
  /** Undefined: the queue's own delay. */
  readonly delaySeconds?: number;
  /** On a standard queue this only makes it fair; it neither orders nor dedupes. */
  readonly messageGroupId?: string;
  readonly messageAttributes?: Readonly<Record<string, MessageAttribute>>;
  readonly traceHeader?: string;
  /** Who sent it, shown to receivers as SenderId. */
  readonly senderId?: string;
}

/** A message as a queue keeps it. Only the queue changes it. */
export interface StoredMessage {
  readonly messageId: string;
  readonly body: string;
  readonly md5: string;
  /** Kept through a move to the dead letters: on standard queues retention counts from the first send. */
  readonly sentAt: number;
  readonly outgoing: OutgoingMessage;
  /** Arn of the queue it was moved from, once it is a dead letter. */
  readonly movedFrom?: string;
  /** Place in this queue; a moved message gets a new one. */
  readonly sequence: number;
  visibleAt: number;
  receiveCount: number;
  firstReceivedAt?: number;
}

/** A message handed to a consumer; it stays hidden from others until its visibility time-out. */
export interface Received {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly md5OfBody: string;
  /** ApproximateReceiveCount, SentTimestamp, SenderId, ApproximateFirstReceiveTimestamp, MessageGroupId … */
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: Readonly<Record<string, MessageAttribute>>;
}

export function systemAttributes(message: StoredMessage): Record<string, string> {
  const { outgoing, movedFrom } = message;
  return {
    ApproximateReceiveCount: String(message.receiveCount),
    SentTimestamp: String(message.sentAt),
    SenderId: outgoing.senderId ?? 'AIDALOCALCLOUD',
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? message.sentAt),
    ...(outgoing.messageGroupId === undefined ? {} : { MessageGroupId: outgoing.messageGroupId }),
    ...(outgoing.traceHeader === undefined ? {} : { AWSTraceHeader: outgoing.traceHeader }),
    ...(movedFrom === undefined ? {} : { DeadLetterQueueSourceArn: movedFrom }),
  };
}

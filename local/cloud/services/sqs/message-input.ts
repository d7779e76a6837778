import { createHash } from 'node:crypto';
import { Refusal } from '../refusal.ts';
import type { MessageAttribute, OutgoingMessage } from './message.ts';
import { invalidValue, missing } from './sqs-error.ts';

type Input = Record<string, unknown>;

/** Who sends: its access key, and the trace header of its call. */
export interface Sender {
  readonly caller: string;
  readonly trace: string | undefined;
}

/** Reads one message of SendMessage or of a batch's entry, as strict as AWS about what it may hold. */
export function toOutgoing(input: Input, { caller, trace }: Sender): OutgoingMessage {
  const body = input.MessageBody;
  if (typeof body !== 'string' || body === '') missing('MessageBody');
  if (!isAllowedText(body as string)) {
    throw new Refusal('InvalidMessageContents', 'Invalid binary character was found in the message body.');
  }
  const delaySeconds = wholeNumber(input, 'DelaySeconds', 0, 900, 'DelaySeconds must be >= 0 and <= 900.');
  const group = input.MessageGroupId;
  if (group !== undefined && group !== null && !/^[\x21-\x7e]{1,128}$/.test(String(group))) {
    const rule = 'MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.';
    invalidValue(group, 'MessageGroupId', rule);
  }
  if (input.MessageDeduplicationId !== undefined) {
    const reason = 'The request include parameter that is not valid for this queue type.';
    invalidValue(input.MessageDeduplicationId, 'MessageDeduplicationId', reason);
  }
  const attributes = messageAttributes(input.MessageAttributes);
  const system = input.MessageSystemAttributes as Record<string, MessageAttribute> | undefined;
  // AWS: the attribute takes precedence over the header of the call.
  const traceHeader = system?.AWSTraceHeader?.StringValue ?? trace;
  return {
    body: body as string,
    senderId: caller,
    ...(delaySeconds === undefined ? {} : { delaySeconds }),
    ...(typeof group === 'string' ? { messageGroupId: group } : {}),
    ...(attributes === undefined ? {} : { messageAttributes: attributes }),
    ...(traceHeader === undefined ? {} : { traceHeader }),
  };
}

/** What counts towards the size limits: the body and the names, types and values of attributes. */
export function totalSize({ body, messageAttributes: attributes = {} }: OutgoingMessage): number {
  let size = Buffer.byteLength(body);
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes)) {
    size += Buffer.byteLength(name) + Buffer.byteLength(DataType) + Buffer.byteLength(StringValue ?? '');
    size += Buffer.byteLength(BinaryValue ?? '', 'base64');
  }
  return size;
}

/** A whole number within bounds, or undefined when the parameter is not there. */
export function wholeNumber(input: Input, name: string, min: number, max: number, rule: string): number | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
    return invalidValue(value, name, rule);
  }
  return value;
}

/** MD5 over the attributes as AWS computes it: sorted by name, each piece preceded by its length. */
export function attributesDigest(attributes: Readonly<Record<string, MessageAttribute>> = {}): string | undefined {
  const entries = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) return undefined;
  const hash = createHash('md5');
  const add = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const [name, { DataType, StringValue, BinaryValue }] of entries) {
    const isBinary = DataType.startsWith('Binary');
    add(Buffer.from(name));
    add(Buffer.from(DataType));
    hash.update(Buffer.from([isBinary ? 2 : 1]));
    add(isBinary ? Buffer.from(BinaryValue ?? '', 'base64') : Buffer.from(StringValue ?? ''));
  }
  return hash.digest('hex');
}

function messageAttributes(given: unknown): Record<string, MessageAttribute> | undefined {
  if (given === undefined || given === null) return undefined;
  const entries = Object.entries(given as Record<string, MessageAttribute>);
  if (entries.length > 10) {
    throw new Refusal(
      'InvalidParameterValue',
      `Number of message attributes [${entries.length}] exceeds the allowed maximum [10].`,
    );
  }
  for (const [name, { DataType, StringValue, BinaryValue }] of entries) {
    if (!/^(String|Number|Binary)(\..+)?$/.test(DataType ?? '')) {
      throw new Refusal(
        'InvalidParameterValue',
        `The message attribute '${name}' has an invalid message attribute type.`,
      );
    }
    if (!(DataType.startsWith('Binary') ? BinaryValue : StringValue)) {
      const message = `The message attribute '${name}' must contain a non-empty message attribute value.`;
      throw new Refusal('InvalidParameterValue', message);
    }
  }
  return entries.length === 0 ? undefined : structuredClone(Object.fromEntries(entries));
}

/** AWS accepts the characters XML 1.0 allows, and nothing else. */
function isAllowedText(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the control characters are what is refused
  return !/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/u.test(text);
}

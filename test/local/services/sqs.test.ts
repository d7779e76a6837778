import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { attributesDigest } from '../../../local/cloud/services/sqs/message-input.ts';
import type { QueueDefinition } from '../../../local/cloud/services/sqs/queue.ts';
import { MAX_IN_FLIGHT } from '../../../local/cloud/services/sqs/queue.ts';
import { Sqs } from '../../../local/cloud/services/sqs/sqs.ts';
import { clientOf, failure, TestClock } from './support.ts';

const QueueUrl = 'http://local/000000000000/live';

function given(definition: Partial<QueueDefinition> = {}) {
  const clock = new TestClock();
  const sqs = new Sqs({ clock });
  const queue = sqs.createQueue({ name: 'live', url: QueueUrl, arn: 'arn:aws:sqs:eu-central-1:0:live', ...definition });
  const client = new SQSClient(clientOf(sqs));
  return { clock, sqs, queue, client };
}

test('a message is sent, received with its attributes, and deleted', async () => {
  const { client, queue } = given();
  const MessageAttributes = {
    kind: { DataType: 'String', StringValue: 'täglich' },
    bytes: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2, 3]) },
  };
  const sent = await client.send(
    new SendMessageCommand({ QueueUrl, MessageBody: 'Grüße 👋', MessageGroupId: 'k#1', MessageAttributes }),
  );
  expect(sent.MD5OfMessageAttributes).toMatch(/^[0-9a-f]{32}$/);

  const asked = { QueueUrl, MessageSystemAttributeNames: ['All' as const], MessageAttributeNames: ['kin.*', 'kind'] };
  const { Messages = [] } = await client.send(new ReceiveMessageCommand(asked));

  expect(Messages).toHaveLength(1);
  expect(Messages[0]).toMatchObject({
    MessageId: sent.MessageId,
    Body: 'Grüße 👋',
    Attributes: { ApproximateReceiveCount: '1', MessageGroupId: 'k#1', SenderId: 'AKIATEST' },
    MessageAttributes: { kind: { StringValue: 'täglich' } },
  });
  expect(queue.depth()).toEqual({ visible: 0, delayed: 0, inFlight: 1 });
  await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages[0]?.ReceiptHandle }));
  expect(queue.depth()).toEqual({ visible: 0, delayed: 0, inFlight: 0 });
});

test("the attributes' digest is the one AWS gives", () => {
  const timestamp = { DataType: 'Number.java.lang.Long', StringValue: '1493147359900' };
  expect(attributesDigest({ timestamp })).toBe('2e2e4876d8e0bd6b8c2c8f556831c349');
});

test('a delayed message is not visible before its moment and then announces itself', async () => {
  const { client, queue, clock } = given();
  const announced: number[] = [];
  queue.onAvailable(() => announced.push(clock.now()));
  const start = clock.now();
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'later', DelaySeconds: 900 }));
  expect(queue.depth()).toEqual({ visible: 0, delayed: 1, inFlight: 0 });
  expect(queue.nextMoment()).toBe(start + 900_000);
  expect(queue.awaitingRetry()).toEqual({ count: 0, nextMoment: undefined });

  clock.advance(899);
  expect(queue.receive(10)).toEqual([]);
  expect(announced).toEqual([]);
  clock.advance(1);
  expect(announced).toEqual([start + 900_000]);
  expect(queue.receive(10)).toHaveLength(1);
});

test('an undeleted message comes back after its visibility time-out, with a new handle and a higher count', () => {
  const { queue, clock } = given({ visibilityTimeout: 60 });
  queue.send({ body: 'a' });
  const [first] = queue.receive(1);
  expect(queue.receive(1)).toEqual([]);
  expect(queue.awaitingRetry()).toEqual({ count: 1, nextMoment: clock.now() + 60_000 });

  clock.advance(60);
  const [second] = queue.receive(1);

  expect(second?.attributes.ApproximateReceiveCount).toBe('2');
  expect(second?.attributes.ApproximateFirstReceiveTimestamp).toBe(String(clock.now() - 60_000));
  expect(queue.delete(first?.receiptHandle ?? '')).toBe(false);
  expect(queue.delete(second?.receiptHandle ?? '')).toBe(true);
});

test('release makes a message visible at the moment asked for', () => {
  const { queue, clock } = given();
  queue.send({ body: 'a' });
  const [message] = queue.receive(1);
  expect(queue.release(message?.receiptHandle ?? '', 7)).toBe(true);
  expect(queue.nextMoment()).toBe(clock.now() + 7000);

  clock.advance(7);
  expect(queue.depth().visible).toBe(1);
  expect(queue.release(message?.receiptHandle ?? '', 7)).toBe(false);
});

test('with a visibility time-out of zero one receive takes a message once', () => {
  const { queue } = given();
  queue.send({ body: 'a' }, { body: 'b' });
  expect(queue.receive(10, 0).map(({ body }) => body)).toEqual(['a', 'b']);
});

test('AWS: 120,000 messages may be in flight; a poller then gets none, and a receiver is told', async () => {
  const { queue, client, clock } = given();
  for (let sent = 0; sent <= MAX_IN_FLIGHT; sent += 1_000) {
    queue.send(...Array.from({ length: 1_000 }, () => ({ body: 'a' })));
  }
  expect(queue.receive(200_000)).toHaveLength(MAX_IN_FLIGHT);
  expect(queue.receive(10)).toEqual([]);
  expect((await failure(client.send(new ReceiveMessageCommand({ QueueUrl })))).name).toBe('OverLimit');
  clock.advance(30);
  expect(queue.receive(10)).toHaveLength(10);
});

test('a message received too often moves to the dead letters and keeps its id and age', () => {
  const { sqs, queue, clock } = given({
    visibilityTimeout: 10,
    redrive: { deadLetterArn: 'arn:dead', maxReceiveCount: 2 },
  });
  const dead = sqs.createQueue({ name: 'dead', url: 'http://local/000000000000/dead', arn: 'arn:dead' });
  const [sent] = queue.send({ body: 'poison' });
  for (let i = 0; i < 2; i++) {
    expect(queue.receive(10)).toHaveLength(1);
    clock.advance(10);
  }
  expect(dead.depth().visible).toBe(0);

  expect(queue.receive(10)).toEqual([]);

  expect(queue.depth()).toEqual({ visible: 0, delayed: 0, inFlight: 0 });
  const [letter] = dead.receive(1);
  expect(letter).toMatchObject({ messageId: sent?.messageId, body: 'poison' });
  expect(letter?.attributes).toMatchObject({
    ApproximateReceiveCount: '1',
    DeadLetterQueueSourceArn: 'arn:aws:sqs:eu-central-1:0:live',
    SentTimestamp: String(clock.now() - 20_000),
  });
  expect(dead.oldestAge()).toBe(20_000);
});

test('a message is forgotten at the end of its retention', () => {
  const { queue, clock } = given({ retention: 3600 });
  queue.send({ body: 'a' });
  clock.advance(3600);
  expect(queue.depth().visible).toBe(1);
  clock.advance(1);
  expect(queue.depth().visible).toBe(0);
});

test('a batch answers entry by entry and announces itself once', async () => {
  const { client, queue } = given();
  let announced = 0;
  queue.onAvailable(() => announced++);
  const result = await client.send(
    new SendMessageBatchCommand({
      QueueUrl,
      Entries: [
        { Id: 'good', MessageBody: 'a' },
        { Id: 'too-late', MessageBody: 'b', DelaySeconds: 901 },
        { Id: 'binary', MessageBody: 'c\u0000' },
        { Id: 'good-too', MessageBody: 'd' },
      ],
    }),
  );
  expect(result.Successful?.map(({ Id }) => Id)).toEqual(['good', 'good-too']);
  expect(result.Failed).toMatchObject([
    { Id: 'too-late', Code: 'InvalidParameterValue', SenderFault: true },
    { Id: 'binary', Code: 'InvalidMessageContents' },
  ]);
  expect(announced).toBe(1);

  const Entries = queue.receive(10).map(({ receiptHandle }, i) => ({ Id: String(i), ReceiptHandle: receiptHandle }));
  const deleted = await client.send(
    new DeleteMessageBatchCommand({ QueueUrl, Entries: [...Entries, { Id: 'x', ReceiptHandle: 'made up' }] }),
  );
  expect(deleted.Successful).toHaveLength(2);
  expect(deleted.Failed).toMatchObject([{ Id: 'x', Code: 'ReceiptHandleIsInvalid' }]);
});

const entry = (Id: string, MessageBody = 'x') => ({ Id, MessageBody });
const MiB = 1024 * 1024;

test.each([
  ['unknown queue', { QueueUrl: 'http://local/000000000000/none', Entries: [entry('a')] }, 'QueueDoesNotExist'],
  ['no entries', { QueueUrl, Entries: [] }, 'EmptyBatchRequest'],
  [
    'eleven',
    { QueueUrl, Entries: Array.from({ length: 11 }, (_, i) => entry(String(i))) },
    'TooManyEntriesInBatchRequest',
  ],
  ['same id twice', { QueueUrl, Entries: [entry('a'), entry('a')] }, 'BatchEntryIdsNotDistinct'],
  ['bad id', { QueueUrl, Entries: [entry('a b')] }, 'InvalidBatchEntryId'],
  ['long id', { QueueUrl, Entries: [entry('a'.repeat(81))] }, 'InvalidBatchEntryId'],
  ['over 1 MiB in all', { QueueUrl, Entries: [entry('a', 'x'.repeat(MiB)), entry('b')] }, 'BatchRequestTooLong'],
])('a batch is refused: %s', async (_case, input, name) => {
  const { client, queue } = given();
  expect((await failure(client.send(new SendMessageBatchCommand(input)))).name).toBe(name);
  expect(queue.depth().visible).toBe(0);
});

test.each([
  ['a delay over 15 minutes', { MessageBody: 'x', DelaySeconds: 901 }, 'InvalidParameterValue'],
  ['a negative delay', { MessageBody: 'x', DelaySeconds: -1 }, 'InvalidParameterValue'],
  ['over 1 MiB of UTF-8', { MessageBody: 'ü'.repeat(MiB / 2 + 1) }, 'InvalidParameterValue'],
  ['no body', { MessageBody: '' }, 'MissingParameter'],
  ['control characters', { MessageBody: '\u0007' }, 'InvalidMessageContents'],
  ['a group id with spaces', { MessageBody: 'x', MessageGroupId: 'a b' }, 'InvalidParameterValue'],
  ['deduplication on a standard queue', { MessageBody: 'x', MessageDeduplicationId: 'a' }, 'InvalidParameterValue'],
])('a message is refused: %s', async (_case, input, name) => {
  const { client } = given();
  expect((await failure(client.send(new SendMessageCommand({ QueueUrl, ...input })))).name).toBe(name);
});

test('exactly 1 MiB and exactly 900 seconds are accepted', async () => {
  const { client } = given();
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x'.repeat(MiB), DelaySeconds: 900 }));
});

test('visibility can be changed only while in flight', async () => {
  const { client, queue } = given();
  queue.send({ body: 'a' });
  const ReceiptHandle = queue.receive(1)[0]?.receiptHandle;
  const change = (VisibilityTimeout: number) =>
    client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));
  expect((await failure(change(43_201))).name).toBe('InvalidParameterValue');
  await change(0);
  expect((await failure(change(5))).name).toBe('MessageNotInflight');
});

test('attributes tell the depth and the settings; purge empties', async () => {
  const { client, queue } = given({ visibilityTimeout: 90 });
  queue.send({ body: 'a' }, { body: 'b' }, { body: 'c', delaySeconds: 5 });
  queue.receive(1);
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  expect(Attributes).toMatchObject({
    ApproximateNumberOfMessages: '1',
    ApproximateNumberOfMessagesDelayed: '1',
    ApproximateNumberOfMessagesNotVisible: '1',
    VisibilityTimeout: '90',
  });
  await client.send(new PurgeQueueCommand({ QueueUrl }));
  expect(queue.depth()).toEqual({ visible: 0, delayed: 0, inFlight: 0 });
});

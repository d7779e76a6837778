import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { expect, test } from 'vitest';
import type { BusEvent } from '../../../local/cloud/services/eventbridge/event-bridge.ts';
import { EventBridge } from '../../../local/cloud/services/eventbridge/event-bridge.ts';
import { clientOf, failure, TestClock } from './support.ts';

function given() {
  const matched: { rule: string; event: BusEvent }[] = [];
  const seen: { bus: string; event: BusEvent }[] = [];
  const events = new EventBridge({
    clock: new TestClock(),
    onMatch: ({ name }, event) => matched.push({ rule: name, event }),
    onEvent: (bus, event) => seen.push({ bus, event }),
  });
  events.createBus('perennial');
  const client = new EventBridgeClient(clientOf(events));
  return { events, client, matched, seen };
}

const entry = {
  EventBusName: 'perennial',
  Source: 'perennial.engine',
  DetailType: 'Stage Changed',
  Detail: '{"stage":"dormant"}',
};

test('an event reaches the rules of its own bus whose pattern it meets, whole', async () => {
  const { events, client, matched, seen } = given();
  const pattern = { source: ['perennial.engine'], detail: { stage: ['dormant'] } };
  events.putRule({ name: 'hit', arn: 'arn:hit', busName: 'perennial', pattern });
  events.putRule({ name: 'other pattern', arn: 'arn:o', busName: 'perennial', pattern: { source: ['x'] } });
  events.putRule({ name: 'other bus', arn: 'arn:d', pattern });

  const sent = { ...entry, EventBusName: 'arn:aws:events:eu-central-1:0:event-bus/perennial', Resources: ['k#1'] };
  const result = await client.send(new PutEventsCommand({ Entries: [sent] }));

  expect(result.FailedEntryCount).toBe(0);
  const event = {
    version: '0',
    id: result.Entries?.[0]?.EventId,
    'detail-type': 'Stage Changed',
    source: 'perennial.engine',
    account: '000000000000',
    time: '2026-11-01T00:00:00Z',
    region: 'eu-central-1',
    resources: ['k#1'],
    detail: { stage: 'dormant' },
  };
  expect(matched).toEqual([{ rule: 'hit', event }]);
  expect(seen).toEqual([{ bus: 'perennial', event }]);
});

test('an event keeps the time it was given, to the second', async () => {
  const { client, seen } = given();
  await client.send(new PutEventsCommand({ Entries: [{ ...entry, Time: new Date('2026-10-31T12:00:00.900Z') }] }));
  expect(seen[0]?.event.time).toBe('2026-10-31T12:00:00Z');
});

test('entries fail one by one inside a 200', async () => {
  const { client, seen } = given();
  const { Source: _, ...noSource } = entry;
  const result = await client.send(
    new PutEventsCommand({
      Entries: [
        entry,
        noSource,
        { ...entry, DetailType: '' },
        { ...entry, DetailType: 'x'.repeat(129) },
        { ...entry, Detail: '{"stage":' },
        { ...entry, Detail: '["a list"]' },
        { ...entry, Source: 'aws.ses' },
        { ...entry, EventBusName: 'none' },
      ],
    }),
  );
  expect(result.FailedEntryCount).toBe(7);
  expect(result.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
    undefined,
    'InvalidArgument',
    'InvalidArgument',
    'InvalidArgument',
    'MalformedDetail',
    'MalformedDetail',
    'NotAuthorizedForSourceException',
    'InvalidArgument',
  ]);
  expect(seen).toHaveLength(1);
});

test.each([
  ['eleven entries', Array.from({ length: 11 }, () => entry)],
  ['over 1 MiB in all', [entry, { ...entry, Detail: JSON.stringify('x'.repeat(1024 * 1024)) }]],
])('a call is refused: %s', async (_case, Entries) => {
  const { client, seen } = given();
  expect((await failure(client.send(new PutEventsCommand({ Entries })))).name).toBe('ValidationException');
  expect(seen).toHaveLength(0);
});

test("AWS's own events come in by emit, on the default bus", () => {
  const { events, matched } = given();
  events.putRule({ name: 'receipts', arn: 'arn:r', pattern: { source: ['aws.ses'] } });
  events.emit('default', { source: 'aws.ses', 'detail-type': 'Email Bounced', detail: {} });
  expect(matched.map(({ rule }) => rule)).toEqual(['receipts']);
});

test('a rule on a bus that is not there, or with a pattern that is none, cannot be made', () => {
  const { events } = given();
  expect(() => events.putRule({ name: 'r', arn: 'a', busName: 'none', pattern: { source: ['x'] } })).toThrow('none');
  expect(() => events.putRule({ name: 'r', arn: 'a', pattern: { source: 'x' } })).toThrow('array');
});

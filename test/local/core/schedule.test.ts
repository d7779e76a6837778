import { describe, expect, test } from 'vitest';
import { arnOf, invocable, minute, queue, queueOf, ref, start, startCloud, writeAssembly } from './support.ts';

const rule = (targetId: string, properties: Record<string, unknown> = {}) => ({
  Type: 'AWS::Events::Rule',
  Properties: {
    ScheduleExpression: 'rate(1 minute)',
    Targets: [{ Id: 'Target0', Arn: arnOf(targetId) }],
    ...properties,
  },
});

/** A queue that a rule fills each minute, and lets. */
const ticking = {
  Ticks: queue(),
  Sweep: rule('Ticks'),
  TicksPolicy: {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: {
      Queues: [ref('Ticks')],
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'events.amazonaws.com' },
            Action: 'sqs:SendMessage',
            Resource: arnOf('Ticks'),
            Condition: { ArnEquals: { 'aws:SourceArn': arnOf('Sweep') } },
          },
        ],
      },
    },
  },
};

describe('a scheduled rule', () => {
  test('fires by the clock, with the event of AWS', async () => {
    const { cloud } = await startCloud(writeAssembly({}, ticking));
    await cloud.advanceTo(start + 3 * minute);
    const events = queueOf(cloud, 'Ticks')
      .peek()
      .map(({ body }) => JSON.parse(body));
    expect(events.map(({ time }) => time)).toEqual([
      '2026-03-01T00:01:00Z',
      '2026-03-01T00:02:00Z',
      '2026-03-01T00:03:00Z',
    ]);
    expect(events[0]).toMatchObject({
      source: 'aws.events',
      'detail-type': 'Scheduled Event',
      detail: {},
      region: 'eu-central-1',
    });
    expect(events[0].resources).toEqual([
      expect.stringMatching(/^arn:aws:events:eu-central-1:000000000000:rule\/Stack-Sweep-/),
    ]);
  });

  test('passes over runs that the gate knows to be empty, and counts them', async () => {
    let worthwhile: number | undefined;
    const scheduleGate = (id: string, at: number) => {
      expect(id).toBe('Sweep');
      return worthwhile === undefined ? undefined : Math.max(worthwhile, at);
    };
    const { cloud } = await startCloud(writeAssembly({}, ticking), { scheduleGate });
    const [sweep] = cloud.schedules;
    await cloud.advanceTo(start + 60 * minute);
    expect([sweep?.runs, sweep?.skippedRuns]).toEqual([0, 60]);
    worthwhile = start + 90.5 * minute;
    cloud.reschedule(worthwhile);
    cloud.clock.schedule(start + 91 * minute, () => {
      worthwhile = undefined;
    });
    await cloud.advanceTo(start + 120 * minute);
    expect(
      queueOf(cloud, 'Ticks')
        .peek()
        .map(({ sentAt }) => sentAt),
    ).toEqual([start + 91 * minute]);
    expect([sweep?.runs, sweep?.skippedRuns]).toEqual([1, 119]);
    worthwhile = start + 200 * minute;
    cloud.reschedule(worthwhile);
    worthwhile = start + 150 * minute;
    cloud.reschedule(worthwhile);
    await cloud.advanceTo(start + 150 * minute);
    expect(sweep?.runs).toBe(2);
  });

  test('invokes a function without waiting; one that fails is tried twice more', async () => {
    const source = 'export const handler = () => { throw new Error("no"); };';
    const { cloud } = await startCloud(
      writeAssembly(
        { Failing: { source } },
        {
          Daily: rule('Failing', { ScheduleExpression: 'cron(0 3 * * ? *)' }),
          Permission: invocable('Failing', 'events.amazonaws.com'),
        },
      ),
    );
    await cloud.advanceTo(start + 180 * minute);
    await cloud.settle();
    expect(cloud.functions.get('Failing')?.invocations).toEqual({ total: 3, failed: 3 });
    expect(cloud.clock.now()).toBe(start + 183 * minute);
  });
});

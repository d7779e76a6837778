import {
  CloudWatchClient,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  type GetMetricStatisticsInput,
} from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { cloudWatchOldestMessage } from '../../../lambdas/adapters/oldest-message.ts';
import { CloudWatch } from '../../../local/cloud/services/cloudwatch/cloud-watch.ts';
import type { Queue } from '../../../local/cloud/services/sqs/queue.ts';
import { Sqs } from '../../../local/cloud/services/sqs/sqs.ts';
import { clientOf, failure, TestClock } from './support.ts';

/** A queue named work at 12:00:00, and what CloudWatch tells of it. */
function given() {
  const clock = new TestClock('2026-11-01T12:00:00Z');
  const sqs = new Sqs({ clock });
  const queue = sqs.createQueue({ name: 'work', url: 'http://sqs/0/work', arn: 'arn:aws:sqs:x:0:work' });
  const client = new CloudWatchClient(clientOf(new CloudWatch({ clock, sqs })));
  const statistics = (changes: Partial<Record<keyof GetMetricStatisticsInput | 'Color', unknown>> = {}) =>
    client.send(
      new GetMetricStatisticsCommand({
        Namespace: 'AWS/SQS',
        MetricName: 'ApproximateAgeOfOldestMessage',
        Dimensions: [{ Name: 'QueueName', Value: 'work' }],
        StartTime: new Date(clock.now() - 600_000),
        EndTime: new Date(clock.now()),
        Period: 60,
        Statistics: ['Maximum'],
        ...(changes as object),
      }),
    );
  /** Each datapoint as minute and seconds. */
  const ages = async () =>
    ((await statistics()).Datapoints ?? []).map(
      ({ Timestamp, Maximum }) => `${Timestamp?.toISOString().slice(11, 16)} ${Maximum}`,
    );
  return { clock, queue, client, statistics, ages };
}

const receiveAndDelete = (queue: Queue) => {
  for (const { receiptHandle } of queue.receive(10)) queue.delete(receiptHandle);
};

describe('the age of the oldest message', () => {
  it('has a datapoint for each complete minute in which something waited', async () => {
    const { clock, queue, ages } = given();
    clock.advance(90);
    queue.send({ body: 'a' });
    clock.advance(29);
    expect(await ages()).toEqual([]);
    clock.advance(61.5);
    expect(await ages()).toEqual(['12:01 30', '12:02 90']);
  });

  it('is of the longest wait within the minute, whenever in it that ended', async () => {
    const { clock, queue, ages } = given();
    queue.send({ body: 'a' });
    clock.advance(100);
    receiveAndDelete(queue);
    clock.advance(10);
    queue.send({ body: 'b' });
    clock.advance(80);
    receiveAndDelete(queue);
    expect(await ages()).toEqual(['12:00 60', '12:01 100', '12:02 70']);
    clock.advance(120);
    expect((await ages()).slice(3)).toEqual(['12:03 80']);
  });

  it('counts what is in flight, and no longer what was received three times', async () => {
    const { clock, queue, ages } = given();
    queue.send({ body: 'poison' });
    for (let times = 0; times < 3; times++) {
      queue.receive(1, 50);
      clock.advance(50);
    }
    queue.send({ body: 'good' });
    clock.advance(60);
    expect(await ages()).toEqual(['12:00 60', '12:01 100', '12:02 30']);
  });

  it('reaches our adapter as the newest complete minute', async () => {
    const { clock, queue, client } = given();
    const oldest = cloudWatchOldestMessage(client, 'work');
    expect(await oldest.read(clock.now())).toBeUndefined();
    queue.send({ body: 'a' });
    clock.advance(150);
    expect(await oldest.read(clock.now())).toEqual({ age: 120_000, minute: Date.parse('2026-11-01T12:01:00Z') });
  });
});

describe('what is refused', () => {
  it.each([
    ['another metric', { MetricName: 'NumberOfMessagesSent' }, 'InvalidParameterValueException'],
    ['another namespace', { Namespace: 'AWS/Lambda' }, 'InvalidParameterValueException'],
    ['another statistic', { Statistics: ['Average'] }, 'InvalidParameterValueException'],
    ['another period', { Period: 300 }, 'InvalidParameterValueException'],
    ['another unit', { Unit: 'Count' }, 'InvalidParameterValueException'],
    ['percentiles', { ExtendedStatistics: ['p99'] }, 'InvalidParameterValueException'],
    ['a queue nobody created', { Dimensions: [{ Name: 'QueueName', Value: 'x' }] }, 'InvalidParameterValueException'],
    ['no dimension', { Dimensions: [] }, 'InvalidParameterValueException'],
    ['an end before the start', { EndTime: new Date(0) }, 'InvalidParameterValueException'],
    ['minutes long gone', { StartTime: new Date(0) }, 'InvalidParameterValueException'],
    ['no statistic', { Statistics: undefined }, 'MissingRequiredParameterException'],
  ])('%s', async (_, changes, name) => {
    expect((await failure(given().statistics(changes))).name).toBe(name);
  });

  it('another operation', async () => {
    const { client, clock } = given();
    const at = new Date(clock.now());
    const call = client.send(new GetMetricDataCommand({ MetricDataQueries: [], StartTime: at, EndTime: at }));
    expect((await failure(call)).name).toBe('UnknownOperationException');
  });
});

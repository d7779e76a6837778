import { type CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { MINUTE } from '../../domain/calendar.ts';
import { LOOK_COUNTS_FOR, type OldestMessage } from '../../domain/decisions/live-lag.ts';

export interface OldestMessageReader {
  /** The newest measurement known at `now` (ms), undefined when there is none: nothing waits. Throws when nobody can tell. */
  read(now: number): Promise<OldestMessage | undefined>;
}

/**
 * How long the oldest message of a queue has waited, as CloudWatch tells it: SQS itself does not. GetMetricStatistics,
 * because its first million requests a month are free and ours are 43,200; GetMetricData is billed from the first
 * ($0.01 per 1,000 metrics: $0.43 a month for each deployment) and has nothing we need.
 */
export const cloudWatchOldestMessage = (client: CloudWatchClient, queueName: string): OldestMessageReader => ({
  async read(now) {
    const end = now - (now % MINUTE);
    const { Datapoints = [] } = await client.send(
      new GetMetricStatisticsCommand({
        Namespace: 'AWS/SQS',
        MetricName: 'ApproximateAgeOfOldestMessage',
        Dimensions: [{ Name: 'QueueName', Value: queueName }],
        // Complete minutes only; several of them, since a datapoint may appear some minutes after its minute.
        StartTime: new Date(end - LOOK_COUNTS_FOR),
        EndTime: new Date(end),
        Period: MINUTE / 1_000,
        Statistics: ['Maximum'],
        Unit: 'Seconds',
      }),
    );
    const measured = Datapoints.flatMap(({ Timestamp, Maximum }) =>
      Timestamp === undefined || Maximum === undefined ? [] : [{ minute: Timestamp.getTime(), age: Maximum * 1_000 }],
    );
    // They come in no order.
    return measured.sort((a, b) => b.minute - a.minute)[0];
  },
});

import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { House } from '../house/house.ts';
import { ImpactAlarm } from '../house/impact-alarm.ts';
import { QueueWithDeadLetters } from '../house/queue-with-dead-letters.ts';

/** Long enough for ten messages of 64 KB whose users all collide; the queues' visibility follows it. */
export const advanceTimeout = Duration.seconds(60);

/** The three queues by which inputs reach the reducer; apart, so that a campaign or a nightly job delays no event. */
export class Inputs extends Construct {
  /** Events as they happen. */
  readonly live: QueueWithDeadLetters;
  /** What comes due, receipts, crossings. */
  readonly timers: QueueWithDeadLetters;
  /** Campaigns, imports, reconciling: as much as `bulkConcurrency` workers get done. */
  readonly bulk: QueueWithDeadLetters;

  constructor(scope: Construct, id: string, house: House) {
    super(scope, id);
    // Ten tries are an hour: an outage of a store that lasts as long should find a human anyway.
    const common = { house, consumerTimeout: advanceTimeout, maxReceiveCount: 10 };
    this.live = new QueueWithDeadLetters(this, 'Live', {
      ...common,
      article: 'live-dead-letters',
      impact:
        "Events were accepted but are not in their users' state: stages, counts and messages of these people are wrong.",
    });
    this.timers = new QueueWithDeadLetters(this, 'Timers', {
      ...common,
      article: 'timers-dead-letters',
      impact:
        'Stage changes or waits that came due were not carried out: these people stay where they are until the next full sweep.',
    });
    this.bulk = new QueueWithDeadLetters(this, 'Bulk', {
      ...common,
      retention: Duration.days(10),
      article: 'bulk-dead-letters',
      impact: 'Part of a campaign, an import or a reconcile was not carried out: some people are missing from it.',
    });
    new ImpactAlarm(this, 'LiveAgeAlarm', {
      house,
      article: 'live-lag',
      impact: 'Events wait minutes before they count: messages leave late, and so does everything that hangs on time.',
      metric: this.live.queue.metricApproximateAgeOfOldestMessage({
        period: Duration.minutes(1),
        statistic: 'Maximum',
      }),
      threshold: 120,
      evaluationPeriods: 5,
    });
  }
}

import { type Habits, type Load, loadOf } from './load.ts';

/** Something that gives out: a quota of AWS or a setting of the stage. */
export interface Limit {
  readonly what: string;
  /** What of the load it bounds, and at how much of it. */
  readonly bounds: keyof Load;
  readonly at: number;
  readonly unit: string;
  /** What happens then. */
  readonly consequence: string;
  /** The runbook's article of the alarm that rings; undefined where none does. */
  readonly alarm: string | undefined;
  readonly change: string;
}

const quota = (name: string) => `Service Quotas: ${name}`;

/**
 * As documented in November 2026, for Regions without special quotas unless they are named; defaults of the stage settings
 * as in lib/house/stage-settings.ts. Whoever changes one there changes it here.
 */
export const limits: readonly Limit[] = [
  {
    what: 'SES, messages a day, as new production accounts begin',
    bounds: 'emailsPerDay',
    at: 50_000,
    unit: '/day',
    consequence: 'emails wait, up to a day',
    alarm: 'held-up-emails',
    change: quota('SES sending quota, weeks before'),
  },
  {
    what: 'SES, messages a second, likewise: 14, of which marketing takes four fifths',
    bounds: 'emailsPerSecond',
    at: 11,
    unit: '/s',
    consequence: 'campaigns take longer',
    alarm: undefined,
    change: `${quota('SES sending rate')}; then \`email.concurrency\``,
  },
  {
    what: '`email.concurrency`: 2 workers of about 50 a second',
    bounds: 'emailsPerSecond',
    at: 100,
    unit: '/s',
    consequence: 'campaigns take longer',
    alarm: undefined,
    change: '`email.concurrency`, up to 1,000',
  },
  {
    what: 'Lambda, concurrency of a new account',
    bounds: 'concurrency',
    at: 10,
    unit: 'at once',
    consequence: 'apps get errors and send again, timers are late',
    alarm: 'ingest-errors',
    change: quota('Lambda concurrent executions, to 1,000'),
  },
  {
    what: 'Firehose, bytes of a stream, most Regions',
    bounds: 'lakeBytes',
    at: 1_048_576,
    unit: 'B/s',
    consequence: 'raw inputs take the way by lake-retry',
    alarm: 'lake-dead-letters',
    change: `${quota('Firehose, by a form')}; there is no setting for more streams yet`,
  },
  {
    what: 'Firehose, bytes of a stream, us-east-1, us-west-2, eu-west-1',
    bounds: 'lakeBytes',
    at: 5_242_880,
    unit: 'B/s',
    consequence: 'the same',
    alarm: 'lake-dead-letters',
    change: 'the same',
  },
  {
    what: '`requests.perSecond`, default',
    bounds: 'requests',
    at: 500,
    unit: '/s',
    consequence: 'the gateway answers 429, SDKs send again later',
    alarm: undefined,
    change: '`requests`, up to what the account has',
  },
  {
    what: 'Firehose, PutRecord calls, most Regions',
    bounds: 'lakeRecords',
    at: 1_000,
    unit: '/s',
    consequence: 'raw inputs take the way by lake-retry',
    alarm: 'lake-dead-letters',
    change: quota('Firehose, by the same form'),
  },
  {
    what: 'DynamoDB, first throughput of the table `sends`',
    bounds: 'sendWrites',
    at: 4_000,
    unit: 'WRU/s',
    consequence: 'a first campaign is throttled until the table has grown (it doubles within half an hour)',
    alarm: undefined,
    change: 'warm throughput, by hand: there is no setting yet',
  },
  {
    what: 'DynamoDB, first throughput of `profiles`',
    bounds: 'profileWrites',
    at: 4_000,
    unit: 'WRU/s',
    consequence: 'events wait until the table has grown',
    alarm: 'live-lag',
    change: 'warm throughput, by hand: there is no setting yet',
  },
  {
    what: 'Stream of `profiles`: four shards, one worker each',
    bounds: 'dispatching',
    at: 4,
    unit: 'at once',
    consequence: 'messages leave late',
    alarm: 'dispatch-lag',
    change: 'a table that has grown has more shards; there is no setting for several workers a shard yet',
  },
  {
    what: 'HTTP API, requests of the account',
    bounds: 'requests',
    at: 10_000,
    unit: '/s',
    consequence: 'the gateway answers 429',
    alarm: undefined,
    change: `${quota('API Gateway throttle rate')}, and \`requests\``,
  },
  {
    what: 'Lambda, concurrency, default',
    bounds: 'concurrency',
    at: 1_000,
    unit: 'at once',
    consequence: 'apps get errors and send again, timers are late',
    alarm: 'ingest-errors',
    change: quota('Lambda concurrent executions'),
  },
  {
    what: 'EventBridge, PutEvents in the smallest Regions',
    bounds: 'domainEvents',
    at: 400,
    unit: '/s',
    consequence: 'domain events are late',
    alarm: 'refusing-sinks',
    change: quota('EventBridge PutEvents; up to 10,000/s in the largest Regions without asking'),
  },
  {
    what: 'DynamoDB, throughput of one table (`sends`)',
    bounds: 'sendWrites',
    at: 40_000,
    unit: 'WRU/s',
    consequence: 'campaigns take longer',
    alarm: undefined,
    change: quota('DynamoDB table-level write throughput'),
  },
  {
    what: 'DynamoDB, throughput of one table (`profiles`)',
    bounds: 'profileWrites',
    at: 40_000,
    unit: 'WRU/s',
    consequence: 'events wait',
    alarm: 'live-lag',
    change: quota('DynamoDB table-level write throughput'),
  },
  {
    what: 'Index `due`: 64 shards of 1,000 writes a second',
    bounds: 'dueWrites',
    at: 64_000,
    unit: 'WRU/s',
    consequence: 'the index holds up the table’s own writes',
    alarm: 'live-lag',
    change: '`dueShards`, before the first deployment: later every profile has to be rewritten',
  },
  {
    what: 'Lambda, workers at one queue',
    bounds: 'advancing',
    at: 1_250,
    unit: 'at once',
    consequence: 'events wait',
    alarm: 'live-lag',
    change: 'provisioned pollers of the mapping; there is no setting yet',
  },
];

/** At how many active people a limit gives out: what it bounds grows with them in proportion. */
export const bitesAt = ({ bounds, at }: Limit, habits?: Habits): number => at / loadOf(1, habits)[bounds];

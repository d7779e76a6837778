import { Duration } from 'aws-cdk-lib';
import type { IMetric, IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { FunctionWithDefaults } from '../../house/function-with-defaults.ts';
import type { DashboardProps } from './dashboard.ts';
import { graph, heading, logged, metric, waiting } from './widgets.ts';

/** What a section may show. */
export interface Page extends DashboardProps {
  functionNamed(entry: string): FunctionWithDefaults;
  /** A sentence on where to read on: these articles of the runbook. */
  see(...articles: string[]): string;
}

const period = Duration.minutes(1);
const sum = { period, statistic: 'Sum' };
const longest = { period, statistic: 'Maximum' };

export function events(page: Page): IWidget[][] {
  const { api } = page.api;
  const ingest = page.functionNamed('ingest');
  return [
    [
      heading(
        'Events: what apps send',
        `Answers are 200; what apps do wrong (4xx) is a steady small share, and 5xx is nothing. ${page.see('Ingest errors', 'Mangled bodies')}`,
      ),
    ],
    [
      graph(
        'Requests a minute',
        [api.metricCount({ ...sum, label: 'all' }), api.metricClientError({ ...sum, label: '4xx: refused' })],
        { right: [api.metricServerError({ ...sum, label: '5xx (right)' })] },
      ),
      graph('Answered after (ms)', [
        api.metricLatency({ period, statistic: 'p50', label: 'half of them' }),
        api.metricLatency({ period, statistic: 'p99', label: '99 of 100' }),
      ]),
      graph('ingest in trouble', troubleOf(ingest)),
    ],
  ];
}

export function state(page: Page): IWidget[][] {
  const { inputs, profiles } = page;
  const advance = page.functionNamed('advance');
  const table = (name: string, label: string) =>
    metric('AWS/DynamoDB', name, { TableName: profiles.name }, 'Sum', label);
  const queues = [
    ['live', inputs.live],
    ['timers', inputs.timers],
    ['bulk', inputs.bulk],
  ] as const;
  return [
    [
      heading(
        'State: every input moves a profile',
        `Live is empty and no older than seconds; bulk may be long while a campaign or an import runs. ${page.see('Live lag', 'Newer profiles', 'Unreadable profiles')}`,
      ),
    ],
    [
      graph(
        'Messages waiting',
        queues.map(([label, { queue }]) => waiting(queue, label)),
      ),
      graph(
        'Oldest message (s)',
        // Bulk may be as old as it likes.
        queues
          .filter(([label]) => label !== 'bulk')
          .map(([label, { queue }]) => queue.metricApproximateAgeOfOldestMessage({ ...longest, label })),
        { expected: { value: 120, label: 'Live lag' } },
      ),
      logged('What advance logged', [advance]),
    ],
    [
      graph(
        'advance: how long (ms), how many at once (right)',
        [advance.metricDuration({ period, statistic: 'p99' })],
        {
          right: [advance.metric('ConcurrentExecutions', { ...longest, label: 'at once' })],
        },
      ),
      graph('advance in trouble', troubleOf(advance)),
      graph(
        'Profiles: units a minute, refused (right)',
        [table('ConsumedReadCapacityUnits', 'read'), table('ConsumedWriteCapacityUnits', 'written')],
        { right: [table('ReadThrottleEvents', 'reads refused'), table('WriteThrottleEvents', 'writes refused')] },
      ),
    ],
  ];
}

export function decisions(page: Page): IWidget[][] {
  const sweep = page.functionNamed('sweep');
  return [
    [
      heading(
        'Decisions: what hangs on time comes due',
        `One sweep a minute, none failing, each far below its five minutes. Timers held back mean that live lags. ${page.see('Sweep stopped', 'Sweep missed', 'Live lag')}`,
      ),
    ],
    [
      graph('Sweeps a minute', [sweep.metricInvocations({ ...sum, label: 'begun' }), sweep.metricErrors(sum)], {
        right: [sweep.metricDuration({ ...longest, label: 'ms (right)' })],
      }),
      graph('Timers given out for later', [
        page.inputs.timers.queue.metricApproximateNumberOfMessagesDelayed({ ...longest, label: 'delayed' }),
      ]),
      logged('Timers held back', [page.functionNamed('advance'), sweep], ['timers-held-back', 'live-lag-unknown']),
    ],
  ];
}

export function delivery(page: Page): IWidget[][] {
  const { dispatchRetry, email, receipts, calls } = page;
  const dispatch = page.functionNamed('dispatch');
  const ses = (name: string) => metric('AWS/SES', name, {}, 'Sum', name);
  return [
    [
      heading(
        'Delivery: what was decided leaves',
        `The stream is read within seconds and the retry queue is empty. SES numbers are the whole account’s. ${page.see('Dispatch lag', 'Refusing sinks', 'Held-up emails', 'Refused sends', 'Bounces', 'Complaints')}`,
      ),
    ],
    [
      graph('Stream read behind by (ms)', [dispatch.metric('IteratorAge', longest)], {
        expected: { value: 120_000, label: 'Dispatch lag' },
        right: [dispatch.metricErrors({ ...sum, label: 'dispatch failed (right)' })],
      }),
      graph('Messages waiting', [
        waiting(email.marketing.queue, 'marketing emails'),
        waiting(dispatchRetry.queue, 'refused by a sink'),
        waiting(receipts.queue, 'receipts'),
        waiting(calls.queue, 'calls'),
      ]),
      // Marketing waits its turn for hours; nobody should wait for a password.
      graph('Oldest transactional email (s)', [email.transactional.queue.metricApproximateAgeOfOldestMessage(longest)]),
    ],
    [
      // What SES rejects stands in the log beside it.
      graph('SES: emails a minute', ['Send', 'Delivery', 'Bounce', 'Complaint'].map(ses)),
      graph('SES: reputation', [email.bounceRate], {
        expected: { value: 0.05, label: 'Bounces' },
        right: [email.complaintRate],
      }),
      logged(
        'Emails that were not simply sent, addresses that have ended, systems that were not told',
        [page.functionNamed('deliver-email'), page.functionNamed('receipts'), page.functionNamed('call')],
        ['send-', 'claim-', 'address-', 'receipt', 'call-'],
      ),
    ],
  ];
}

export function insights(page: Page): IWidget[][] {
  const { lake } = page;
  return [
    [
      heading(
        'Insights: raw inputs reach the lake',
        `An object is closed each minute, so freshness is a few minutes at most; nobody waits for it. ${page.see('Lake delivery', 'Lake dead letters')}`,
      ),
    ],
    [
      graph('Freshness of the lake (s)', [lake.freshness]),
      graph('Refused by the lake', [waiting(lake.retry.queue, 'waiting')]),
    ],
  ];
}

const troubleOf = (one: FunctionWithDefaults): IMetric[] => [
  one.metricErrors({ ...sum, label: 'failed' }),
  one.metricThrottles({ ...sum, label: 'throttled' }),
];

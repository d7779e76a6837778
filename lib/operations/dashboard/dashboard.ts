import { Duration, Stack } from 'aws-cdk-lib';
import { AlarmStatusWidget, Dashboard as AwsDashboard, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Email } from '../../delivery/email.ts';
import type { HttpApi } from '../../events/http-api.ts';
import { FunctionWithDefaults } from '../../house/function-with-defaults.ts';
import type { House } from '../../house/house.ts';
import { ImpactAlarm } from '../../house/impact-alarm.ts';
import type { QueueWithDeadLetters } from '../../house/queue-with-dead-letters.ts';
import type { Lake } from '../../insights/lake.ts';
import type { TableReference } from '../../stacks/data-references.ts';
import type { Inputs } from '../../state/inputs.ts';
import * as sections from './sections.ts';
import { graph, heading, logged, waiting } from './widgets.ts';

export interface DashboardProps {
  readonly house: House;
  readonly api: HttpApi;
  readonly inputs: Inputs;
  readonly profiles: TableReference;
  readonly dispatchRetry: QueueWithDeadLetters;
  readonly email: Email;
  readonly receipts: QueueWithDeadLetters;
  readonly calls: QueueWithDeadLetters;
  readonly lake: Lake;
  readonly census: QueueWithDeadLetters;
  readonly sweepMissed: IQueue;
}

/**
 * The whole wire on one page, from top to bottom as data flows. Made last: it shows every alarm and every function of its
 * stack. An account's first three dashboards cost nothing while each shows at most 50 metrics; any other is $3 a month.
 * What was logged is queried when somebody looks, for $0.005 per GB read.
 */
export class Dashboard extends Construct {
  /** In the AWS console. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const all = stack.node.findAll();
    const functions = all.filter((construct) => construct instanceof FunctionWithDefaults);
    const alarms = all.filter((construct) => construct instanceof ImpactAlarm);
    const page: sections.Page = { ...props, functionNamed: named(functions), see: seeIn(props.house) };

    const dashboardName = `perennial-${props.house.stage.deployment}`;
    new AwsDashboard(this, 'Dashboard', {
      dashboardName,
      defaultInterval: Duration.hours(3),
      widgets: [
        ...sections.events(page),
        ...sections.state(page),
        ...sections.decisions(page),
        ...sections.delivery(page),
        ...sections.insights(page),
        ...trouble(props, alarms, functions),
      ],
    });
    const console = `https://${stack.region}.console.aws.amazon.com/cloudwatch/home?region=${stack.region}`;
    this.url = `${console}#dashboards/dashboard/${dashboardName}`;
  }
}

function trouble(
  { inputs, dispatchRetry, email, receipts, calls, lake, census, sweepMissed }: DashboardProps,
  alarms: ImpactAlarm[],
  functions: readonly FunctionWithDefaults[],
): IWidget[][] {
  const deadLetters: readonly (readonly [string, IQueue])[] = [
    ['live', inputs.live.deadLetters],
    ['timers', inputs.timers.deadLetters],
    ['bulk', inputs.bulk.deadLetters],
    ['dispatch', dispatchRetry.deadLetters],
    ['email', email.marketing.deadLetters],
    ['transactional email', email.transactional.deadLetters],
    ['lake', lake.retry.deadLetters],
    ['census', census.deadLetters],
    ['receipts', receipts.deadLetters],
    ['calls', calls.deadLetters],
    ['sweeps missed', sweepMissed],
  ];
  return [
    [
      heading(
        'Trouble',
        'Every alarm is green and no dead letter waits. An alarm’s name ends with that of its article.',
      ),
    ],
    [
      new AlarmStatusWidget({ title: 'Alarms', alarms, width: 16, height: 6 }),
      graph(
        'Dead letters',
        deadLetters.map(([label, queue]) => waiting(queue, label)),
      ),
    ],
    [logged('What all functions logged, by code', functions)],
  ];
}

const named = (functions: readonly FunctionWithDefaults[]) => (entry: string) => {
  const found = functions.find((one) => one.entry === entry);
  if (found === undefined) throw new Error(`There is no function ${entry} to show`);
  return found;
};

/** Links, if the stage says where its team reads the runbook. */
const seeIn =
  ({ stage: { runbookUrl } }: House) =>
  (...articles: string[]): string => {
    const links = articles.map((title) =>
      runbookUrl.startsWith('https://')
        ? `[${title}](${runbookUrl}#${title.toLowerCase().replaceAll(' ', '-')})`
        : title,
    );
    return `If not, the runbook: ${links.join(', ')}.`;
  };

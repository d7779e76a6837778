import { Duration } from 'aws-cdk-lib';
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ImpactAlarm, type ImpactAlarmProps } from './impact-alarm.ts';

export interface LogAlarmProps extends Omit<ImpactAlarmProps, 'metric' | 'comparisonOperator' | 'silenceIsTrouble'> {
  readonly logGroup: ILogGroup;
  /** Of lambdas/runtime/log.ts. */
  readonly code: string;
  /** Over what the lines are counted. Default: five minutes. */
  readonly period?: Duration;
}

/** Tells somebody when a function logs a code, counted over periods. The metric costs nothing as long as nothing is logged. */
export class LogAlarm extends Construct {
  constructor(scope: Construct, id: string, { logGroup, code, period = Duration.minutes(5), ...alarm }: LogAlarmProps) {
    super(scope, id);
    const lines = new MetricFilter(this, 'Lines', {
      logGroup,
      // Wherever the line holds it: how Lambda wraps what a function logs is not ours to rely on.
      filterPattern: FilterPattern.allTerms(code),
      metricNamespace: 'Perennial',
      metricName: `${alarm.house.stage.deployment}-${alarm.article}`,
    });
    new ImpactAlarm(this, 'Alarm', {
      ...alarm,
      metric: lines.metric({ period, statistic: 'Sum' }),
    });
  }
}

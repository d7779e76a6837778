import { Duration } from 'aws-cdk-lib';
import {
  GraphWidget,
  type HorizontalAnnotation,
  type IMetric,
  LogQueryVisualizationType,
  LogQueryWidget,
  Metric,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { FunctionWithDefaults } from '../../house/function-with-defaults.ts';

/** Of the grid's 24 columns: three graphs stand side by side. */
const width = 8;
const height = 5;

/** Opens a section: what stands in it, and what it looks like when all is well. */
export const heading = (title: string, whenWell: string): TextWidget =>
  new TextWidget({ width: 24, height: 2, markdown: `## ${title}\n${whenWell}` });

/** @param expected where a line says what should not be passed: the threshold of an alarm */
export const graph = (
  title: string,
  left: IMetric[],
  { expected, right = [] }: { expected?: HorizontalAnnotation; right?: IMetric[] } = {},
): GraphWidget =>
  new GraphWidget({
    title,
    left,
    right,
    width,
    height,
    leftYAxis: { min: 0, showUnits: false },
    rightYAxis: { min: 0, showUnits: false },
    ...(expected && { leftAnnotations: [expected] }),
  });

/** How often functions logged each code of the catalogue: those that begin with one of `beginnings`, or all. */
export const logged = (
  title: string,
  functions: readonly FunctionWithDefaults[],
  beginnings?: readonly string[],
): LogQueryWidget =>
  new LogQueryWidget({
    title,
    width: beginnings ? width : 24,
    height,
    view: LogQueryVisualizationType.BAR,
    logGroupNames: functions.map(({ logGroup }) => logGroup.logGroupName),
    queryLines: [
      // Lambda wraps our line as text, so its quotes may be escaped.
      'parse @message /code\\W+(?<code>[a-z-]+)/',
      beginnings ? `filter code like /^(${beginnings.join('|')})/` : 'filter ispresent(code)',
      'stats count(*) as lines by code',
    ],
  });

/** A metric of AWS that no construct offers, by the minute. */
export const metric = (
  namespace: string,
  metricName: string,
  dimensionsMap: Record<string, string>,
  statistic: string,
  label: string,
): Metric => new Metric({ namespace, metricName, dimensionsMap, statistic, label, period: Duration.minutes(1) });

/** How many messages wait on a queue to be received. */
export const waiting = (queue: IQueue, label: string): IMetric =>
  queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1), statistic: 'Maximum', label });

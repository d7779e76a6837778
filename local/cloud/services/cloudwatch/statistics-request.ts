import { Refusal } from '../refusal.ts';

/** What is asked of GetMetricStatistics, its form checked. */
export interface StatisticsRequest {
  readonly metricName: string;
  readonly queueName: string;
  /** Milliseconds since 1970: from is within, to is not. */
  readonly from: number;
  readonly to: number;
}

interface Dimension {
  readonly Name: string;
  readonly Value: string;
}

/** What a request has to hold besides dimensions and times: the one metric that is emulated, as it is emulated. */
const fixed = {
  Namespace: 'AWS/SQS',
  MetricName: 'ApproximateAgeOfOldestMessage',
  Period: 60,
  Statistics: ['Maximum'],
};
const required = [...Object.keys(fixed), 'Dimensions', 'StartTime', 'EndTime'];

/** Refuses what AWS refuses, and everything of which the local cloud could only make something up. */
export function checkStatisticsRequest(input: unknown): StatisticsRequest {
  const request = (input ?? {}) as Record<string, unknown>;
  for (const name of required) if (request[name] === undefined) throw missing(name);
  for (const [name, value] of Object.entries(request)) {
    if (name in fixed) expectValue(name, value, fixed[name as keyof typeof fixed]);
    else if (name === 'Unit') expectValue(name, value, 'Seconds');
    else if (!required.includes(name)) throw invalid(`The local cloud does not know the parameter ${name}.`);
  }
  const dimensions = request.Dimensions as readonly Dimension[];
  const [queue] = dimensions;
  if (queue?.Name !== 'QueueName' || dimensions.length > 1) {
    throw invalid('The metric has one dimension, QueueName.');
  }
  const from = Number(request.StartTime) * 1000;
  const to = Number(request.EndTime) * 1000;
  if (!(from < to)) throw invalid('The parameter StartTime must be less than the parameter EndTime.');
  return { metricName: fixed.MetricName, queueName: queue.Value, from, to };
}

function expectValue(name: string, value: unknown, expected: unknown): void {
  const [found, wanted] = [JSON.stringify(value), JSON.stringify(expected)];
  if (found !== wanted) throw invalid(`The local cloud has ${name} ${wanted} only, not ${found}.`);
}

const invalid = (message: string) => new Refusal('InvalidParameterValueException', message);
const missing = (name: string) =>
  new Refusal('MissingRequiredParameterException', `The request must contain the parameter ${name}.`);

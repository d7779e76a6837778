import type { Clock } from '../../clock.ts';
import type { AwsRequest, AwsResponse, AwsService } from '../../service.ts';
import { answer, Refusal } from '../refusal.ts';
import type { Queue } from '../sqs/queue.ts';
import type { Sqs } from '../sqs/sqs.ts';
import { WaitingTimes } from '../sqs/waiting-times.ts';
import { checkStatisticsRequest } from './statistics-request.ts';

const MINUTE = 60_000;

/**
 * Amazon CloudWatch, as far as somebody asks it: GetMetricStatistics of the age of a queue's oldest message, in datapoints
 * of a minute. On AWS a datapoint appears up to a few minutes after its minute; here as soon as the minute is over.
 */
export class CloudWatch implements AwsService {
  readonly #clock: Clock;
  readonly #sqs: Sqs;

  constructor({ clock, sqs }: { clock: Clock; sqs: Sqs }) {
    this.#clock = clock;
    this.#sqs = sqs;
  }

  handle(request: AwsRequest): AwsResponse {
    return answer(() => {
      if (request.action !== 'GetMetricStatistics') {
        const message = `The local cloud's CloudWatch has no operation ${request.action}.`;
        throw new Refusal('UnknownOperationException', message);
      }
      const { metricName, queueName, from, to } = checkStatisticsRequest(request.input);
      return { Label: metricName, Datapoints: this.#ages(this.#queueOf(queueName), from, to) };
    }, cloudWatchError);
  }

  /** AWS tells nothing of a queue that is not there, as of one that nobody uses; here it is a mistake. */
  #queueOf(name: string): Queue {
    for (const queue of this.#sqs.queues()) if (queue.definition.name === name) return queue;
    throw new Refusal('InvalidParameterValueException', `The local cloud has no queue ${name}.`);
  }

  /** One datapoint for each complete minute in which something waited; a minute without has none. */
  #ages(queue: Queue, from: number, to: number): object[] {
    const now = this.#clock.now();
    const begun = now - (now % MINUTE);
    const first = from - (from % MINUTE);
    if (first < begun - WaitingTimes.MINUTES * MINUTE) {
      const message = `The local cloud keeps datapoints for ${WaitingTimes.MINUTES} minutes.`;
      throw new Refusal('InvalidParameterValueException', message);
    }
    const datapoints: object[] = [];
    for (let minute = first; minute < to && minute < begun; minute += MINUTE) {
      const age = queue.longestAgeIn(minute);
      // SQS measures in whole seconds.
      if (age !== undefined)
        datapoints.push({ Timestamp: minute / 1000, Maximum: Math.floor(age / 1000), Unit: 'Seconds' });
    }
    return datapoints;
  }
}

/** Codes of the query protocol that CloudWatch still sends beside the shape's name. */
const QUERY_CODES: Readonly<Record<string, string>> = {
  InvalidParameterValueException: 'InvalidParameterValue',
  MissingRequiredParameterException: 'MissingParameter',
};

/** CloudWatch answers JSON errors with a second header, from the days of its query protocol. */
function cloudWatchError({ status, type, message }: Refusal): AwsResponse {
  const headers = { 'x-amzn-errortype': type, 'x-amzn-query-error': `${QUERY_CODES[type] ?? type};Sender` };
  return { status, headers, body: { __type: `com.amazonaws.cloudwatch#${type}`, message } };
}

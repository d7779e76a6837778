import type { Clock } from '../../clock.ts';
import type { AwsRequest, AwsResponse, AwsService } from '../../service.ts';
import { answer } from '../refusal.ts';
import { actions } from './actions.ts';
import type { QueueDefinition } from './queue.ts';
import { Queue } from './queue.ts';
import { queueDoesNotExist, sqsError, unknownAction } from './sqs-error.ts';

/** Amazon SQS, standard queues, JSON protocol. */
export class Sqs implements AwsService {
  readonly #clock: Clock;
  readonly #byPath = new Map<string, Queue>();
  readonly #byArn = new Map<string, Queue>();

  constructor({ clock }: { clock: Clock }) {
    this.#clock = clock;
  }

  createQueue(definition: QueueDefinition): Queue {
    const deadLetterArn = definition.redrive?.deadLetterArn;
    const queue = new Queue(definition, this.#clock, () =>
      deadLetterArn === undefined ? undefined : this.#byArn.get(deadLetterArn),
    );
    this.#byPath.set(pathOf(definition.url), queue);
    this.#byArn.set(definition.arn, queue);
    return queue;
  }

  /** A queue by its arn, for event source mappings and rule targets. */
  queue(arn: string): Queue | undefined {
    return this.#byArn.get(arn);
  }

  queues(): Iterable<Queue> {
    return this.#byArn.values();
  }

  handle(request: AwsRequest): AwsResponse {
    return answer(() => {
      const action = actions[request.action] ?? unknownAction(request.action);
      const input = (request.input ?? {}) as Record<string, unknown>;
      const sender = { caller: request.caller, trace: request.headers['x-amzn-trace-id'] };
      return action(this.#queueOf(input.QueueUrl), input, sender);
    }, sqsError);
  }

  #queueOf(url: unknown): Queue {
    return (typeof url === 'string' ? this.#byPath.get(pathOf(url)) : undefined) ?? queueDoesNotExist();
  }
}

/** AWS reads a queue's account and name from the path of its URL, whatever the host. */
function pathOf(url: string): string {
  return url.replace(/^[a-z]+:\/\/[^/]+/, '');
}

import type { LambdaFunction } from './lambda-function.ts';
import type { AsyncInvocations } from './mappings/async-invocation.ts';
import type { Sqs } from './services/sqs/sqs.ts';

/** A target of a rule, in the template's own words. */
export interface RuleTarget {
  readonly Id: string;
  readonly Arn: string;
  readonly Input?: string;
  readonly InputPath?: string;
  readonly InputTransformer?: unknown;
}

export interface TargetSurroundings {
  readonly sqs: Sqs;
  readonly functionsByArn: ReadonlyMap<string, LambdaFunction>;
  readonly invocations: AsyncInvocations;
}

/** Turns a rule's targets into one function that hands them an event. Throws for targets the local cloud lacks. */
export function deliverTo(targets: readonly RuleTarget[], around: TargetSurroundings): (event: unknown) => void {
  const deliveries = targets.map((target) => deliverToOne(target, around));
  return (event) => {
    for (const deliver of deliveries) deliver(event);
  };
}

function deliverToOne(target: RuleTarget, { sqs, functionsByArn, invocations }: TargetSurroundings) {
  if (target.InputPath !== undefined || target.InputTransformer !== undefined) {
    throw new Error(`Rule target ${target.Id}: the local cloud does not transform events`);
  }
  const inputOf = (event: unknown) => (target.Input === undefined ? event : JSON.parse(target.Input));
  const queue = sqs.queue(target.Arn);
  if (queue) return (event: unknown) => void queue.send({ body: JSON.stringify(inputOf(event)) });
  const lambda = functionsByArn.get(target.Arn);
  if (lambda) return (event: unknown) => invocations.invoke(lambda, inputOf(event));
  throw new Error(`Rule target ${target.Id}: the local cloud has no ${target.Arn}`);
}

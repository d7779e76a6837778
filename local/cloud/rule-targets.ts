import type { LambdaFunction } from './lambda-function.ts';
import type { AsyncInvocations } from './mappings/async-invocation.ts';
import type { Permissions } from './permissions/permissions.ts';
import type { Queue } from './services/sqs/queue.ts';
import type { Sqs } from './services/sqs/sqs.ts';

/** A target of a rule, in the template's own words. */
export interface RuleTarget {
  readonly Id: string;
  readonly Arn: string;
  readonly Input?: string;
  readonly DeadLetterConfig?: { readonly Arn: string };
  /**
   * For targets that cannot be reached. Here every one can: Lambda and SQS take at once what they may be given, and what
   * they may not be given is not tried again on AWS either.
   */
  readonly RetryPolicy?: unknown;
}

export interface TargetSurroundings {
  readonly ruleArn: string;
  readonly sqs: Sqs;
  readonly functionsByArn: ReadonlyMap<string, LambdaFunction>;
  readonly invocations: AsyncInvocations;
  readonly permissions: Permissions;
  readonly log: (line: string) => void;
}

const KNOWN = new Set(['Id', 'Arn', 'Input', 'DeadLetterConfig', 'RetryPolicy']);
const EVENTBRIDGE = 'events.amazonaws.com';

/** Turns a rule's targets into one function that hands them an event. Throws for targets the local cloud lacks. */
export function deliverTo(targets: readonly RuleTarget[], around: TargetSurroundings): (event: unknown) => void {
  const deliveries = targets.map((target) => deliverToOne(target, around));
  return (event) => {
    for (const deliver of deliveries) deliver(event);
  };
}

function deliverToOne(target: RuleTarget, around: TargetSurroundings): (event: unknown) => void {
  const unknown = Object.keys(target).find((name) => !KNOWN.has(name));
  if (unknown !== undefined) throw new Error(`Rule target ${target.Id}: the local cloud does not know ${unknown}`);
  const { permissions, ruleArn } = around;
  const { action, give } = receiverOf(target, around);
  return (event) => {
    const may = permissions.serviceMay(EVENTBRIDGE, ruleArn, { action, resource: target.Arn });
    if (may) give(target.Input === undefined ? event : JSON.parse(target.Input));
    else leave(event, target, around);
  };
}

/** What takes events at the target's end, and what EventBridge must be allowed for it. */
function receiverOf({ Id, Arn }: RuleTarget, { sqs, functionsByArn, invocations }: TargetSurroundings) {
  const queue = sqs.queue(Arn);
  if (queue)
    return { action: 'sqs:SendMessage', give: (event: unknown) => void queue.send({ body: JSON.stringify(event) }) };
  const lambda = functionsByArn.get(Arn);
  if (lambda) return { action: 'lambda:InvokeFunction', give: (event: unknown) => invocations.invoke(lambda, event) };
  throw new Error(`Rule target ${Id}: the local cloud has no ${Arn}`);
}

/** AWS: an event whose target may not be reached goes to the dead letters at once; without any it is gone. */
function leave(event: unknown, target: RuleTarget, { sqs, permissions, ruleArn, log }: TargetSurroundings): void {
  const arn = target.DeadLetterConfig?.Arn;
  const deadLetters = arn === undefined ? undefined : sqs.queue(arn);
  const need = { action: 'sqs:SendMessage', resource: arn ?? '' };
  if (deadLetters === undefined || !permissions.serviceMay(EVENTBRIDGE, ruleArn, need)) {
    log(`An event for ${target.Arn} is lost: it may not be given there, and there are no dead letters for it`);
    return;
  }
  sendDeadLetter(deadLetters, event, { RULE_ARN: ruleArn, TARGET_ARN: target.Arn });
}

function sendDeadLetter(queue: Queue, event: unknown, about: Readonly<Record<string, string>>): void {
  const attributes = { ...about, ERROR_CODE: 'NO_PERMISSIONS', RETRY_ATTEMPTS: '0' };
  const messageAttributes = Object.fromEntries(
    Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
  );
  queue.send({ body: JSON.stringify(event), messageAttributes });
}

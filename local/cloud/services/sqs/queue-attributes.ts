import { Refusal } from '../refusal.ts';
import type { Queue } from './queue.ts';

/** GetQueueAttributes: the figures and settings of a queue, as text, those that were asked for. */
export function queueAttributes(queue: Queue, asked: unknown): Record<string, string> {
  const { arn, visibilityTimeout, delaySeconds, retention, redrive } = queue.definition;
  const depth = queue.depth();
  const all: Record<string, string> = {
    QueueArn: arn,
    ApproximateNumberOfMessages: String(depth.visible),
    ApproximateNumberOfMessagesDelayed: String(depth.delayed),
    ApproximateNumberOfMessagesNotVisible: String(depth.inFlight),
    VisibilityTimeout: String(visibilityTimeout ?? 30),
    DelaySeconds: String(delaySeconds ?? 0),
    MessageRetentionPeriod: String(retention ?? 4 * 24 * 3600),
    MaximumMessageSize: String(1024 * 1024),
    ReceiveMessageWaitTimeSeconds: '0',
    SqsManagedSseEnabled: 'true',
  };
  if (redrive !== undefined) {
    const { deadLetterArn, maxReceiveCount } = redrive;
    all.RedrivePolicy = JSON.stringify({ deadLetterTargetArn: deadLetterArn, maxReceiveCount });
  }
  const names = Array.isArray(asked) ? asked.map(String) : [];
  if (names.includes('All')) return all;
  const unknown = names.find((name) => !(name in all) && name !== 'RedrivePolicy');
  if (unknown !== undefined) throw new Refusal('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
}

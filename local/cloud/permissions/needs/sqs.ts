import { arnOf, inputOf, type NeedsOf } from './need.ts';

const ofQueue =
  (action: string): NeedsOf =>
  (request, account) => {
    // AWS reads account and name from the path, whatever the host.
    const name = (inputOf<{ QueueUrl: string }>(request).QueueUrl ?? '').split('/').at(-1) ?? '';
    return [{ action, resource: arnOf(account, 'sqs', name) }];
  };

/** A batch needs what its single form needs: there are no actions of batches. */
export const sqsNeeds: Readonly<Record<string, NeedsOf>> = {
  SendMessage: ofQueue('sqs:SendMessage'),
  SendMessageBatch: ofQueue('sqs:SendMessage'),
  ReceiveMessage: ofQueue('sqs:ReceiveMessage'),
  DeleteMessage: ofQueue('sqs:DeleteMessage'),
  DeleteMessageBatch: ofQueue('sqs:DeleteMessage'),
  ChangeMessageVisibility: ofQueue('sqs:ChangeMessageVisibility'),
  ChangeMessageVisibilityBatch: ofQueue('sqs:ChangeMessageVisibility'),
  GetQueueAttributes: ofQueue('sqs:GetQueueAttributes'),
  PurgeQueue: ofQueue('sqs:PurgeQueue'),
};

import type { AwsResponse } from '../../service.ts';
import { Refusal } from '../refusal.ts';

/** Codes of the query protocol that SQS still sends beside the shape's name; the SDK takes them for `error.Code`. */
const QUERY_CODES: Readonly<Record<string, string>> = {
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  TooManyEntriesInBatchRequest: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
  EmptyBatchRequest: 'AWS.SimpleQueueService.EmptyBatchRequest',
  BatchEntryIdsNotDistinct: 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
  BatchRequestTooLong: 'AWS.SimpleQueueService.BatchRequestTooLong',
  InvalidBatchEntryId: 'AWS.SimpleQueueService.InvalidBatchEntryId',
  MessageNotInflight: 'AWS.SimpleQueueService.MessageNotInflight',
};

/** SQS answers JSON errors with a second header, from the days of its query protocol. */
export function sqsError({ status, type, message }: Refusal): AwsResponse {
  const headers = { 'x-amzn-errortype': type, 'x-amzn-query-error': `${QUERY_CODES[type] ?? type};Sender` };
  return { status, headers, body: { __type: `com.amazonaws.sqs#${type}`, message } };
}

export function queueDoesNotExist(): never {
  throw new Refusal('QueueDoesNotExist', 'The specified queue does not exist.');
}

export function unknownAction(action: string): never {
  throw new Refusal('InvalidAction', `The action ${action} is not valid for this endpoint.`);
}

export function missing(parameter: string): never {
  throw new Refusal('MissingParameter', `The request must contain the parameter ${parameter}.`);
}

export function invalidValue(value: unknown, parameter: string, reason: string): never {
  const message = `Value ${String(value)} for parameter ${parameter} is invalid. Reason: ${reason}`;
  throw new Refusal('InvalidParameterValue', message);
}

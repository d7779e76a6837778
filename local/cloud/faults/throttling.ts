import type { AwsRequest, AwsResponse } from '../service.ts';
import { awsError } from '../service.ts';

/** What each service answers when it is asked too often, by signing name: the SDK's next step depends on it. */
const THROTTLED: Readonly<Record<string, readonly [status: number, type: string]>> = {
  dynamodb: [400, 'ProvisionedThroughputExceededException'],
  sqs: [400, 'RequestThrottled'],
  events: [400, 'ThrottlingException'],
  firehose: [503, 'ServiceUnavailableException'],
  ses: [429, 'TooManyRequestsException'],
  s3: [503, 'SlowDown'],
};

export function asThrottled({ service }: AwsRequest): AwsResponse {
  const [status, type] = THROTTLED[service] ?? [400, 'ThrottlingException'];
  return awsError(status, type, 'Rate exceeded');
}

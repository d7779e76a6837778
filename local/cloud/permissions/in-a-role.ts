import type { Need } from './needs/need.ts';
import type { Permissions } from './permissions.ts';
import type { Principal } from './principal.ts';

/** What Lambda does with a function's event sources and log, in the function's name, by the service of the source's arn. */
const READING: Readonly<Record<string, readonly string[]>> = {
  sqs: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
  dynamodb: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
};

/** Lambda refuses a mapping whose function may not read the source: CloudFormation fails with this error. */
export function checkMapping(permissions: Permissions, who: Principal, sourceArn: string): void {
  const service = sourceArn.split(':')[2] ?? '';
  for (const action of READING[service] ?? []) {
    if (permissions.may(who, { action, resource: sourceArn })) continue;
    throw new Error(
      `The provided execution role does not have permissions to call ${action} on ${sourceArn}: ${who.name}`,
    );
  }
}

/**
 * Whether Lambda may write a function's log. It opens the stream before the function's first line; where it may not, the
 * function runs on and nobody hears of it.
 */
export function logWriter(permissions: Permissions, who: Principal, streamArn: string): () => boolean {
  const actions = ['logs:CreateLogStream', 'logs:PutLogEvents'];
  let may: boolean | undefined;
  return () => {
    // Asked once: policies do not change while the stacks stand.
    may ??= mayAll(
      permissions,
      who,
      actions.map((action) => ({ action, resource: streamArn })),
    );
    return may;
  };
}

/** Whether Lambda may leave an object in an on-failure bucket. It looks into the bucket first. */
export function mayLeave(permissions: Permissions, who: Principal, bucketArn: string, key: string): boolean {
  return mayAll(permissions, who, [
    { action: 's3:ListBucket', resource: bucketArn },
    { action: 's3:PutObject', resource: `${bucketArn}/${key}` },
  ]);
}

const mayAll = (permissions: Permissions, who: Principal, needs: readonly Need[]): boolean =>
  needs.every((need) => permissions.may(who, need));

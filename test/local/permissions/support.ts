import { Permissions } from '../../../local/cloud/permissions/permissions.ts';
import { DynamoDb } from '../../../local/cloud/services/dynamodb/dynamo-db.ts';
import { ObjectStore } from '../../../local/cloud/services/s3/object-store.ts';
import { S3 } from '../../../local/cloud/services/s3/s3.ts';
import { Outbox } from '../../../local/cloud/services/ses/outbox.ts';
import { Ses } from '../../../local/cloud/services/ses/ses.ts';
import type { PolicyStatement } from '../../../local/cloud/template/policy.ts';
import type { Resource } from '../../../local/cloud/template/stack.ts';
import { clientOf, TestClock } from '../services/support.ts';

const account = '000000000000';
const roleArn = `arn:aws:iam::${account}:role/sender-role`;
export const SENDER = `arn:aws:sts::${account}:assumed-role/sender-role/sender`;

export const arn = (service: string, resource: string) => `arn:aws:${service}:eu-central-1:${account}:${resource}`;

export const allow = (
  action: string | readonly string[],
  resource: string | readonly string[],
  Condition?: PolicyStatement['Condition'],
): PolicyStatement => ({ Effect: 'Allow', Action: action, Resource: resource, ...(Condition && { Condition }) });

/** A resource of a stack, as far as permissions look at it. */
const resourceOf = (logicalId: string, type: string, properties: Resource['properties'], arnOfIt = ''): Resource => ({
  stackName: 'Stack',
  logicalId,
  type,
  ref: logicalId,
  attributes: { Arn: arnOfIt },
  properties,
});

export const trust = (service: string) => ({
  Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
});

/** An account with one function, `sender`, and services that answer everything they are asked; its bucket has one object. */
export function accountOf(statements: readonly PolicyStatement[], others: readonly Resource[] = []) {
  const clock = new TestClock();
  const dynamodb = new DynamoDb({ clock });
  dynamodb.createTable({
    TableName: 'ledger',
    KeySchema: [
      { AttributeName: 'kind', KeyType: 'HASH' },
      { AttributeName: 'name', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: 'kind', AttributeType: 'S' },
      { AttributeName: 'name', AttributeType: 'S' },
    ],
  });
  const ses = new Ses({ clock, outbox: new Outbox() });
  ses.verifyIdentity('shop.example');
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const permissions = new Permissions({ region: 'eu-central-1', account, dynamodb, ses, log });
  const role = {
    AssumeRolePolicyDocument: trust('lambda.amazonaws.com'),
    Policies: [{ PolicyName: 'Own', PolicyDocument: { Statement: statements } }],
  };
  permissions.load([{ ...resourceOf('SenderRole', 'AWS::IAM::Role', role, roleArn), ref: 'sender-role' }, ...others]);
  permissions.giveKey('AKIASENDER', permissions.assume(roleArn, 'lambda.amazonaws.com', 'sender'));
  const objects = new ObjectStore();
  objects.createBucket('lake');
  objects.put('lake', { key: 'raw/a b', body: Buffer.from(''), at: clock.now() });
  const s3 = new S3({ clock, objects });
  /** Settings of an SDK client that signs with a key. */
  const client = (accessKeyId = 'AKIASENDER') => ({
    ...clientOf({
      handle: (request) =>
        permissions.interceptor(request, () =>
          request.service === 's3' ? s3.handle(request) : { status: 200, body: {} },
        ),
    }),
    credentials: { accessKeyId, secretAccessKey: 'secret' },
  });
  return { permissions, client, lines };
}

import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { FirehoseClient, PutRecordCommand } from '@aws-sdk/client-firehose';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { OPERATOR } from '../../../local/cloud/permissions/permissions.ts';
import type { PolicyStatement } from '../../../local/cloud/template/policy.ts';
import { accountOf, allow, arn, SENDER } from './support.ts';

type Config = ReturnType<ReturnType<typeof accountOf>['client']>;

interface Case {
  readonly service: string;
  readonly send: (config: Config) => Promise<unknown>;
  /** All it needs. */
  readonly granted: readonly PolicyStatement[];
  /** What the SDK makes of the refusal when the last of it is taken away. */
  readonly name: string;
  readonly status: number;
  readonly message: string;
  /** What it makes of a key that nobody has. */
  readonly unknownKey: string;
}

const because = (action: string) => `because no identity-based policy allows the ${action} action`;
const told = (action: string, resource: string) =>
  `User: ${SENDER} is not authorized to perform: ${action} on resource: ${resource} ${because(action)}`;
const queue = arn('sqs', 'live');
const set = arn('ses', 'configuration-set/set');

const cases: readonly Case[] = [
  {
    service: 'DynamoDB',
    send: (config) =>
      new DynamoDBClient(config).send(
        new GetItemCommand({ TableName: 'ledger', Key: { kind: { S: 'a' }, name: { S: 'b' } } }),
      ),
    granted: [allow('dynamodb:GetItem', arn('dynamodb', 'table/ledger'))],
    name: 'AccessDeniedException',
    status: 400,
    message: told('dynamodb:GetItem', arn('dynamodb', 'table/ledger')),
    unknownKey: 'UnrecognizedClientException',
  },
  {
    service: 'SQS',
    send: (config) =>
      new SQSClient(config).send(
        new SendMessageBatchCommand({
          QueueUrl: 'http://aws.localhost/000000000000/live',
          Entries: [{ Id: '0', MessageBody: 'x' }],
        }),
      ),
    granted: [allow('sqs:SendMessage', queue)],
    name: 'AccessDenied',
    status: 403,
    message: told('sqs:sendmessage', queue),
    unknownKey: 'InvalidClientTokenId',
  },
  {
    service: 'EventBridge',
    send: (config) =>
      new EventBridgeClient(config).send(new PutEventsCommand({ Entries: [{ EventBusName: 'own' }, {}] })),
    granted: [
      allow('events:PutEvents', arn('events', 'event-bus/own')),
      allow('events:PutEvents', arn('events', 'event-bus/default')),
    ],
    name: 'AccessDeniedException',
    status: 400,
    message: told('events:PutEvents', arn('events', 'event-bus/default')),
    unknownKey: 'UnrecognizedClientException',
  },
  {
    service: 'Firehose',
    send: (config) =>
      new FirehoseClient(config).send(
        new PutRecordCommand({ DeliveryStreamName: 'lake', Record: { Data: Buffer.from('x') } }),
      ),
    granted: [allow('firehose:PutRecord', arn('firehose', 'deliverystream/lake'))],
    name: 'AccessDeniedException',
    status: 400,
    message: told('firehose:PutRecord', arn('firehose', 'deliverystream/lake')),
    unknownKey: 'UnrecognizedClientException',
  },
  {
    service: 'SES',
    send: (config) =>
      new SESv2Client(config).send(
        new SendEmailCommand({
          FromEmailAddress: 'Shop <hello@shop.example>',
          ConfigurationSetName: 'set',
          Content: { Simple: { Subject: { Data: 's' }, Body: { Text: { Data: 't' } } } },
        }),
      ),
    granted: [
      allow('ses:SendEmail', arn('ses', 'identity/shop.example'), {
        StringEquals: { 'ses:FromAddress': 'hello@shop.example' },
      }),
      allow('ses:SendEmail', set),
    ],
    name: 'AccessDeniedException',
    status: 403,
    message: `User \`${SENDER}' is not authorized to perform \`ses:SendEmail' on resource \`${set}'`,
    unknownKey: 'UnrecognizedClientException',
  },
  {
    service: 'CloudWatch',
    send: (config) =>
      new CloudWatchClient(config).send(
        new GetMetricStatisticsCommand({
          Namespace: 'AWS/SQS',
          MetricName: 'm',
          StartTime: new Date(0),
          EndTime: new Date(1),
          Period: 60,
        }),
      ),
    granted: [allow('cloudwatch:GetMetricStatistics', '*')],
    name: 'AccessDenied',
    status: 403,
    message: `User: ${SENDER} is not authorized to perform: cloudwatch:GetMetricStatistics ${because('cloudwatch:GetMetricStatistics')}`,
    unknownKey: 'InvalidClientTokenId',
  },
  {
    service: 'S3',
    send: (config) => new S3Client(config).send(new GetObjectCommand({ Bucket: 'lake', Key: 'raw/a b' })),
    granted: [allow('s3:GetObject', 'arn:aws:s3:::lake/raw/*')],
    name: 'AccessDenied',
    status: 403,
    message: told('s3:GetObject', '"arn:aws:s3:::lake/raw/a b"'),
    unknownKey: 'InvalidAccessKeyId',
  },
  {
    service: 'Parameter Store',
    send: (config) => new SSMClient(config).send(new GetParameterCommand({ Name: '/perennial/local/operations' })),
    granted: [allow('ssm:GetParameter', arn('ssm', 'parameter/perennial/local/*'))],
    name: 'AccessDeniedException',
    status: 400,
    message: told('ssm:GetParameter', arn('ssm', 'parameter/perennial/local/operations')),
    unknownKey: 'UnrecognizedClientException',
  },
];

describe.each(cases)('$service', ({ send, granted, name, status, message, unknownKey }) => {
  const account = accountOf(granted);

  it('answers whom it is allowed to', async () => {
    await expect(send(account.client())).resolves.toBeDefined();
  });

  it('says in its own words what is not allowed, when one action is taken away', async () => {
    const { client, lines } = accountOf(granted.slice(0, -1));
    const refusal = { name, message, $fault: 'client', $metadata: { httpStatusCode: status } };
    await expect(send(client())).rejects.toMatchObject(refusal);
    expect(lines).toHaveLength(1);
  });

  it('knows nobody by a key that was never given', async () => {
    await expect(send(account.client('AKIANOBODY'))).rejects.toMatchObject({ name: unknownKey });
  });

  it('answers whoever sits at the machine', async () => {
    await expect(send(accountOf([]).client(OPERATOR.accessKeyId))).resolves.toBeDefined();
  });
});

describe('an explicit denial', () => {
  it('is told with the kind of policy it stands in', async () => {
    const [{ granted, send } = cases[0] as Case] = cases;
    const { client } = accountOf([...granted, { Effect: 'Deny', Action: '*', Resource: '*' }]);
    await expect(send(client())).rejects.toThrow(/with an explicit deny in an identity-based policy$/);
  });
});

describe('an object that is not there', () => {
  const get = (config: Config) => new S3Client(config).send(new GetObjectCommand({ Bucket: 'lake', Key: 'gone' }));
  const reading = allow('s3:GetObject', 'arn:aws:s3:::lake/*');

  it('is not there for whoever may list the bucket, and forbidden for others', async () => {
    const lister = accountOf([reading, allow('s3:ListBucket', 'arn:aws:s3:::lake')]);
    await expect(get(lister.client())).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(get(accountOf([reading]).client())).rejects.toMatchObject({
      name: 'AccessDenied',
      message: told('s3:ListBucket', '"arn:aws:s3:::lake"'),
    });
  });

  // A request for an object names no prefix, so the condition does not hold.
  it('is forbidden for whoever may list only what is under a prefix', async () => {
    const listing = allow('s3:ListBucket', 'arn:aws:s3:::lake', { StringLike: { 's3:prefix': '*' } });
    await expect(get(accountOf([reading, listing]).client())).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

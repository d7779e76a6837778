import type { AwsRequest } from '../../service.ts';
import { athenaNeeds } from './athena.ts';
import { dynamodbNeeds } from './dynamodb.ts';
import { type Account, arnOf, inputOf, type Need, type NeedsOf } from './need.ts';
import { s3Needs } from './s3.ts';
import { sesNeeds } from './ses.ts';
import { sqsNeeds } from './sqs.ts';

const ofStream =
  (action: string): NeedsOf =>
  (request, account) => {
    const { DeliveryStreamName = '' } = inputOf<{ DeliveryStreamName: string }>(request);
    return [{ action, resource: arnOf(account, 'firehose', `deliverystream/${DeliveryStreamName}`) }];
  };

/** Each bus once: a bus is named by its name or its arn. */
const putEvents: NeedsOf = (request, account) => {
  const { Entries = [] } = inputOf<{ Entries: readonly { readonly EventBusName?: string }[] }>(request);
  const buses = new Set(Entries.map(({ EventBusName = 'default' }) => EventBusName.replace(/^arn:.*:event-bus\//, '')));
  return [...buses].map((bus) => ({
    action: 'events:PutEvents',
    resource: arnOf(account, 'events', `event-bus/${bus}`),
  }));
};

const getParameter: NeedsOf = (request, account) => {
  const { Name = '' } = inputOf<{ Name: string }>(request);
  return [{ action: 'ssm:GetParameter', resource: arnOf(account, 'ssm', `parameter/${Name.replace(/^\//, '')}`) }];
};

/** A secret named by its name has six characters at the end of its arn that nobody chooses. */
const getSecretValue: NeedsOf = (request, account) => {
  const { SecretId = '' } = inputOf<{ SecretId: string }>(request);
  const resource = SecretId.startsWith('arn:')
    ? SecretId
    : arnOf(account, 'secretsmanager', `secret:${SecretId}-local0`);
  return [{ action: 'secretsmanager:GetSecretValue', resource }];
};

/**
 * What every operation needs that the local cloud answers, by the service's signing name and the operation. Whoever
 * teaches a service another operation adds it here: its actions, its resources, and what conditions may ask of it, as
 * AWS's Service Authorization Reference lists them. A service with more than a few operations has a file of its own.
 */
const NEEDS: Readonly<Record<string, Readonly<Record<string, NeedsOf>>>> = {
  dynamodb: dynamodbNeeds,
  sqs: sqsNeeds,
  s3: s3Needs,
  ses: sesNeeds,
  athena: athenaNeeds,
  events: { PutEvents: putEvents },
  firehose: {
    PutRecord: ofStream('firehose:PutRecord'),
    PutRecordBatch: ofStream('firehose:PutRecordBatch'),
  },
  ssm: { GetParameter: getParameter },
  secretsmanager: { GetSecretValue: getSecretValue },
  // Metrics are no resources: who may read one may read all.
  monitoring: {
    GetMetricStatistics: () => [{ action: 'cloudwatch:GetMetricStatistics', resource: '*' }],
  },
};

/** What a request needs; undefined when nobody has said it yet. */
export function needsOf(request: AwsRequest, account: Account): readonly Need[] | undefined {
  return NEEDS[request.service]?.[request.action]?.(request, account);
}

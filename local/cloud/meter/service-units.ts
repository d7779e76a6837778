import type { AwsRequest, AwsResponse } from '../service.ts';
import type { DynamoDb } from '../services/dynamodb/dynamo-db.ts';
import type { PutEventsEntry } from '../services/eventbridge/put-events-entry.ts';
import { entrySize } from '../services/eventbridge/put-events-entry.ts';
import type { SendEmailRequest } from '../services/ses/send-email.ts';
import { recipientsOf } from '../services/ses/send-email.ts';
import { addDynamodbUnits } from './dynamodb-units.ts';
import { messagesOf, sqsRequests } from './sqs-units.ts';
import type { Unit } from './unit.ts';

export type AddUnits = (unit: Unit, resource: string, quantity: number) => void;

type ServiceUnits = (request: AwsRequest, response: AwsResponse, add: AddUnits) => void;

const EVENT_BYTES = 64 * 1_024;
const RECORD_BYTES = 5 * 1_024;

/** Calls that cost nothing: standard parameters, control planes. Athena's price is for what queries read. */
const FREE = new Set(['athena', 'ssm', 'lambda', 'cloudformation', 'sts']);

/**
 * What a call that reached its service is billed, by signing name.
 *
 * @returns undefined for a service of which the meter does not know what it costs
 */
export function serviceUnits(dynamodb: DynamoDb): (service: string) => ServiceUnits | undefined {
  const known: Readonly<Record<string, ServiceUnits>> = {
    dynamodb: (request, response, add) => addDynamodbUnits(dynamodb, request, response, add),
    sqs: onSuccess(addSqsUnits),
    events: onSuccess(addEventUnits),
    firehose: onSuccess(addFirehoseUnits),
    ses: onSuccess(({ action, input }, _response, add) => {
      // Looking at the account costs nothing.
      if (action === 'SendEmail')
        add('ses.recipients', '', Math.max(1, recipientsOf(input as SendEmailRequest).length));
    }),
    monitoring: onSuccess((_request, _response, add) => add('cloudwatch.requests', '', 1)),
    secretsmanager: onSuccess((_request, _response, add) => add('secrets.requests', '', 1)),
    s3: onSuccess(addS3Units),
  };
  return (service) => (FREE.has(service) ? () => undefined : known[service]);
}

/** AWS bills no call that it refused, but for DynamoDB's conditional writes. */
const onSuccess =
  (units: ServiceUnits): ServiceUnits =>
  (request, response, add) => {
    if (response.status < 300) units(request, response, add);
  };

function addSqsUnits({ action, input }: AwsRequest, { body }: AwsResponse, add: AddUnits): void {
  const { QueueUrl, Entries } = input as { QueueUrl: string; Entries?: object[] };
  const queue = QueueUrl.slice(QueueUrl.lastIndexOf('/') + 1);
  const carried =
    action === 'SendMessage'
      ? [input as object]
      : action === 'SendMessageBatch'
        ? Entries
        : (body as { Messages?: object[] } | undefined)?.Messages;
  add('sqs.requests', queue, sqsRequests(messagesOf(carried ?? [])));
}

function addEventUnits({ input }: AwsRequest, { body }: AwsResponse, add: AddUnits): void {
  const { Entries: results } = body as { Entries: { ErrorCode?: string }[] };
  for (const [i, entry] of (input as { Entries: PutEventsEntry[] }).Entries.entries()) {
    if (results[i]?.ErrorCode !== undefined) continue;
    add('eventbridge.events', entry.EventBusName ?? 'default', Math.max(1, Math.ceil(entrySize(entry) / EVENT_BYTES)));
  }
}

function addFirehoseUnits({ input }: AwsRequest, _response: AwsResponse, add: AddUnits): void {
  const { DeliveryStreamName, Record, Records } = input as {
    DeliveryStreamName: string;
    Record?: { Data: string };
    Records?: { Data: string }[];
  };
  for (const { Data } of Records ?? (Record ? [Record] : [])) {
    const bytes = Buffer.byteLength(Data, 'base64');
    add('firehose.bytes', DeliveryStreamName, Math.max(1, Math.ceil(bytes / RECORD_BYTES)) * RECORD_BYTES);
  }
}

/** Listing is billed as putting is; deleting costs nothing. */
function addS3Units({ method, path }: AwsRequest, _response: AwsResponse, add: AddUnits): void {
  if (method === 'DELETE') return;
  const lists = method === 'GET' && path.includes('list-type=');
  add(method === 'PUT' || method === 'POST' || lists ? 's3.puts' : 's3.gets', '', 1);
}

import { AthenaClient } from '@aws-sdk/client-athena';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { FirehoseClient } from '@aws-sdk/client-firehose';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SQSClient } from '@aws-sdk/client-sqs';

/**
 * How every SDK client of ours talks: a bounded time per request, and an error when it is over. `requestTimeout` alone
 * only prints a warning and the call hangs on.
 */
const transport = (seconds: number) => ({
  requestHandler: { connectionTimeout: 1_000, requestTimeout: seconds * 1_000, throwOnRequestTimeout: true },
  // What a call passes through is put together once for each kind of call, and not for each call.
  cacheMiddleware: true,
});

/** For stores and queues: answers come in milliseconds, so three tries of a few seconds fit into any of our time-outs. */
const storeClient = { ...transport(5), maxAttempts: 3 };

/** For sending: whether to try again depends on what happened to the first try, which is not the SDK's to decide. */
const sendClient = { ...transport(10), maxAttempts: 1 };

/** Where somebody waits for an answer, which the gateway gives itself after 30 s: all calls of a request fit into that. */
const answeringClient = { ...transport(2), maxAttempts: 2 };

/** Where somebody waits for an answer that does not need the call's. */
const promptClient = { ...transport(1), maxAttempts: 1 };

/** For what a function can do without: a table that is slow must not make apps wait, nor a metric the timers. */
const optionalClient = { ...transport(2), maxAttempts: 1 };

/** The settings of a client of ours, as far as somebody else may put in their place how it talks. */
export interface ClientSettings {
  readonly maxAttempts: number;
  readonly requestHandler: object;
}

/** Puts another transport under a client: where no network is wanted. */
export type Adapt = (settings: ClientSettings) => object;

const asItIs: Adapt = (settings) => settings;

// One of each per function and cold start. What a function does not use is not in its bundle.
export const dynamodbClient = (adapt = asItIs) => new DynamoDBClient(adapt(storeClient));
export const answeringDynamodbClient = (adapt = asItIs) => new DynamoDBClient(adapt(answeringClient));
export const optionalDynamodbClient = (adapt = asItIs) => new DynamoDBClient(adapt(optionalClient));
export const cloudWatchClient = (adapt = asItIs) => new CloudWatchClient(adapt(optionalClient));
export const sqsClient = (adapt = asItIs) => new SQSClient(adapt(storeClient));
export const answeringSqsClient = (adapt = asItIs) => new SQSClient(adapt(answeringClient));
export const promptSqsClient = (adapt = asItIs) => new SQSClient(adapt(promptClient));
export const firehoseClient = (adapt = asItIs) => new FirehoseClient(adapt(storeClient));
export const eventBridgeClient = (adapt = asItIs) => new EventBridgeClient(adapt(storeClient));
// Checksums of what is read would be looked at byte by byte in JavaScript; TLS and gzip have their own.
export const s3Client = (adapt = asItIs) =>
  new S3Client({ ...adapt(storeClient), responseChecksumValidation: 'WHEN_REQUIRED' });
export const athenaClient = (adapt = asItIs) => new AthenaClient(adapt(storeClient));
export const secretsManagerClient = (adapt = asItIs) => new SecretsManagerClient(adapt(storeClient));
export const sesClient = (adapt = asItIs) => new SESv2Client(adapt(sendClient));

/** By the names under which the functions' wirings ask for them. */
export interface Clients {
  readonly dynamodb: DynamoDBClient;
  readonly answeringDynamodb: DynamoDBClient;
  readonly optionalDynamodb: DynamoDBClient;
  readonly cloudWatch: CloudWatchClient;
  readonly sqs: SQSClient;
  readonly answeringSqs: SQSClient;
  readonly promptSqs: SQSClient;
  readonly firehose: FirehoseClient;
  readonly eventBridge: EventBridgeClient;
  readonly s3: S3Client;
  readonly athena: AthenaClient;
  readonly secretsManager: SecretsManagerClient;
  readonly ses: SESv2Client;
}

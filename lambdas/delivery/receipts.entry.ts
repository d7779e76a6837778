import { dynamodbClient, firehoseClient, sqsClient } from '../adapters/clients.ts';
import { withNeutralErrors } from '../runtime/neutral-errors.ts';
import { realWorld } from '../runtime/world.ts';
import { wireReceipts } from './receipts.wiring.ts';

const clients = { dynamodb: dynamodbClient(), sqs: sqsClient(), firehose: firehoseClient() };

export const handler = withNeutralErrors(wireReceipts(process.env, clients, realWorld), realWorld.log);

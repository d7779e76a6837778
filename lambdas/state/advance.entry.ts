import { dynamodbClient, firehoseClient, optionalDynamodbClient, sqsClient } from '../adapters/clients.ts';
import { realWorld } from '../runtime/world.ts';
import { wireAdvance } from './advance.wiring.ts';

const clients = {
  dynamodb: dynamodbClient(),
  optionalDynamodb: optionalDynamodbClient(),
  sqs: sqsClient(),
  firehose: firehoseClient(),
};

export const handler = wireAdvance(process.env, clients, realWorld);

import { dynamodbClient, firehoseClient, optionalDynamodbClient, sqsClient } from '../adapters/clients.ts';
import { withNeutralErrors } from '../runtime/neutral-errors.ts';
import { realWorld } from '../runtime/world.ts';
import { wireAdvance } from './advance.wiring.ts';

const clients = {
  dynamodb: dynamodbClient(),
  optionalDynamodb: optionalDynamodbClient(),
  sqs: sqsClient(),
  firehose: firehoseClient(),
};

export const handler = withNeutralErrors(wireAdvance(process.env, clients, realWorld), realWorld.log);

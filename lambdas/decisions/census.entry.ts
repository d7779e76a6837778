import { athenaClient, dynamodbClient, optionalDynamodbClient, s3Client, sqsClient } from '../adapters/clients.ts';
import { withNeutralErrors } from '../runtime/neutral-errors.ts';
import { realWorld } from '../runtime/world.ts';
import { wireCensus } from './census.wiring.ts';

const clients = {
  dynamodb: dynamodbClient(),
  optionalDynamodb: optionalDynamodbClient(),
  sqs: sqsClient(),
  s3: s3Client(),
  athena: athenaClient(),
};

export const handler = withNeutralErrors(wireCensus(process.env, clients, realWorld), realWorld.log);

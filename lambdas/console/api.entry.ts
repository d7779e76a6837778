import { answeringSqsClient, athenaClient, dynamodbClient, s3Client, sesClient } from '../adapters/clients.ts';
import { withNeutralErrors } from '../runtime/neutral-errors.ts';
import { realWorld } from '../runtime/world.ts';
import { wireApi } from './api.wiring.ts';

const clients = {
  dynamodb: dynamodbClient(),
  answeringSqs: answeringSqsClient(),
  s3: s3Client(),
  athena: athenaClient(),
  ses: sesClient(),
};

export const handler = withNeutralErrors(wireApi(process.env, clients, realWorld), realWorld.log);

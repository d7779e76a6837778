import { answeringDynamodbClient, answeringSqsClient, optionalDynamodbClient } from '../adapters/clients.ts';
import { realWorld } from '../runtime/world.ts';
import { wireIngest } from './ingest.wiring.ts';

const clients = {
  answeringDynamodb: answeringDynamodbClient(),
  optionalDynamodb: optionalDynamodbClient(),
  answeringSqs: answeringSqsClient(),
};

export const handler = wireIngest(process.env, clients, realWorld);

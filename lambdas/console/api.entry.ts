import { answeringSqsClient, dynamodbClient } from '../adapters/clients.ts';
import { withNeutralErrors } from '../runtime/neutral-errors.ts';
import { realWorld } from '../runtime/world.ts';
import { wireApi } from './api.wiring.ts';

const clients = { dynamodb: dynamodbClient(), answeringSqs: answeringSqsClient() };

export const handler = withNeutralErrors(wireApi(process.env, clients, realWorld), realWorld.log);

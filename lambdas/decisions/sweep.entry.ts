import { cloudWatchClient, dynamodbClient, sqsClient } from '../adapters/clients.ts';
import { realWorld } from '../runtime/world.ts';
import { wireSweep } from './sweep.wiring.ts';

const clients = { dynamodb: dynamodbClient(), cloudWatch: cloudWatchClient(), sqs: sqsClient() };

export const handler = wireSweep(process.env, clients, realWorld);

import { cloudWatchClient, dynamodbClient, sqsClient } from '../adapters/clients.ts';
import { withNeutralErrors } from '../runtime/neutral-errors.ts';
import { realWorld } from '../runtime/world.ts';
import { wireSweep } from './sweep.wiring.ts';

const clients = { dynamodb: dynamodbClient(), cloudWatch: cloudWatchClient(), sqs: sqsClient() };

export const handler = withNeutralErrors(wireSweep(process.env, clients, realWorld), realWorld.log);

import { dynamodbClient, eventBridgeClient, sqsClient } from '../adapters/clients.ts';
import { withNeutralErrors } from '../runtime/neutral-errors.ts';
import { realWorld } from '../runtime/world.ts';
import { wireRedeliver } from './redeliver.wiring.ts';

const clients = { dynamodb: dynamodbClient(), eventBridge: eventBridgeClient(), sqs: sqsClient() };

export const handler = withNeutralErrors(wireRedeliver(process.env, clients, realWorld), realWorld.log);

import { dynamodbClient, eventBridgeClient, sqsClient } from '../adapters/clients.ts';
import { realWorld } from '../runtime/world.ts';
import { wireDispatch } from './dispatch.wiring.ts';

const clients = { dynamodb: dynamodbClient(), eventBridge: eventBridgeClient(), sqs: sqsClient() };

export const handler = wireDispatch(process.env, clients, realWorld);

import { dynamodbClient, eventBridgeClient, sqsClient } from '../adapters/clients.ts';
import { withNeutralErrors } from '../runtime/neutral-errors.ts';
import { realWorld } from '../runtime/world.ts';
import { wireDispatch } from './dispatch.wiring.ts';

const clients = { dynamodb: dynamodbClient(), eventBridge: eventBridgeClient(), sqs: sqsClient() };

export const handler = withNeutralErrors(wireDispatch(process.env, clients, realWorld), realWorld.log);

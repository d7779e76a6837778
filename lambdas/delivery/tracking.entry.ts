import { answeringDynamodbClient, promptSqsClient } from '../adapters/clients.ts';
import { withNeutralErrors } from '../runtime/neutral-errors.ts';
import { realWorld } from '../runtime/world.ts';
import { wireTracking } from './tracking.wiring.ts';

const clients = { answeringDynamodb: answeringDynamodbClient(), promptSqs: promptSqsClient() };

export const handler = withNeutralErrors(wireTracking(process.env, clients, realWorld), realWorld.log);

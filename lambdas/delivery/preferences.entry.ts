import { answeringDynamodbClient, answeringSqsClient } from '../adapters/clients.ts';
import { withNeutralErrors } from '../runtime/neutral-errors.ts';
import { realWorld } from '../runtime/world.ts';
import { wirePreferences } from './preferences.wiring.ts';

const clients = { answeringDynamodb: answeringDynamodbClient(), answeringSqs: answeringSqsClient() };

export const handler = withNeutralErrors(wirePreferences(process.env, clients, realWorld), realWorld.log);

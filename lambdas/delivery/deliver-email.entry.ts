import { dynamodbClient, sesClient, sqsClient } from '../adapters/clients.ts';
import { withNeutralErrors } from '../runtime/neutral-errors.ts';
import { realWorld } from '../runtime/world.ts';
import { wireDeliverEmail } from './deliver-email.wiring.ts';

const clients = { dynamodb: dynamodbClient(), ses: sesClient(), sqs: sqsClient() };

export const handler = withNeutralErrors(wireDeliverEmail(process.env, clients, realWorld), realWorld.log);

import { dynamodbClient, sesClient } from '../adapters/clients.ts';
import { realWorld } from '../runtime/world.ts';
import { wireDeliverEmail } from './deliver-email.wiring.ts';

const clients = { dynamodb: dynamodbClient(), ses: sesClient() };

export const handler = wireDeliverEmail(process.env, clients, realWorld);

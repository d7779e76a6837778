import { dynamodbClient, secretsManagerClient, sqsClient } from '../adapters/clients.ts';
import { httpsOutside } from '../adapters/outside.ts';
import { withNeutralErrors } from '../runtime/neutral-errors.ts';
import { realWorld } from '../runtime/world.ts';
import { wireCall } from './call.wiring.ts';

const clients = {
  dynamodb: dynamodbClient(),
  secretsManager: secretsManagerClient(),
  sqs: sqsClient(),
  outside: httpsOutside(),
};

export const handler = withNeutralErrors(wireCall(process.env, clients, realWorld), realWorld.log);

import { answeringDynamodbClient, answeringSqsClient, optionalDynamodbClient } from '../adapters/clients.ts';
import { withNeutralErrors } from '../runtime/neutral-errors.ts';
import { realWorld } from '../runtime/world.ts';
import { wireMessages } from './messages.wiring.ts';

const clients = {
  answeringDynamodb: answeringDynamodbClient(),
  optionalDynamodb: optionalDynamodbClient(),
  answeringSqs: answeringSqsClient(),
};

export const handler = withNeutralErrors(wireMessages(process.env, clients, realWorld), realWorld.log);

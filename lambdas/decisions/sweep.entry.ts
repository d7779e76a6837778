import { dynamodbClient, sqsClient } from '../adapters/clients.ts';
import { dynamoDueIndex } from '../adapters/due-index.ts';
import { sqsQueue } from '../adapters/queue.ts';
import { dynamoSweepCursor } from '../adapters/sweep-cursor.ts';
import { sweep } from './sweep.handler.ts';
import { sweepSettings } from './sweep.settings.ts';

const settings = sweepSettings.read(process.env);
const dynamodb = dynamodbClient();
const dependencies = {
  index: dynamoDueIndex(dynamodb, settings.profilesTable),
  cursor: dynamoSweepCursor(dynamodb, settings.ledgerTable),
  timers: sqsQueue(sqsClient(), settings.timersQueueUrl),
  shards: settings.dueShards,
  now: Date.now,
};

export const handler = () => sweep(dependencies);

import { cloudWatchClient, dynamodbClient, sqsClient } from '../adapters/clients.ts';
import { dynamoDueIndex } from '../adapters/due-index.ts';
import { cloudWatchOldestMessage } from '../adapters/oldest-message.ts';
import { sqsQueue } from '../adapters/queue.ts';
import { dynamoSweepCursor } from '../adapters/sweep-cursor.ts';
import { jsonLog } from '../runtime/log.ts';
import { sweep } from './sweep.handler.ts';
import { sweepSettings } from './sweep.settings.ts';

const settings = sweepSettings.read(process.env);
const dynamodb = dynamodbClient();
const dependencies = {
  index: dynamoDueIndex(dynamodb, settings.profilesTable),
  cursor: dynamoSweepCursor(dynamodb, settings.ledgerTable),
  oldestLiveMessage: cloudWatchOldestMessage(cloudWatchClient(), settings.liveQueueName),
  timers: sqsQueue(sqsClient(), settings.timersQueueUrl),
  shards: settings.dueShards,
  now: Date.now,
  log: jsonLog,
};

export const handler = () => sweep(dependencies);

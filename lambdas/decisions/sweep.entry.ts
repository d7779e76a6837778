import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { storeClient } from '../adapters/clients.ts';
import { dynamoDueIndex } from '../adapters/due-index.ts';
import { sqsQueue } from '../adapters/queue.ts';
import { dynamoSweepCursor } from '../adapters/sweep-cursor.ts';
import { sweep } from './sweep.handler.ts';
import { sweepSettings } from './sweep.settings.ts';

const settings = sweepSettings.read(process.env);
const dynamodb = new DynamoDBClient(storeClient);
const dependencies = {
  index: dynamoDueIndex(dynamodb, settings.profilesTable),
  cursor: dynamoSweepCursor(dynamodb, settings.ledgerTable),
  timers: sqsQueue(new SQSClient(storeClient), settings.timersQueueUrl),
  shards: settings.dueShards,
  now: Date.now,
};

export const handler = () => sweep(dependencies);

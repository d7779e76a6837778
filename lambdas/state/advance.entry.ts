import type { SQSEvent } from 'aws-lambda';
import { planOf } from '../../domain/decisions/plan.ts';
import { zoneNamed } from '../../domain/zone.ts';
import { dynamodbClient, firehoseClient, optionalDynamodbClient, sqsClient } from '../adapters/clients.ts';
import { firehoseLake } from '../adapters/lake.ts';
import { dynamoProfileStore } from '../adapters/profile-store.ts';
import { type Queue, sqsQueue } from '../adapters/queue.ts';
import { dynamoSweepCursor } from '../adapters/sweep-cursor.ts';
import { jsonLog } from '../runtime/log.ts';
import { type AdvanceDependencies, advanceBatch } from './advance.handler.ts';
import { advanceSettings } from './advance.settings.ts';
import { holdBack } from './held-back.ts';
import { rememberLag } from './known-lag.ts';
import { archiveTo } from './raw-inputs.ts';

const settings = advanceSettings.read(process.env);
const sqs = sqsClient();
const zone = zoneNamed(settings.timeZone);
if (zone === undefined) throw new Error(`There is no time zone ${settings.timeZone}`);

/** A queue's URL ends with its name as its ARN does. */
const nameOf = (urlOrArn: string) => urlOrArn.split(/[/:]/).at(-1);
const queues = new Map(
  [settings.liveQueueUrl, settings.timersQueueUrl, settings.bulkQueueUrl].map((url) => [
    nameOf(url),
    sqsQueue(sqs, url),
  ]),
);

function queueOf(arn: string): Queue {
  const queue = queues.get(nameOf(arn));
  if (queue === undefined) throw new Error('An input came from a queue that is not ours');
  return queue;
}

const cursor = dynamoSweepCursor(optionalDynamodbClient(), settings.ledgerTable);
const now = Date.now;

const dependencies: AdvanceDependencies = {
  profiles: dynamoProfileStore(dynamodbClient(), settings.profilesTable, settings.dueShards),
  plan: planOf({ zone }),
  holdBack: holdBack({
    readLag: rememberLag(cursor, now, jsonLog),
    queueOf,
    now,
    random: Math.random,
    log: jsonLog,
  }),
  archive: archiveTo(
    firehoseLake(firehoseClient(), settings.lakeStream),
    sqsQueue(sqs, settings.lakeRetryQueueUrl),
    jsonLog,
  ),
  queueOf,
  random: Math.random,
  log: jsonLog,
};

export const handler = (event: SQSEvent) => advanceBatch(dependencies, event);

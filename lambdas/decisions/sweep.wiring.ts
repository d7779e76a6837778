import type { Clients } from '../adapters/clients.ts';
import { dynamoDueIndex } from '../adapters/due-index.ts';
import { cloudWatchOldestMessage } from '../adapters/oldest-message.ts';
import { sqsQueue } from '../adapters/queue.ts';
import { dynamoSweepCursor } from '../adapters/sweep-cursor.ts';
import type { World } from '../runtime/world.ts';
import { sweep } from './sweep.handler.ts';
import { sweepSettings } from './sweep.settings.ts';

export function wireSweep(
  environment: NodeJS.ProcessEnv,
  { dynamodb, cloudWatch, sqs }: Pick<Clients, 'dynamodb' | 'cloudWatch' | 'sqs'>,
  { now, log }: World,
) {
  const settings = sweepSettings.read(environment);
  const dependencies = {
    index: dynamoDueIndex(dynamodb, settings.profilesTable),
    cursor: dynamoSweepCursor(dynamodb, settings.ledgerTable),
    oldestLiveMessage: cloudWatchOldestMessage(cloudWatch, settings.liveQueueName),
    timers: sqsQueue(sqs, settings.timersQueueUrl),
    census: sqsQueue(sqs, settings.censusQueueUrl),
    shards: settings.dueShards,
    now,
    log,
  };
  return () => sweep(dependencies);
}

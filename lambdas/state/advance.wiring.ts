import type { SQSEvent } from 'aws-lambda';
import { compilePlan } from '../../domain/decisions/plan.ts';
import { zoneNamed } from '../../domain/zone.ts';
import { dynamoCatalogReader } from '../adapters/catalog-reader.ts';
import type { Clients } from '../adapters/clients.ts';
import { firehoseLake } from '../adapters/lake.ts';
import { dynamoProfileStore } from '../adapters/profile-store.ts';
import { type Queue, sqsQueue } from '../adapters/queue.ts';
import { dynamoSweepCursor } from '../adapters/sweep-cursor.ts';
import type { World } from '../runtime/world.ts';
import { type AdvanceDependencies, advanceBatch } from './advance.handler.ts';
import { advanceSettings } from './advance.settings.ts';
import { holdBack } from './held-back.ts';
import { rememberLag } from './known-lag.ts';
import { livePlan } from './live-plan.ts';
import { archiveTo } from './raw-inputs.ts';

export function wireAdvance(
  environment: NodeJS.ProcessEnv,
  { dynamodb, optionalDynamodb, sqs, firehose }: Pick<Clients, 'dynamodb' | 'optionalDynamodb' | 'sqs' | 'firehose'>,
  { now, random, pause, log }: World,
) {
  const settings = advanceSettings.read(environment);
  const zone = zoneNamed(settings.timeZone);
  if (zone === undefined) throw new Error(`There is no time zone ${settings.timeZone}`);

  const queues = new Map(
    [settings.liveQueueUrl, settings.timersQueueUrl, settings.bulkQueueUrl].map((url) => [
      nameOf(url),
      sqsQueue(sqs, url),
    ]),
  );
  const queueOf = (arn: string): Queue => {
    const queue = queues.get(nameOf(arn));
    if (queue === undefined) throw new Error('An input came from a queue that is not ours');
    return queue;
  };

  const cursor = dynamoSweepCursor(optionalDynamodb, settings.ledgerTable);
  const catalog = dynamoCatalogReader(dynamodb, settings.definitionsTable);
  const dependencies: AdvanceDependencies = {
    profiles: dynamoProfileStore(dynamodb, settings.profilesTable, settings.dueShards, pause),
    plans: livePlan({ catalog, compile: (live) => compilePlan(live, zone), now, log }),
    holdBack: holdBack({ readLag: rememberLag(cursor, now, log), queueOf, now, random, log }),
    archive: archiveTo(firehoseLake(firehose, settings.lakeStream), sqsQueue(sqs, settings.lakeRetryQueueUrl), log),
    queueOf,
    random,
    log,
  };
  return (event: SQSEvent) => advanceBatch(dependencies, event);
}

/** A queue's URL ends with its name as its ARN does. */
const nameOf = (urlOrArn: string) => urlOrArn.split(/[/:]/).at(-1);

import type { SQSEvent } from 'aws-lambda';
import { dynamoCatalogReader } from '../adapters/catalog-reader.ts';
import type { Clients } from '../adapters/clients.ts';
import { dynamoEndpointBindings } from '../adapters/endpoint-bindings.ts';
import type { Outside } from '../adapters/outside.ts';
import { dynamoProfileReader } from '../adapters/profile-store.ts';
import { sqsQueue } from '../adapters/queue.ts';
import { secretsManagerSigningSecrets } from '../adapters/signing-secrets.ts';
import type { World } from '../runtime/world.ts';
import { call } from './call.handler.ts';
import { callSettings } from './call.settings.ts';
import { liveJourneys } from './live-journeys.ts';
import { rememberedSecrets } from './remembered-secrets.ts';
import { limitsOf } from './stage-limits.settings.ts';

export function wireCall(
  environment: NodeJS.ProcessEnv,
  {
    dynamodb,
    secretsManager,
    sqs,
    outside,
  }: Pick<Clients, 'dynamodb' | 'secretsManager' | 'sqs'> & { readonly outside: Outside },
  { now, random, timeout, log }: World,
) {
  const settings = callSettings.read(environment);
  const dependencies = {
    profiles: dynamoProfileReader(dynamodb, settings.profilesTable),
    journeys: liveJourneys({ catalog: dynamoCatalogReader(dynamodb, settings.definitionsTable), now, log }),
    endpoints: dynamoEndpointBindings(dynamodb, settings.definitionsTable),
    secrets: rememberedSecrets(secretsManagerSigningSecrets(secretsManager), now),
    outside,
    limits: limitsOf(settings),
    zone: settings.timeZone,
    calls: sqsQueue(sqs, settings.callsQueueUrl),
    timers: sqsQueue(sqs, settings.timersQueueUrl),
    ...{ now, random, timeout, log },
  };
  return (event: SQSEvent) => call(dependencies, event);
}

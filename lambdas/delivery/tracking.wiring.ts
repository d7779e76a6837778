import type { Clients } from '../adapters/clients.ts';
import { dynamoLinkSecretReader } from '../adapters/link-secret.ts';
import { sqsQueue } from '../adapters/queue.ts';
import type { HttpEvent } from '../runtime/http.ts';
import type { World } from '../runtime/world.ts';
import { rememberedOpener } from './sealed-tokens.ts';
import { tracking } from './tracking.handler.ts';
import { trackingSettings } from './tracking.settings.ts';

export function wireTracking(
  environment: NodeJS.ProcessEnv,
  { answeringDynamodb, promptSqs }: Pick<Clients, 'answeringDynamodb' | 'promptSqs'>,
  { log }: World,
) {
  const { ledgerTable, receiptsQueueUrl } = trackingSettings.read(environment);
  const dependencies = {
    opener: rememberedOpener(dynamoLinkSecretReader(answeringDynamodb, ledgerTable)),
    receipts: sqsQueue(promptSqs, receiptsQueueUrl),
    log,
  };
  return (event: HttpEvent) => tracking(dependencies, event);
}

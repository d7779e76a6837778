import type { Clients } from '../adapters/clients.ts';
import { dynamoLinkSecretReader } from '../adapters/link-secret.ts';
import { dynamoProfileReader } from '../adapters/profile-store.ts';
import { sqsQueue } from '../adapters/queue.ts';
import { dynamoMailboxAnswers } from '../adapters/suppression-list.ts';
import { dynamoTemplateReader } from '../adapters/template-reader.ts';
import type { HttpEvent } from '../runtime/http.ts';
import type { World } from '../runtime/world.ts';
import { liveTemplates } from './live-templates.ts';
import { preferences } from './preferences.handler.ts';
import { preferencesSettings } from './preferences.settings.ts';
import { rememberedOpener } from './sealed-tokens.ts';

export function wirePreferences(
  environment: NodeJS.ProcessEnv,
  { answeringDynamodb, answeringSqs }: Pick<Clients, 'answeringDynamodb' | 'answeringSqs'>,
  { now, log }: World,
) {
  const settings = preferencesSettings.read(environment);
  const dependencies = {
    opener: rememberedOpener(dynamoLinkSecretReader(answeringDynamodb, settings.ledgerTable)),
    profiles: dynamoProfileReader(answeringDynamodb, settings.profilesTable),
    templates: liveTemplates({ reader: dynamoTemplateReader(answeringDynamodb, settings.definitionsTable), now, log }),
    mailboxes: dynamoMailboxAnswers(answeringDynamodb, settings.ledgerTable),
    timers: sqsQueue(answeringSqs, settings.timersQueueUrl),
    now,
    log,
  };
  return (event: HttpEvent) => preferences(dependencies, event);
}

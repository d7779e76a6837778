import { defineSettings } from '../runtime/settings.ts';

export const messagesSettings = defineSettings({
  definitionsTable: 'text',
  ledgerTable: 'text',
  sendsTable: 'text',
  timelineTable: 'text',
  transactionalQueueUrl: 'text',
  liveQueueUrl: 'text',
});

import { defineSettings } from '../runtime/settings.ts';

export const ingestSettings = defineSettings({
  definitionsTable: 'text',
  ledgerTable: 'text',
  profilesTable: 'text',
  liveQueueUrl: 'text',
});

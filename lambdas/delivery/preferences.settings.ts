import { defineSettings } from '../runtime/settings.ts';

export const preferencesSettings = defineSettings({
  profilesTable: 'text',
  definitionsTable: 'text',
  ledgerTable: 'text',
  timersQueueUrl: 'text',
});

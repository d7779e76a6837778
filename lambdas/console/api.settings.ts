import { defineSettings } from '../runtime/settings.ts';

export const apiSettings = defineSettings({
  profilesTable: 'text',
  definitionsTable: 'text',
  ledgerTable: 'text',
  bulkQueueUrl: 'text',
});

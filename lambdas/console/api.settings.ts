import { defineSettings } from '../runtime/settings.ts';

export const apiSettings = defineSettings({
  profilesTable: 'text',
  definitionsTable: 'text',
  ledgerTable: 'text',
  timelineTable: 'text',
  sendsTable: 'text',
  lakeBucket: 'text',
  bulkQueueUrl: 'text',
  roleClaim: 'text',
});

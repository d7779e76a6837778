import { defineSettings } from '../runtime/settings.ts';

export const sweepSettings = defineSettings({
  profilesTable: 'text',
  ledgerTable: 'text',
  dueShards: 'number',
  timersQueueUrl: 'text',
  censusQueueUrl: 'text',
  liveQueueName: 'text',
});

import { defineSettings } from '../runtime/settings.ts';

export const advanceSettings = defineSettings({
  profilesTable: 'text',
  definitionsTable: 'text',
  /** IANA name of the zone whose calendar days windows count; days that are stored are not moved when it changes. */
  timeZone: 'text',
  /** Over how many partitions of the `due` index people are spread; changing it needs every profile rewritten. */
  dueShards: 'number',
  ledgerTable: 'text',
  lakeStream: 'text',
  lakeRetryQueueUrl: 'text',
  liveQueueUrl: 'text',
  timersQueueUrl: 'text',
  bulkQueueUrl: 'text',
});

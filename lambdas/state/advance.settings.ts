import { defineSettings } from '../runtime/settings.ts';

export const advanceSettings = defineSettings({
  profilesTable: 'text',
  /** Over how many partitions of the `due` index people are spread; changing it needs every profile rewritten. */
  dueShards: 'number',
  lakeStream: 'text',
  lakeRetryQueueUrl: 'text',
  liveQueueUrl: 'text',
  timersQueueUrl: 'text',
  bulkQueueUrl: 'text',
});

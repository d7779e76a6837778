import { defineSettings } from '../runtime/settings.ts';

export const ingestSettings = defineSettings({
  definitionsTable: 'text',
  liveQueueUrl: 'text',
});

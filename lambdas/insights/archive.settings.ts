import { defineSettings } from '../runtime/settings.ts';

export const archiveSettings = defineSettings({
  lakeStream: 'text',
});

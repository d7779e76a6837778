import { defineSettings } from '../runtime/settings.ts';

export const apiSettings = defineSettings({
  profilesTable: 'text',
});

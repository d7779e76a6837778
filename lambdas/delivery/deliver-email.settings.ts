import { defineSettings } from '../runtime/settings.ts';

export const deliverEmailSettings = defineSettings({
  profilesTable: 'text',
  sendsTable: 'text',
  ledgerTable: 'text',
  fromAddress: 'text',
  configurationSet: 'text',
});

import { defineSettings } from '../runtime/settings.ts';

export const deliverEmailSettings = defineSettings({
  profilesTable: 'text',
  sendsTable: 'text',
  ledgerTable: 'text',
  definitionsTable: 'text',
  /** IANA name of the zone of people whose own is not known. */
  timeZone: 'text',
  fromAddress: 'text',
  configurationSet: 'text',
});

import { defineSettings } from '../runtime/settings.ts';

export const apiSettings = defineSettings({
  profilesTable: 'text',
  definitionsTable: 'text',
  ledgerTable: 'text',
  timelineTable: 'text',
  sendsTable: 'text',
  lakeBucket: 'text',
  bulkQueueUrl: 'text',
  censusQueueUrl: 'text',
  lakeDatabase: 'text',
  lakeWorkGroup: 'text',
  /** IANA name of the zone whose calendar days windows count. */
  timeZone: 'text',
  roleClaim: 'text',
});

import { defineSettings } from '../runtime/settings.ts';

export const censusSettings = defineSettings({
  profilesTable: 'text',
  definitionsTable: 'text',
  ledgerTable: 'text',
  /** IANA name of the zone whose calendar days windows count. */
  timeZone: 'text',
  dueShards: 'number',
  bulkQueueUrl: 'text',
  censusQueueUrl: 'text',
  lakeDatabase: 'text',
  lakeWorkGroup: 'text',
  /** For how long one invocation goes on before it sends itself the rest (s). */
  goOnFor: 'number',
});

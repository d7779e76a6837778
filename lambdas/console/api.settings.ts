import { defineSettings } from '../runtime/settings.ts';

export const apiSettings = defineSettings({
  profilesTable: 'text',
  definitionsTable: 'text',
  ledgerTable: 'text',
  timelineTable: 'text',
  sendsTable: 'text',
  lakeBucket: 'text',
  liveQueueUrl: 'text',
  bulkQueueUrl: 'text',
  censusQueueUrl: 'text',
  lakeDatabase: 'text',
  lakeWorkGroup: 'text',
  /** Whom tests of emails are from, unless a template or a brand says otherwise. */
  fromAddress: 'text',
  deployment: 'text',
  /** Whom this stage writes to, as `StageLimits` has it, as text. */
  onlyTo: 'text',
  /** IANA name of the zone whose calendar days windows count. */
  timeZone: 'text',
  roleClaim: 'text',
});

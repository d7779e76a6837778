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
  /** Where links of messages lead unless the stage has a binding `host/links`; without a slash at its end. */
  linksUrl: 'text',
  /** Where what may go only later is handed back to the reducer. */
  timersQueueUrl: 'text',
  /** `StageLimits` as text. */
  dryRun: 'text',
  onlyTo: 'text',
  /** Where what may not go now comes back to. */
  marketingQueueUrl: 'text',
  transactionalQueueUrl: 'text',
  /** How many work at marketing messages at once: they share SES's rate. */
  marketingWorkers: 'number',
});

import { defineSettings } from '../runtime/settings.ts';

export const callSettings = defineSettings({
  profilesTable: 'text',
  definitionsTable: 'text',
  /** IANA name of the project's zone. */
  timeZone: 'text',
  callsQueueUrl: 'text',
  timersQueueUrl: 'text',
  /** `StageLimits` as text. */
  dryRun: 'text',
  onlyTo: 'text',
});

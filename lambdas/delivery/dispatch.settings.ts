import { defineSettings } from '../runtime/settings.ts';

/** Read by dispatch and by redeliver, which hands on what a sink refused the first time. */
export const dispatchSettings = defineSettings({
  timelineTable: 'text',
  ledgerTable: 'text',
  eventBus: 'text',
  timersQueueUrl: 'text',
  emailQueueUrl: 'text',
  transactionalEmailQueueUrl: 'text',
  callsQueueUrl: 'text',
  dispatchRetryQueueUrl: 'text',
});

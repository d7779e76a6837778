import { defineSettings } from '../runtime/settings.ts';

export const receiptsSettings = defineSettings({
  sendsTable: 'text',
  ledgerTable: 'text',
  definitionsTable: 'text',
  timersQueueUrl: 'text',
  receiptsStream: 'text',
});

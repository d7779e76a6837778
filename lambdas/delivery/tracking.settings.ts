import { defineSettings } from '../runtime/settings.ts';

export const trackingSettings = defineSettings({
  ledgerTable: 'text',
  receiptsQueueUrl: 'text',
});

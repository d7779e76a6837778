import { DAY } from '../calendar.ts';
import { isJsonObject } from '../json.ts';
import { readZoneName } from '../zone.ts';
import { addressIn } from './address.ts';
import { consentIn, isConsentEvent } from './consent-answer.ts';
import { deviceIdIn } from './device-id.ts';
import type { CustomerEvent } from './event.ts';
import { orderAmount } from './order-amount.ts';
import { probablyMeant } from './understood.ts';

/** The events whose amounts count, and what happens without one. */
const WITHOUT_AMOUNT: ReadonlyMap<string, string> = new Map([
  ['Order Completed', 'the order counts, its money does not'],
  ['Order Cancelled', 'the order counts no more, its money still does'],
  ['Order Refunded', 'the refund counts, what was given back does not'],
]);

/** What about an accepted event was probably meant otherwise, for the developer who sent it. Quotes nothing. */
export function hintsOn(event: CustomerEvent): string[] {
  const { time, receivedAt, timeUnreadable, traits, properties, context } = event;
  const hints: string[] = [];
  if (timeUnreadable) hints.push('Its timestamp is no ISO 8601 time: it counts at the time it was received.');
  else if (time >= receivedAt + DAY) hints.push('Its timestamp lies in the future: it counts 24 hours from now.');
  if (event.type === 'identify' && traits?.email !== undefined && traits.email !== null && !addressIn(traits.email))
    hints.push('The trait "email" is no e-mail address: nothing can be sent to it.');
  const meant = event.type === 'track' ? probablyMeant(event.name ?? '') : undefined;
  if (meant !== undefined) hints.push(`Did you mean "${meant}"? Names are read exactly as they are written.`);
  const missing = event.type === 'track' ? WITHOUT_AMOUNT.get(event.name ?? '') : undefined;
  if (missing !== undefined && orderAmount(properties) === undefined)
    hints.push(`No amount in "revenue", "total" or "value": ${missing}.`);
  if (isConsentEvent(event) && consentIn(event) === undefined)
    hints.push('It needs a "channel" such as email, and a "topic" of the same form or none: it changes no consent.');
  const device = context?.device;
  if (isJsonObject(device) && device.token && deviceIdIn(device) === undefined)
    hints.push('context.device has a token and no usable id: the device is not kept, and no push reaches it.');
  if (typeof context?.timezone === 'string' && readZoneName(context.timezone) === undefined)
    hints.push('context.timezone is no IANA name such as Europe/Berlin: it is ignored.');
  return hints;
}

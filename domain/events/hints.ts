import { DAY, readMoment } from '../calendar.ts';
import { isJsonObject } from '../json.ts';
import { readZoneName } from '../zone.ts';
import { addressIn } from './address.ts';
import { consentIn, isConsentEvent } from './consent-answer.ts';
import { deviceIdIn } from './device-id.ts';
import type { CustomerEvent } from './event.ts';
import { currencyOf, orderAmount } from './order-amount.ts';
import { phoneIn } from './phone.ts';
import { probablyMeant } from './understood.ts';

/** The events whose amounts count, and what happens without one. */
const WITHOUT_AMOUNT: ReadonlyMap<string, string> = new Map([
  ['Order Completed', 'the order counts, its money does not'],
  ['Order Cancelled', 'the order counts no more, its money still does'],
  ['Order Refunded', 'the refund counts, what was given back does not'],
]);

/** What about an accepted event was probably meant otherwise, for the developer who sent it. Quotes nothing. */
export const hintsOn = (event: CustomerEvent): string[] => [
  ...hintsOnTime(event),
  ...(event.type === 'identify' ? hintsOnTraits(event) : []),
  ...(event.type === 'track' ? [...hintsOnName(event), ...hintsOnMoney(event), ...hintsOnConsent(event)] : []),
  ...hintsOnContext(event),
];

function hintsOnTime({ time, receivedAt, timeUnreadable }: CustomerEvent): string[] {
  if (timeUnreadable) return ['Its timestamp is no ISO 8601 time: it counts at the time it was received.'];
  return time >= receivedAt + DAY ? ['Its timestamp lies in the future: it counts 24 hours from now.'] : [];
}

function hintsOnTraits({ traits = {} }: CustomerEvent): string[] {
  const created = traits.createdAt ?? traits.created_at;
  const checks: [boolean, string][] = [
    [
      isWritten(traits.email) && addressIn(traits.email) === undefined,
      'The trait "email" is no e-mail address: nothing can be sent to it.',
    ],
    [
      isWritten(traits.phone) && phoneIn(traits.phone) === undefined,
      'The trait "phone" is no number with its country code, such as +41791234567: nothing can be sent to it.',
    ],
    [
      isWritten(created) && readMoment(created) === undefined,
      'The trait "createdAt" is no ISO 8601 time, nor seconds or milliseconds since 1970: it is not read.',
    ],
  ];
  return checks.flatMap(([holds, hint]) => (holds ? [hint] : []));
}

/** A null takes the trait back. */
const isWritten = (trait: unknown): boolean => trait !== undefined && trait !== null;

function hintsOnName({ name = '' }: CustomerEvent): string[] {
  const meant = probablyMeant(name);
  return meant === undefined ? [] : [`Did you mean "${meant}"? Names are read exactly as they are written.`];
}

function hintsOnMoney({ name = '', properties }: CustomerEvent): string[] {
  const without = WITHOUT_AMOUNT.get(name);
  if (without === undefined) return [];
  const amount = orderAmount(properties);
  if (amount === undefined) return [`No amount in "revenue", "total" or "value": ${without}.`];
  if (currencyOf(properties) === undefined) return [`Its "currency" is no code of three letters: ${without}.`];
  return name === 'Order Completed' && amount < 0
    ? ['Its amount is below zero and is taken off: what is given back is an "Order Refunded".']
    : [];
}

const hintsOnConsent = (event: CustomerEvent): string[] =>
  isConsentEvent(event) && consentIn(event) === undefined
    ? ['It needs a "channel" such as email, and a "topic" of the same form or none: it changes no consent.']
    : [];

function hintsOnContext({ context }: CustomerEvent): string[] {
  const hints: string[] = [];
  const device = context?.device;
  if (isJsonObject(device) && device.token && deviceIdIn(device) === undefined)
    hints.push('context.device has a token and no usable id: the device is not kept, and no push reaches it.');
  if (typeof context?.timezone === 'string' && readZoneName(context.timezone) === undefined)
    hints.push('context.timezone is no IANA name such as Europe/Berlin: it is ignored.');
  return hints;
}

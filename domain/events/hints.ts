import { DAY } from '../calendar.ts';
import { readZoneName } from '../zone.ts';
import { isOrder } from './activity.ts';
import { addressIn } from './address.ts';
import type { CustomerEvent } from './event.ts';
import { orderAmount } from './order-amount.ts';

/** What about an accepted event was probably meant otherwise, for the developer who sent it. Quotes nothing. */
export function hintsOn(event: CustomerEvent): string[] {
  const { time, receivedAt, timeUnreadable, traits, properties, context } = event;
  const hints: string[] = [];
  if (timeUnreadable) hints.push('Its timestamp is no ISO 8601 time: it counts at the time it was received.');
  else if (time >= receivedAt + DAY) hints.push('Its timestamp lies in the future: it counts 24 hours from now.');
  if (event.type === 'identify' && traits?.email !== undefined && traits.email !== null && !addressIn(traits.email))
    hints.push('The trait "email" is no e-mail address: nothing can be sent to it.');
  if (isOrder(event) && orderAmount(properties) === undefined)
    hints.push('No amount in "revenue", "total" or "value": the order counts, its money does not.');
  if (typeof context?.timezone === 'string' && readZoneName(context.timezone) === undefined)
    hints.push('context.timezone is no IANA name such as Europe/Berlin: it is ignored.');
  return hints;
}

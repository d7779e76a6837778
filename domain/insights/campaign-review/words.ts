import { MINUTE } from '../../calendar.ts';
import { nameOfDay } from '../../decisions/times/schedule.ts';
import type { Zone } from '../../zone.ts';
import type { Cost } from './price.ts';
import type { SendingQuota, SendingTime } from './sending-time.ts';

/** `20 hours`: as closely as anybody plans by it. */
export function sayLength(seconds: number): string {
  if (seconds < 60) return 'less than a minute';
  const [length, unit] =
    seconds < 2 * 3_600 ? [60, 'minute'] : seconds < 2 * 86_400 ? [3_600, 'hour'] : [86_400, 'day'];
  const count = Math.round((seconds / length) * (unit === 'day' ? 10 : 1)) / (unit === 'day' ? 10 : 1);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** `2026-12-04 09:00`, by a zone's clock. */
export function sayMoment(at: number, zone: Zone): string {
  const shown = new Date(Math.floor((at + zone.offsetAt(at)) / MINUTE) * MINUTE).toISOString();
  return `${nameOfDay(zone.dayOf(at))} ${shown.slice(11, 16)}`;
}

const number = (count: number): string => count.toLocaleString('en');
const dollars = (usd: number): string =>
  `$${usd.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;

export const sayCost = (emails: number, { usd, ses, own }: Cost, isAgain: boolean): string =>
  `${number(emails)} ${emails === 1 ? 'email costs' : 'emails cost'} about ${dollars(usd)}${isAgain ? ' each time' : ''}: ${dollars(ses)} of SES, ${dollars(own)} of this deployment.`;

const BY = {
  rate: ({ perSecond }: SendingQuota) => `At your rate of ${number(perSecond)} emails a second`,
  day: ({ perDay }: SendingQuota) => `At your quota of ${number(perDay)} emails in 24 hours`,
  campaign: () => 'At the rate the campaign sets itself',
} as const;

export const sayTime = ({ seconds, by }: SendingTime, quota: SendingQuota): string =>
  `${BY[by](quota)} this takes ${sayLength(seconds)}.`;

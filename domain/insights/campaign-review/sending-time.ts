import { DAY, SECOND } from '../../calendar.ts';
import { SHARE_OF_MARKETING } from '../../delivery/marketing-share.ts';

/** What the account may send, and has sent. */
export interface SendingQuota {
  /** Recipients a second, of all classes together. */
  readonly perSecond: number;
  /** Recipients in any 24 hours; -1 for no limit. */
  readonly perDay: number;
  readonly sentInLastDay: number;
}

/** What a campaign's sending takes, and what it is that makes it take so long. */
export interface SendingTime {
  readonly seconds: number;
  /** Of it, how long the last who was enrolled waits for her turn: by then her message must not be too late (s). */
  readonly waits: number;
  readonly by: 'rate' | 'day' | 'campaign';
}

/**
 * How long so many marketing emails take if nothing else is sent; `perMinute` is the campaign's own rate. What is left of
 * the last 24 hours goes at once, and each further day's quota a day later. Undefined: the account sends nothing at all.
 */
export function sendingTime(emails: number, quota: SendingQuota, perMinute?: number): SendingTime | undefined {
  const { perSecond, perDay, sentInLastDay } = quota;
  if (emails === 0) return { seconds: 0, waits: 0, by: 'rate' };
  if (perSecond <= 0 || perDay === 0) return undefined;
  const rate = perSecond * SHARE_OF_MARKETING;
  const enrolment = perMinute === undefined ? 0 : (emails / perMinute) * 60;
  const left = perDay === -1 ? emails : Math.max(0, perDay - sentInLastDay);
  const days = emails <= left ? 0 : Math.ceil((emails - left) / perDay);
  const ofLastDay = days === 0 ? emails : emails - left - (days - 1) * perDay;
  const byQuota = (days * DAY) / SECOND + ofLastDay / rate;
  // A day's quota may itself be more than goes in a day.
  const seconds = Math.max(byQuota, emails / rate, enrolment);
  const waits = seconds - enrolment;
  if (waits === 0) return { seconds, waits, by: 'campaign' };
  return { seconds, waits, by: days > 0 && seconds === byQuota ? 'day' : 'rate' };
}

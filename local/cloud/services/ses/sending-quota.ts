import { Refusal } from '../refusal.ts';

const SECOND = 1000;
const DAY = 24 * 3600 * SECOND;

export interface SendingQuota {
  readonly perSecond: number;
  readonly perDay: number;
}

/** An account's sending rate and its rolling 24 hours; both count recipients, not messages. */
export class SendingMeter {
  readonly #quota: SendingQuota;
  /** Recipients by second, the oldest first; a day has at most 86,400 of them. */
  readonly #bySecond = new Map<number, number>();
  #lastDay = 0;

  constructor(quota: SendingQuota) {
    this.#quota = quota;
  }

  /** Counts `recipients` sent at `now`, or refuses them all. */
  take(recipients: number, now: number): void {
    this.#forget(now - DAY);
    const second = Math.floor(now / SECOND);
    const thisSecond = this.#bySecond.get(second) ?? 0;
    if (thisSecond + recipients > this.#quota.perSecond) tooMany('Maximum sending rate exceeded.');
    if (this.#lastDay + recipients > this.#quota.perDay) tooMany('Daily message quota exceeded.');
    this.#bySecond.set(second, thisSecond + recipients);
    this.#lastDay += recipients;
  }

  /** Recipients of the 24 hours up to `now`. */
  lastDay(now: number): number {
    this.#forget(now - DAY);
    return this.#lastDay;
  }

  #forget(before: number): void {
    for (const [second, count] of this.#bySecond) {
      if (second * SECOND > before) return;
      this.#bySecond.delete(second);
      this.#lastDay -= count;
    }
  }
}

function tooMany(message: string): never {
  throw new Refusal('TooManyRequestsException', message, 429);
}

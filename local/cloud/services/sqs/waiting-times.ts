const MINUTE = 60_000;

/** What ended within one minute. */
interface Ended {
  readonly minute: number;
  /** The longest that one of them had waited (ms). */
  longest: number;
  /** When the earliest of them was sent. */
  earliest: number;
}

/**
 * For how long messages of a queue had waited in each of the last minutes: what CloudWatch's age of the oldest message is
 * read from. A minute's answer needs only those that ended in it, those that ended after it, and the oldest of all that
 * still wait; so a few numbers per minute are kept, and no messages.
 */
export class WaitingTimes {
  /** Complete minutes that can be asked about, before the one that has begun. */
  static readonly MINUTES = 15;

  /** The newest last. */
  readonly #ended: Ended[] = [];

  /** A message that was sent then has ended waiting at `now`. */
  end(sentAt: number, now: number): void {
    const minute = now - (now % MINUTE);
    let last = this.#ended.at(-1);
    if (last?.minute !== minute) {
      last = { minute, longest: 0, earliest: now };
      this.#ended.push(last);
      if (this.#ended.length > WaitingTimes.MINUTES + 1) this.#ended.shift();
    }
    last.longest = Math.max(last.longest, now - sentAt);
    last.earliest = Math.min(last.earliest, sentAt);
  }

  /**
   * The longest (ms) that any message had waited at any moment of the minute that begins at `minute`; undefined when none
   * was there. `oldest` is when the oldest that still waits was sent.
   */
  longestIn(minute: number, oldest = Number.POSITIVE_INFINITY): number | undefined {
    const end = minute + MINUTE;
    const later = this.#ended.filter((ended) => ended.minute > minute).map(({ earliest }) => earliest);
    const atItsEnd = [oldest, ...later].filter((sentAt) => sentAt < end).map((sentAt) => end - sentAt);
    const within = this.#ended.filter((ended) => ended.minute === minute).map(({ longest }) => longest);
    const ages = [...within, ...atItsEnd];
    return ages.length === 0 ? undefined : Math.max(...ages);
  }
}

import type { Clock, Scheduled } from './clock.ts';
import { Moments } from './moments.ts';
import { sharedTimeBytes, timeReader, timeWriter } from './shared-time.ts';

export interface VirtualClockOptions {
  readonly startAt?: number;
  /** Whether time passes by itself. Without it time moves only by `advanceTo`: what deterministic tests want. */
  readonly ticking?: boolean;
  /** Resolves when nothing is in flight; time jumps only then. */
  readonly whenQuiet: () => Promise<void>;
}

/** setTimeout fires at once for delays over 2^31 − 1 ms. */
const longestTimer = 2 ** 31 - 1;

/** The local cloud's clock, shared with the functions' threads through `memory`. */
export class VirtualClock implements Clock {
  readonly memory = new SharedArrayBuffer(sharedTimeBytes);
  readonly now = timeReader(this.memory, Date.now);
  readonly #write = timeWriter(this.memory);
  readonly #moments = new Moments();
  readonly #ticks: boolean;
  readonly #whenQuiet: () => Promise<void>;
  #jumps: Promise<unknown> = Promise.resolve();
  #jumping = false;
  #stopped = false;
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;

  constructor({ startAt, ticking, whenQuiet }: VirtualClockOptions) {
    this.#ticks = ticking ?? true;
    this.#whenQuiet = whenQuiet;
    this.#write(startAt ?? Date.now(), Date.now(), this.#ticks);
  }

  schedule(at: number, task: () => void): Scheduled {
    const moment = this.#moments.add(at, task);
    this.#setTimer();
    return { at, cancel: () => this.#moments.cancel(moment) };
  }

  /** The next moment at which something happens. */
  nextMoment(): number | undefined {
    return this.#moments.peek()?.at;
  }

  /**
   * Moves the clock to `at`, stopping at every moment on the way: what is due runs, and everything it starts has
   * ended, before time moves on. Jumps asked for together follow one another; one into the past only waits for quiet.
   */
  advanceTo(at: number): Promise<void> {
    const jump = this.#jumps.then(() => this.#jump(at));
    this.#jumps = jump.catch(() => undefined);
    return jump;
  }

  /** No moment fires any more. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #jump(at: number): Promise<void> {
    this.#jumping = true;
    clearTimeout(this.#timer);
    this.#timerAt = Number.POSITIVE_INFINITY;
    this.#stand(this.now());
    try {
      await this.#whenQuiet();
      for (let next = this.#moments.peek(); next && next.at <= at && !this.#stopped; next = this.#moments.peek()) {
        this.#stand(Math.max(next.at, this.now()));
        this.#runDue();
        await this.#whenQuiet();
      }
      this.#stand(Math.max(at, this.now()));
    } finally {
      this.#jumping = false;
      this.#write(this.now(), Date.now(), this.#ticks);
      this.#setTimer();
    }
  }

  #stand(at: number): void {
    this.#write(at, Date.now(), false);
  }

  #runDue(): void {
    const until = this.now();
    for (let due = this.#moments.takeUntil(until); due; due = this.#moments.takeUntil(until)) due.task();
  }

  #setTimer(): void {
    if (!this.#ticks || this.#jumping || this.#stopped) return;
    const next = this.#moments.peek();
    if (next === undefined || next.at === this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = next.at;
    const delay = Math.min(Math.max(0, next.at - this.now()), longestTimer);
    this.#timer = setTimeout(() => {
      this.#timerAt = Number.POSITIVE_INFINITY;
      if (this.#jumping || this.#stopped) return;
      this.#runDue();
      this.#setTimer();
    }, delay);
  }
}

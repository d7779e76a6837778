import type { Activity, Clock, Scheduled } from './clock.ts';

/**
 * Pauses that functions make: they pass in the cloud's time, so that the clock may jump over them and who paces himself
 * by it finds it moved.
 */
export class Pauses {
  readonly #clock: Clock;
  readonly #activity: Activity;
  readonly #pending = new Set<Scheduled>();

  constructor({ clock, activity }: { readonly clock: Clock; readonly activity: Activity }) {
    this.#clock = clock;
    this.#activity = activity;
  }

  /** When the first of them ends. */
  next(): number | undefined {
    return this.#pending.size === 0 ? undefined : Math.min(...[...this.#pending].map(({ at }) => at));
  }

  /** @param limitMs how long an invocation may take */
  ofInvocation(limitMs: number, onTimeOut: () => void): InvocationPauses {
    const timesOutAt = this.#clock.now() + limitMs;
    const wakes = new Set<() => void>();
    let goOn: (() => void) | undefined;
    const schedule = (at: number, task: () => void) => {
      const pending = this.#clock.schedule(at, () => {
        this.#pending.delete(pending);
        wakes.delete(giveUp);
        task();
      });
      const giveUp = () => {
        this.#pending.delete(pending);
        pending.cancel();
      };
      this.#pending.add(pending);
      wakes.add(giveUp);
    };
    return {
      begin: (milliseconds, wake) => {
        // As a timer does; the clock knows no parts of a millisecond.
        const at = this.#clock.now() + Math.max(1, Math.ceil(milliseconds));
        if (at <= timesOutAt) schedule(at, wake);
        else schedule(timesOutAt, onTimeOut);
      },
      pending: () => wakes.size > 0,
      rests: () => {
        goOn ??= this.#activity.rest();
      },
      goesOn: () => {
        goOn?.();
        goOn = undefined;
      },
      end: () => {
        for (const giveUp of wakes) giveUp();
        wakes.clear();
        goOn?.();
        goOn = undefined;
      },
    };
  }
}

/** The pauses of one invocation. */
export interface InvocationPauses {
  /** Wakes it after so many milliseconds of the clock, if its time is not over before. */
  begin(milliseconds: number, wake: () => void): void;
  /** Whether it waits for the end of one. */
  pending(): boolean;
  /** It does nothing else any more. */
  rests(): void;
  goesOn(): void;
  end(): void;
}

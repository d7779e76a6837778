import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import type { FromWorker } from './protocol.ts';

type Pause = typeof timers.setTimeout;

/**
 * Puts the cloud's time under the pauses of this thread, which are made by `node:timers/promises`. Plain `setTimeout`
 * stays real: by it the SDK's time-outs run, and what they watch over takes real time.
 */
export class ThreadPauses {
  readonly #post: (message: FromWorker) => void;
  readonly #waiting = new Map<number, () => void>();
  #lastId = 0;

  constructor(post: (message: FromWorker) => void) {
    this.#post = post;
  }

  /** Has to run before the function's code is imported. @param mayPause whether an invocation is under way */
  install(mayPause: () => boolean): void {
    const real = timers.setTimeout;
    const pause: Pause = (milliseconds = 0, value, options) =>
      options?.signal || !mayPause() ? real(milliseconds, value, options) : this.#pause(milliseconds, value);
    timers.setTimeout = pause;
    syncBuiltinESMExports();
  }

  get pending(): boolean {
    return this.#waiting.size > 0;
  }

  woken(id: number): void {
    const wake = this.#waiting.get(id);
    this.#waiting.delete(id);
    wake?.();
  }

  /** The invocation has ended: whoever still pauses stands still for ever. */
  forget(): void {
    this.#waiting.clear();
  }

  #pause<T>(milliseconds: number, value: T | undefined): Promise<T> {
    const id = ++this.#lastId;
    this.#post({ kind: 'pause', id, milliseconds });
    return new Promise((resolve) => this.#waiting.set(id, () => resolve(value as T)));
  }
}

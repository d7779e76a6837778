import type { Clock, Scheduled } from '../clock.ts';
import type { LambdaFunction } from '../lambda-function.ts';

/** Lambda's waits before the second and the third try of an asynchronous invocation, in milliseconds. */
const pauses = [60_000, 120_000];

/**
 * Invokes functions the way AWS's services do that want no answer: Lambda takes the event and, when the function
 * fails, tries it again later, twice unless the stacks say otherwise.
 */
export class AsyncInvocations {
  readonly #clock: Clock;
  readonly #log: (line: string) => void;
  readonly #retries = new Set<Scheduled>();

  constructor({ clock, log }: { clock: Clock; log: (line: string) => void }) {
    this.#clock = clock;
    this.#log = log;
  }

  invoke(target: LambdaFunction, event: unknown): void {
    void this.#attempt(target, event, this.#clock.now(), 0);
  }

  nextRetry(): number | undefined {
    return this.#retries.size === 0 ? undefined : Math.min(...[...this.#retries].map(({ at }) => at));
  }

  async #attempt(target: LambdaFunction, event: unknown, since: number, failures: number): Promise<void> {
    const { ok } = await target.invoke(event);
    if (!ok) this.#retry(target, event, since, failures);
  }

  #retry(target: LambdaFunction, event: unknown, since: number, failures: number): void {
    const { retries, maximumAgeSeconds } = target.asyncInvocation;
    const at = this.#clock.now() + (pauses[failures] ?? 0);
    if (failures >= retries || at > since + maximumAgeSeconds * 1000) {
      this.#log(`${target.name} failed and its event is lost, as on AWS without an on-failure destination`);
      return;
    }
    const retry = this.#clock.schedule(at, () => {
      this.#retries.delete(retry);
      void this.#attempt(target, event, since, failures + 1);
    });
    this.#retries.add(retry);
  }
}

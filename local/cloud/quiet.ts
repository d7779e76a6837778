import type { Activity } from './clock.ts';

/** Counts what is under way in the cloud and tells when nothing is. */
export class Quiet implements Activity {
  readonly #underWay = new Map<string, number>();
  readonly #limitMs: number;
  #count = 0;
  /** How many of those only wait for the clock. */
  #resting = 0;
  #changes = 0;
  #wake: (() => void) | undefined;
  #waiting: Promise<void> | undefined;

  /** When nothing begins or ends for `limitMs` real milliseconds, waiting for quiet fails and names what hangs. */
  constructor(limitMs = 60_000) {
    this.#limitMs = limitMs;
  }

  begin(label: string): () => void {
    this.#count++;
    this.#changes++;
    this.#underWay.set(label, (this.#underWay.get(label) ?? 0) + 1);
    return once(() => {
      this.#count--;
      this.#changes++;
      const left = (this.#underWay.get(label) ?? 1) - 1;
      if (left === 0) this.#underWay.delete(label);
      else this.#underWay.set(label, left);
      if (this.#isQuiet) this.#wake?.();
    });
  }

  rest(): () => void {
    this.#resting++;
    this.#changes++;
    if (this.#isQuiet) this.#wake?.();
    return once(() => {
      this.#resting--;
      this.#changes++;
    });
  }

  get #isQuiet(): boolean {
    return this.#count === this.#resting;
  }

  /** What is under way, each label with its number. */
  labels(): string[] {
    return [...this.#underWay].map(([label, number]) => (number === 1 ? label : `${label} × ${number}`));
  }

  /** Resolves when nothing is under way and nothing follows within one turn of the event loop. */
  async whenQuiet(): Promise<void> {
    do {
      if (!this.#isQuiet) await this.#untilWoken();
      await turn();
    } while (!this.#isQuiet);
  }

  #untilWoken(): Promise<void> {
    this.#waiting ??= new Promise<void>((resolve, reject) => {
      const settle = (finish: () => void) => {
        clearInterval(watch);
        this.#waiting = undefined;
        this.#wake = undefined;
        finish();
      };
      let seen = this.#changes;
      const watch = setInterval(() => {
        if (this.#changes === seen) settle(() => reject(new Error(this.#complaint())));
        seen = this.#changes;
      }, this.#limitMs);
      this.#wake = () => settle(resolve);
    });
    return this.#waiting;
  }

  #complaint(): string {
    return `Nothing happened for ${this.#limitMs / 1000} s; still under way: ${this.labels().join(', ')}`;
  }
}

function once(task: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    task();
  };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

import type { Invocation, Outcome } from './protocol.ts';

/** One execution environment of a function, wherever it runs. */
export interface Environment {
  /** Whether it takes no further invocation. */
  readonly dead: boolean;
  /** One invocation at a time. Never rejects. */
  run(invocation: Invocation): Promise<Outcome>;
  stop(): void | Promise<void>;
}

const stopped: Outcome = {
  ok: false,
  error: { errorType: 'LocalCloud.Stopped', errorMessage: 'The local cloud was stopped' },
};

/**
 * The environments of one function. A new one starts only when all others are busy, up to `maximum`; invocations
 * beyond that wait their turn.
 */
export class EnvironmentPool {
  readonly maximum: number;
  readonly #startOne: () => Environment;
  readonly #all = new Set<Environment>();
  readonly #idle: Environment[] = [];
  readonly #waiting: ((environment: Environment | undefined) => void)[] = [];
  #stopped = false;

  constructor(maximum: number, startOne: () => Environment) {
    this.maximum = maximum;
    this.#startOne = startOne;
  }

  /** How many environments are alive. */
  get size(): number {
    return this.#all.size;
  }

  async run(invocation: Invocation): Promise<Outcome> {
    const environment = await this.#take();
    if (environment === undefined) return stopped;
    const outcome = await environment.run(invocation);
    this.#giveBack(environment);
    return outcome;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const giveUp of this.#waiting.splice(0)) giveUp(undefined);
    await Promise.all([...this.#all].map((environment) => environment.stop()));
    this.#all.clear();
  }

  /** Ends those that nobody uses, as AWS does now and then: whoever is asked next begins with nothing in memory. */
  async recycle(): Promise<void> {
    const idle = this.#idle.splice(0);
    for (const environment of idle) this.#all.delete(environment);
    await Promise.all(idle.map((environment) => environment.stop()));
  }

  #take(): Environment | undefined | Promise<Environment | undefined> {
    if (this.#stopped) return undefined;
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) {
      if (!idle.dead) return idle;
      this.#all.delete(idle);
    }
    if (this.#all.size < this.maximum) return this.#start();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #start(): Environment {
    const environment = this.#startOne();
    this.#all.add(environment);
    return environment;
  }

  #giveBack(environment: Environment): void {
    if (environment.dead) this.#all.delete(environment);
    if (this.#stopped) return;
    const next = this.#waiting.shift();
    if (next) next(environment.dead ? this.#start() : environment);
    else if (!environment.dead) this.#idle.push(environment);
  }
}

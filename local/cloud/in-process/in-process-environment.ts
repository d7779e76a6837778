import type { InvocationPauses, Pauses } from '../pauses.ts';
import type { Environment } from '../worker/environment-pool.ts';
import type { FunctionError, Invocation, Outcome } from '../worker/protocol.ts';
import type { InProcessFunction, InProcessHandler, InProcessWorld, WiredLine } from './functions.ts';
import type { Connection } from './line.ts';
import { turn } from './line.ts';

export interface InProcessEnvironmentOptions {
  readonly made: InProcessFunction;
  readonly variables: Readonly<Record<string, string>>;
  readonly world: Omit<InProcessWorld, 'pause'>;
  readonly connection: Omit<Connection, 'answered' | 'killed'>;
  readonly pauses: Pauses;
  readonly timeoutMs: number;
}

/** One execution environment of a function in this process: its own clients, and what its code remembers between invocations. */
export class InProcessEnvironment implements Environment {
  readonly #options: InProcessEnvironmentOptions;
  readonly #wired: WiredLine;
  readonly #handler: InProcessHandler;
  #die: ((error: FunctionError) => void) | undefined;
  #pauses: InvocationPauses | undefined;
  /** Counts what happens: who rests has seen nothing happen since. */
  #stirs = 0;
  /** Set when it takes no further invocation. */
  dead = false;

  constructor(options: InProcessEnvironmentOptions) {
    const { made, variables, world, connection } = options;
    this.#options = options;
    this.#wired = made.take();
    this.#wired.line.connect({
      ...connection,
      answered: () => this.#stir(),
      killed: ({ message }) => this.#kill(message),
    });
    this.#handler = this.#wired.wire(variables, { ...world, pause: (milliseconds) => this.#pause(milliseconds) });
  }

  /** Never rejects. */
  run(invocation: Invocation): Promise<Outcome> {
    return new Promise((resolve) => {
      const end = (outcome: Outcome) => {
        this.#pauses?.end();
        this.#pauses = undefined;
        this.#die = undefined;
        resolve(outcome);
      };
      this.#die = (error) => end({ ok: false, error });
      const { pauses, timeoutMs } = this.#options;
      if (!invocation.inRealTime)
        this.#pauses = pauses.ofInvocation(timeoutMs, () => this.#kill('Task timed out', 'Sandbox.Timedout'));
      void this.#invoke(invocation).then((outcome) => {
        if (!this.dead) end(outcome);
      });
    });
  }

  stop(): void {
    if (this.#die !== undefined) this.#kill('The local cloud was stopped');
    else if (!this.dead) this.#options.made.giveBack(this.#wired);
    this.dead = true;
  }

  async #invoke({ event, trace }: Invocation): Promise<Outcome> {
    const { line } = this.#wired;
    line.begin(trace);
    let outcome: Outcome;
    try {
      outcome = { ok: true, payload: JSON.stringify(await this.#handler(JSON.parse(event))) ?? 'null' };
    } catch (error) {
      outcome = { ok: false, error: describe(error) };
    }
    // A call that was begun and not awaited shows now.
    await turn();
    if (!outcome.ok || line.open === 0) return outcome;
    const errorMessage = `${line.open} SDK calls still in flight when the handler returned. Await every call.`;
    return { ok: false, error: { errorType: 'LocalCloud.UnawaitedCall', errorMessage } };
  }

  /** Whoever waits outside the cloud does not wait for this: no time passes for him. */
  #pause(milliseconds: number): Promise<void> {
    const pauses = this.#pauses;
    if (pauses === undefined) return turn();
    this.#stir();
    return new Promise((resolve) => {
      pauses.begin(milliseconds, () => {
        pauses.goesOn();
        this.#stir();
        resolve();
      });
    });
  }

  /** Rests when nothing happens any more within two turns, which is what a call takes that is tried again. */
  #stir(): void {
    if (!this.#pauses) return;
    const seen = ++this.#stirs;
    void (async () => {
      await turn();
      await turn();
      if (seen === this.#stirs && this.#wired.line.open === 0 && this.#pauses?.pending()) this.#pauses.rests();
    })();
  }

  /** Its code stands still for ever at the calls it has made: the line is cut, and not used again. */
  #kill(errorMessage: string, errorType = 'Runtime.ExitError'): void {
    this.dead = true;
    this.#wired.line.cut();
    this.#die?.({ errorType, errorMessage });
  }
}

function describe(error: unknown): FunctionError {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error) };
  return { errorType: error.name, errorMessage: error.message };
}

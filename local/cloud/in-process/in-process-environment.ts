import type { Environment } from '../worker/environment-pool.ts';
import type { FunctionError, Invocation, Outcome } from '../worker/protocol.ts';
import type { InProcessFunction, InProcessHandler, InProcessWorld, WiredLine } from './functions.ts';
import type { Connection } from './line.ts';
import { turn } from './line.ts';

export interface InProcessEnvironmentOptions {
  readonly made: InProcessFunction;
  readonly variables: Readonly<Record<string, string>>;
  readonly world: InProcessWorld;
  readonly connection: Omit<Connection, 'killed'>;
}

/** One execution environment of a function in this process: its own clients, and what its code remembers between invocations. */
export class InProcessEnvironment implements Environment {
  readonly #options: InProcessEnvironmentOptions;
  readonly #wired: WiredLine;
  readonly #handler: InProcessHandler;
  #die: ((error: FunctionError) => void) | undefined;
  /** Set when it takes no further invocation. */
  dead = false;

  constructor(options: InProcessEnvironmentOptions) {
    const { made, variables, world, connection } = options;
    this.#options = options;
    this.#wired = made.take();
    this.#wired.line.connect({ ...connection, killed: ({ message }) => this.#kill(message) });
    this.#handler = this.#wired.wire(variables, world);
  }

  /** Never rejects. */
  run(invocation: Invocation): Promise<Outcome> {
    return new Promise((resolve) => {
      this.#die = (error) => resolve({ ok: false, error });
      void this.#invoke(invocation).then((outcome) => {
        this.#die = undefined;
        resolve(outcome);
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

  /** Its code stands still for ever at the calls it has made: the line is cut, and not used again. */
  #kill(errorMessage: string): void {
    this.dead = true;
    this.#wired.line.cut();
    this.#die?.({ errorType: 'Runtime.ExitError', errorMessage });
  }
}

function describe(error: unknown): FunctionError {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error) };
  return { errorType: error.name, errorMessage: error.message };
}

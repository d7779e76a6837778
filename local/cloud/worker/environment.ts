import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { Outgoing } from './outgoing.ts';
import type {
  EnvironmentSetup,
  FromWorker,
  FunctionError,
  Invocation,
  NumberedAnswer,
  Outcome,
  SdkAnswer,
  SdkCall,
} from './protocol.ts';
import { workerSource } from './source.ts';

export interface EnvironmentOptions {
  readonly setup: EnvironmentSetup;
  readonly variables: Readonly<Record<string, string>>;
  /** A rejection kills the environment. */
  readonly answer: (call: SdkCall) => Promise<SdkAnswer>;
  readonly log: (line: string) => void;
}

/** AWS gives an environment ten seconds to start; twice that here, since many may start at once on a small machine. */
const startLimitMs = 20_000;

/** One execution environment: a worker thread that handles one invocation at a time until it is stopped or dies. */
export class Environment {
  readonly #worker: Worker;
  readonly #options: EnvironmentOptions;
  readonly #answers = new Outgoing<NumberedAnswer>((answers) => {
    if (!this.dead) this.#worker.postMessage({ kind: 'answers', answers });
  });
  #finish: ((outcome: Outcome) => void) | undefined;
  #invocation: Invocation | undefined;
  #starting = true;
  #timer: NodeJS.Timeout | undefined;
  /** Set when the thread has ended or failed and takes no further invocation. */
  dead = false;

  constructor(options: EnvironmentOptions) {
    this.#options = options;
    this.#worker = new Worker(workerSource(), {
      eval: true,
      workerData: options.setup,
      env: { ...options.variables },
      // Loaders of the main thread (tsx, a test runner) stay out of the functions.
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: options.setup.memoryMb, maxYoungGenerationSizeMb: 64 },
    });
    forwardLines(this.#worker.stdout, options.log);
    forwardLines(this.#worker.stderr, options.log);
    this.#worker.on('message', (message: FromWorker) => this.#receive(message));
    this.#worker.on('error', (error) => this.#die({ errorType: error.name, errorMessage: error.message }));
    this.#worker.on('exit', (code) => this.#die({ errorType: 'Runtime.ExitError', errorMessage: `Exit code ${code}` }));
  }

  /** Hands over one invocation; it waits until the environment has started, and its time-out with it. Never rejects. */
  run(invocation: Invocation): Promise<Outcome> {
    return new Promise((resolve) => {
      this.#finish = resolve;
      this.#invocation = invocation;
      if (this.#starting) this.#limit(startLimitMs, 'Runtime.InitTimeout', 'The environment did not start');
      else this.#invoke();
    });
  }

  async stop(): Promise<void> {
    this.#die({ errorType: 'LocalCloud.Stopped', errorMessage: 'The local cloud was stopped' });
    await this.#worker.terminate();
  }

  #receive(message: FromWorker): void {
    switch (message.kind) {
      case 'calls':
        for (const [id, call] of message.calls) void this.#answer(id, call);
        break;
      case 'started':
        this.#starting = false;
        if (this.#finish) this.#invoke();
        break;
      case 'startFailed':
        this.#die(message.error);
        break;
      case 'done':
        this.#end(message.outcome);
        break;
    }
  }

  async #answer(id: number, call: SdkCall): Promise<void> {
    try {
      this.#answers.add([id, await this.#options.answer(call)]);
    } catch (error) {
      this.#die({ errorType: 'Runtime.ExitError', errorMessage: (error as Error).message });
    }
  }

  #invoke(): void {
    this.#worker.postMessage({ kind: 'invoke', invocation: this.#invocation });
    const seconds = this.#options.setup.timeoutMs / 1000;
    this.#limit(
      this.#options.setup.timeoutMs,
      'Sandbox.Timedout',
      `Task timed out after ${seconds.toFixed(2)} seconds`,
    );
  }

  #limit(milliseconds: number, errorType: string, errorMessage: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#die({ errorType, errorMessage }), milliseconds);
  }

  #die(error: FunctionError): void {
    if (!this.dead) {
      this.dead = true;
      void this.#worker.terminate();
    }
    this.#end({ ok: false, error });
  }

  #end(outcome: Outcome): void {
    clearTimeout(this.#timer);
    const finish = this.#finish;
    this.#finish = undefined;
    finish?.(outcome);
  }
}

function forwardLines(stream: Readable, log: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) log(line);
  });
  stream.on('end', () => {
    if (rest !== '') log(rest);
  });
}

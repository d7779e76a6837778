import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import type { Usage } from '../meter/duration.ts';
import { Waiting } from '../meter/duration.ts';
import type { InvocationPauses, Pauses } from '../pauses.ts';
import type { Environment } from './environment-pool.ts';
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
  ToWorker,
} from './protocol.ts';
import { workerSource } from './source.ts';

export interface ThreadEnvironmentOptions {
  readonly setup: EnvironmentSetup;
  readonly variables: Readonly<Record<string, string>>;
  /** A rejection kills the environment. */
  readonly answer: (call: SdkCall) => Promise<SdkAnswer>;
  readonly log: (line: string) => void;
  readonly pauses: Pauses;
  /** Told what each invocation used when it has ended, however it ended. */
  readonly onUsage?: (usage: Usage) => void;
}

/** AWS gives an environment ten seconds to start; twice that here, since many may start at once on a small machine. */
const startLimitMs = 20_000;
const TIMED_OUT = 'Sandbox.Timedout';

/** One execution environment: a worker thread that handles one invocation at a time until it is stopped or dies. */
export class ThreadEnvironment implements Environment {
  readonly #worker: Worker;
  readonly #options: ThreadEnvironmentOptions;
  readonly #answers = new Outgoing<NumberedAnswer>((answers) => {
    if (!this.dead) this.#tell({ kind: 'answers', answers });
  });
  readonly #waiting = new Waiting();
  #finish: ((outcome: Outcome) => void) | undefined;
  #invocation: Invocation | undefined;
  #starting = true;
  /** Whether the invocation under way has been handed over: what it cost before that was starting. */
  #invoked = false;
  #timer: NodeJS.Timeout | undefined;
  /** What is left (ms) of what the timer was set to, and since when it runs; it stands while the invocation rests. */
  #left = 0;
  #timerSince = 0;
  #timeOut: () => void = () => undefined;
  #pauses: InvocationPauses | undefined;
  #isResting = false;
  /** How many messages the thread was sent. */
  #told = 0;
  /** Set when the thread has ended or failed and takes no further invocation. */
  dead = false;

  constructor(options: ThreadEnvironmentOptions) {
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
        this.#goOn();
        for (const [id, call] of message.calls) void this.#answer(id, call);
        break;
      case 'started':
        this.#starting = false;
        if (this.#finish) this.#invoke();
        break;
      case 'pause':
        this.#pause(message.id, message.milliseconds);
        break;
      case 'resting':
        // Unless it has been told something since that it has not heard yet.
        if (message.heard === this.#told) this.#rest();
        break;
      case 'startFailed':
        this.#die(message.error);
        break;
      case 'done':
        this.#end(message.outcome, message.cpuMs);
        break;
    }
  }

  async #answer(id: number, call: SdkCall): Promise<void> {
    const began = this.#waiting.begins();
    try {
      const answer = await this.#options.answer(call);
      this.#waiting.ends(began, call.headers.authorization);
      this.#answers.add([id, answer]);
    } catch (error) {
      this.#die({ errorType: 'Runtime.ExitError', errorMessage: (error as Error).message });
    }
  }

  #invoke(): void {
    this.#invoked = true;
    const { timeoutMs } = this.#options.setup;
    this.#limit(timeoutMs, TIMED_OUT, `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`);
    this.#pauses = this.#invocation?.inRealTime
      ? undefined
      : this.#options.pauses.ofInvocation(timeoutMs, () => this.#timeOut());
    if (this.#invocation) this.#tell({ kind: 'invoke', invocation: this.#invocation });
  }

  #tell(message: ToWorker): void {
    this.#goOn();
    this.#told++;
    this.#worker.postMessage(message);
  }

  #limit(milliseconds: number, errorType: string, errorMessage: string): void {
    this.#timeOut = () => this.#die({ errorType, errorMessage });
    this.#startTimer(milliseconds);
  }

  #startTimer(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#left = milliseconds;
    this.#timerSince = performance.now();
    this.#timer = setTimeout(() => this.#timeOut(), milliseconds);
  }

  #pause(id: number, milliseconds: number): void {
    const began = this.#waiting.begins();
    const invocation = this.#invocation;
    const wake = () => {
      if (this.dead || this.#invocation !== invocation) return;
      this.#waiting.slept(began, milliseconds);
      this.#tell({ kind: 'woken', id });
    };
    if (this.#pauses) this.#pauses.begin(milliseconds, wake);
    else setTimeout(wake, milliseconds);
  }

  /** All it does is pause: neither does its time-out run in real time, nor is it in the clock's way. */
  #rest(): void {
    if (this.#isResting || !this.#pauses?.pending()) return;
    clearTimeout(this.#timer);
    this.#left -= performance.now() - this.#timerSince;
    this.#isResting = true;
    this.#pauses.rests();
  }

  #goOn(): void {
    if (!this.#isResting) return;
    this.#isResting = false;
    this.#pauses?.goesOn();
    this.#startTimer(Math.max(0, this.#left));
  }

  #die(error: FunctionError): void {
    if (!this.dead) {
      this.dead = true;
      void this.#worker.terminate();
    }
    this.#end({ ok: false, error });
  }

  #end(outcome: Outcome, cpuMs = 0): void {
    clearTimeout(this.#timer);
    this.#isResting = false;
    this.#pauses?.end();
    this.#pauses = undefined;
    this.#invocation = undefined;
    const finish = this.#finish;
    this.#finish = undefined;
    if (finish && this.#invoked) this.#tellUsage(outcome, cpuMs);
    finish?.(outcome);
  }

  /** What a thread that was killed had computed nobody knows; a time-out is billed whole. */
  #tellUsage(outcome: Outcome, cpuMs: number): void {
    this.#invoked = false;
    const waited = this.#waiting.take();
    const timedOut = !outcome.ok && outcome.error.errorType === TIMED_OUT;
    this.#options.onUsage?.({ cpuMs, waitMs: timedOut ? this.#options.setup.timeoutMs : waited });
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

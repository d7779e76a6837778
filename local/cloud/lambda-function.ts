import { randomUUID } from 'node:crypto';
import type { Activity } from './clock.ts';
import { invocationsIn, LONGEST_CHAIN, traceHeader } from './lineage.ts';
import type { Principal } from './permissions/principal.ts';
import type { EnvironmentPool } from './worker/environment-pool.ts';
import type { FunctionError, Outcome } from './worker/protocol.ts';

export interface LambdaFunctionOptions {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /** The key its SDK signs with: how a service knows who asks. */
  readonly accessKeyId: string;
  /** Its session under its role: in whose name it and its mappings ask. */
  readonly principal: Principal;
  readonly pool: EnvironmentPool;
  readonly activity: Activity;
  /** Whether chains of requests may come back to it as often as they like: RecursiveLoop `Allow`. */
  readonly allowsRecursion: boolean;
  readonly log: (line: string) => void;
  /** What invocations have to pass. */
  readonly around?: InvocationInterceptor | undefined;
  /** Sees each event before the function does. */
  readonly onInvoke?: (event: unknown) => void;
}

export interface HowInvoked {
  /** The trace headers of what invokes it; without any a chain of requests begins. */
  readonly traces?: readonly string[];
  /** Whether somebody outside the cloud waits for its answer. */
  readonly inRealTime?: boolean;
}

export type InvocationResult =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: FunctionError };

/** An invocation on its way to a function, given by its logical id. */
export interface Invoking {
  readonly logicalId: string;
  readonly event: unknown;
}

/** Sees every invocation: it may be left out, made twice, or its answer lost. */
export type InvocationInterceptor = (
  invoking: Invoking,
  next: () => Promise<InvocationResult>,
) => Promise<InvocationResult>;

/** Lambda's limit on the payload of a synchronous invocation, both ways. */
export const payloadLimit = 6 * 1024 * 1024;

export interface AsyncInvocation {
  readonly retries: number;
  /** A retry due later than this after the first try is not made. */
  readonly maximumAgeSeconds: number;
}

/** A deployed function. */
export class LambdaFunction {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly accessKeyId: string;
  readonly principal: Principal;
  readonly pool: EnvironmentPool;
  readonly #allowsRecursion: boolean;
  readonly #activity: Activity;
  readonly #log: (line: string) => void;
  readonly #around: InvocationInterceptor;
  readonly #onInvoke: ((event: unknown) => void) | undefined;
  /** What Lambda does when an asynchronous invocation fails; its defaults until the stacks say otherwise. */
  asyncInvocation: AsyncInvocation = { retries: 2, maximumAgeSeconds: 6 * 3600 };
  /** For tests and figures: how often it was invoked, and how often that failed. */
  readonly invocations = { total: 0, failed: 0 };
  /** Lambda's metric of this name: messages it was not invoked with, because their chain had come back too often. */
  recursiveInvocationsDropped = 0;

  constructor(options: LambdaFunctionOptions) {
    this.logicalId = options.logicalId;
    this.name = options.name;
    this.arn = options.arn;
    this.accessKeyId = options.accessKeyId;
    this.principal = options.principal;
    this.pool = options.pool;
    this.#allowsRecursion = options.allowsRecursion;
    this.#activity = options.activity;
    this.#log = options.log;
    this.#around = options.around ?? ((_, next) => next());
    this.#onInvoke = options.onInvoke;
  }

  /** Whether Lambda refuses to invoke it once more in the chain of requests that a trace header tells of. */
  endsChain(trace: string | undefined): boolean {
    if (this.#allowsRecursion || invocationsIn(trace, this.arn) < LONGEST_CHAIN) return false;
    this.recursiveInvocationsDropped++;
    this.#log('RecursiveInvocationException: Lambda stopped a recursive loop');
    return true;
  }

  /**
   * Invokes it and waits for its answer. Errors of the function come back as values, as they do from Lambda. It is all that
   * is under way meanwhile: whoever invokes it reports no activity of his own, or the clock could not pass its pauses.
   */
  async invoke(event: unknown, how: HowInvoked = {}): Promise<InvocationResult> {
    const end = this.#activity.begin(this.name);
    this.invocations.total++;
    this.#onInvoke?.(event);
    try {
      const { logicalId } = this;
      const result = await this.#around({ logicalId, event }, () => this.#run(JSON.stringify(event), how));
      if (!result.ok) {
        this.invocations.failed++;
        this.#log(`${result.error.errorType}: ${(result.error.trace ?? [result.error.errorMessage]).join('\n')}`);
      }
      return result;
    } finally {
      end();
    }
  }

  async #run(event: string, { traces = [], inRealTime = false }: HowInvoked): Promise<InvocationResult> {
    if (tooLarge(event))
      return failure('RequestEntityTooLargeException', `Request must be smaller than ${payloadLimit} bytes`);
    const requestId = randomUUID();
    const trace = traceHeader(requestId, this.arn, traces);
    const outcome: Outcome = await this.pool.run({ requestId, event, trace, inRealTime });
    if (!outcome.ok) return outcome;
    if (tooLarge(outcome.payload)) {
      const type = 'Function.ResponseSizeTooLarge';
      return failure(type, `Response payload size exceeded maximum allowed payload size (${payloadLimit} bytes).`);
    }
    return { ok: true, value: JSON.parse(outcome.payload) };
  }
}

/** Counting bytes costs; a text of a third of the limit cannot be over it. */
const tooLarge = (text: string) => text.length > payloadLimit / 3 && Buffer.byteLength(text) > payloadLimit;

const failure = (errorType: string, errorMessage: string): InvocationResult => ({
  ok: false,
  error: { errorType, errorMessage },
});

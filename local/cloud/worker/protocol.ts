/** What the main thread and a function's thread say to each other. Both sides are built from this one file. */

/** A call of the SDK, on its way to the cloud's endpoint. */
export interface SdkCall {
  /** Where it goes, if not to the cloud's endpoint: to a system of somebody else's. */
  readonly outside?: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
}

export type SdkAnswer =
  | {
      readonly status: number;
      /** Beyond those every answer has, which the thread adds itself. */
      readonly headers?: Readonly<Record<string, string>>;
      readonly body: string | Uint8Array;
    }
  /** The connection broke before an answer came. */
  | { readonly lost: true };

export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** A function's answer; `payload` is the JSON text of what the handler returned. */
export type Outcome =
  | { readonly ok: true; readonly payload: string }
  | { readonly ok: false; readonly error: FunctionError };

/** Given to the thread when it starts. */
export interface EnvironmentSetup {
  /** The file that exports the handler, and the name it has there. */
  readonly entryUrl: string;
  readonly handler: string;
  /** Shared memory of the clock. */
  readonly time: SharedArrayBuffer;
  /** Host of the cloud's endpoint; every other host is refused. */
  readonly endpointHost: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
  readonly timeoutMs: number;
}

export interface Invocation {
  readonly requestId: string;
  /** JSON text of the event. */
  readonly event: string;
  /** The trace header that the SDK sends on with every call. */
  readonly trace: string;
  /** Whether somebody outside the cloud waits for the answer: he waits in real time, and so does what it pauses for. */
  readonly inRealTime: boolean;
}

/** Calls and answers of one turn of the event loop travel together: waking a thread costs more than a call's contents. */
export type NumberedCall = readonly [id: number, call: SdkCall];
export type NumberedAnswer = readonly [id: number, answer: SdkAnswer];

export type ToWorker =
  | { readonly kind: 'invoke'; readonly invocation: Invocation }
  | { readonly kind: 'answers'; readonly answers: readonly NumberedAnswer[] }
  /** A pause is over. */
  | { readonly kind: 'woken'; readonly id: number };

export type FromWorker =
  | { readonly kind: 'started' }
  | { readonly kind: 'startFailed'; readonly error: FunctionError }
  | { readonly kind: 'calls'; readonly calls: readonly NumberedCall[] }
  | { readonly kind: 'pause'; readonly id: number; readonly milliseconds: number }
  /** All it waits for is the end of pauses, having heard so many messages. */
  | { readonly kind: 'resting'; readonly heard: number }
  /** `cpuMs`: how long the thread has computed for it. */
  | { readonly kind: 'done'; readonly outcome: Outcome; readonly cpuMs: number };

/** How a thread's SDK calls reach the endpoint: by message today; real sockets would be a second one. */
export interface Transport {
  /** Answers with what gives the call up: nobody waits for its answer any more. */
  send(call: SdkCall, answered: (answer: SdkAnswer) => void): () => void;
}

/** What the SDK calls an operation, as far as the bare request shows it: for messages to people. */
export function nameOfCall({ method, path, headers }: SdkCall): string {
  return headers['x-amz-target'] ?? `${method} ${path}`;
}

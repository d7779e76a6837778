import { parentPort, workerData } from 'node:worker_threads';
import { timeReader } from '../shared-time.ts';
import { CallsInFlight } from './calls-in-flight.ts';
import { cpuClock } from './cpu-clock.ts';
import { installNetwork } from './network.ts';
import type { EnvironmentSetup, FromWorker, FunctionError, Invocation, Outcome, ToWorker } from './protocol.ts';
import { ThreadPauses } from './thread-pauses.ts';
import { installVirtualDate } from './virtual-date.ts';

/** One execution environment of one function: what runs inside its thread. */
const setup = workerData as EnvironmentSetup;
const port = parentPort;
if (port === null) throw new Error('Runs only as a worker thread');
const post = (message: FromWorker) => {
  port.postMessage(message);
  if (message.kind === 'pause') void tellRest();
};

type Handler = (event: unknown, context: unknown) => unknown;

const realNow = Date.now;
const cpuMs = cpuClock();
const calls = new CallsInFlight(post);
const pauses = new ThreadPauses(post);
/** How many messages of the main thread's have come. */
let heard = 0;
installVirtualDate(timeReader(setup.time, realNow));
installNetwork(calls, setup.endpointHost);
pauses.install(() => calls.open && handler !== undefined);

let handler: Handler | undefined;
port.on('message', (message: ToWorker) => {
  heard++;
  if (message.kind === 'answers') for (const [id, answer] of message.answers) calls.answer(id, answer);
  else if (message.kind === 'woken') pauses.woken(message.id);
  else {
    const before = cpuMs();
    void run(message.invocation).then((outcome) => post({ kind: 'done', outcome, cpuMs: cpuMs() - before }));
  }
  if (pauses.pending) void tellRest();
});

/** Tells the main thread when all that is waited for is the end of pauses. Whatever it says meanwhile makes this anew. */
async function tellRest(): Promise<void> {
  const since = heard;
  await startedCallsHaveShown();
  if (heard === since && pauses.pending && !calls.pending) post({ kind: 'resting', heard });
}

loadHandler().then(
  (loaded) => {
    handler = loaded;
    calls.open = false;
    post({ kind: 'started' });
  },
  (error: unknown) => post({ kind: 'startFailed', error: describe(error) }),
);

async function loadHandler(): Promise<Handler> {
  const module = (await import(setup.entryUrl)) as Record<string, unknown>;
  const found = module[setup.handler];
  if (typeof found !== 'function') throw new Error(`${setup.entryUrl} exports no function ${setup.handler}`);
  return found as Handler;
}

async function run(invocation: Invocation): Promise<Outcome> {
  const before = calls.takeUnawaited();
  if (before.length > 0) return unawaited(before, 'after the previous invocation had returned');
  calls.open = true;
  // Where Lambda puts it, and where the SDK looks for it.
  process.env._X_AMZN_TRACE_ID = invocation.trace;
  let outcome: Outcome;
  try {
    const result = await handler?.(JSON.parse(invocation.event), contextOf(invocation));
    outcome = { ok: true, payload: JSON.stringify(result) ?? 'null' };
  } catch (error) {
    outcome = { ok: false, error: describe(error) };
  }
  await startedCallsHaveShown();
  calls.open = false;
  pauses.forget();
  const after = calls.takeUnawaited();
  return outcome.ok && after.length > 0 ? unawaited(after, 'still in flight when the handler returned') : outcome;
}

/**
 * A call that was started and not awaited reaches the transport only later: some microtasks on, or when a new client
 * has looked for its configuration files.
 */
async function startedCallsHaveShown(): Promise<void> {
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  await turn();
  const isReading = () => process.getActiveResourcesInfo().some((resource) => resource.startsWith('FSReq'));
  for (let turns = 0; turns < 100 && isReading(); turns++) await turn();
}

function unawaited(names: readonly string[], when: string): Outcome {
  const errorMessage = `SDK calls ${when}: ${names.join(', ')}. Await every call.`;
  return { ok: false, error: { errorType: 'LocalCloud.UnawaitedCall', errorMessage } };
}

function contextOf({ requestId }: Invocation): unknown {
  const deadline = realNow() + setup.timeoutMs;
  return {
    functionName: setup.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: setup.functionArn,
    memoryLimitInMB: String(setup.memoryMb),
    awsRequestId: requestId,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    // Real time, like the time-out itself: a clock that jumps must not eat the handler's time.
    getRemainingTimeInMillis: () => Math.max(0, deadline - realNow()),
  };
}

function describe(error: unknown): FunctionError {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error) };
  const trace = error.stack?.split('\n').slice(0, 12);
  return { errorType: error.name, errorMessage: error.message, ...(trace ? { trace } : {}) };
}

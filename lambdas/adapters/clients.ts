/**
 * How every SDK client of ours talks: a bounded time per request, and an error when it is over. `requestTimeout` alone
 * only prints a warning and the call hangs on.
 */
const transport = (seconds: number) => ({
  requestHandler: { connectionTimeout: 1_000, requestTimeout: seconds * 1_000, throwOnRequestTimeout: true },
});

/** For stores and queues: answers come in milliseconds, so three tries of a few seconds fit into any of our time-outs. */
export const storeClient = { ...transport(5), maxAttempts: 3 };

/** For sending: whether to try again depends on what happened to the first try, which is not the SDK's to decide. */
export const sendClient = { ...transport(10), maxAttempts: 1 };

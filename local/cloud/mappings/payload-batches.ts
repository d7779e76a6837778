import { payloadLimit } from '../lambda-function.ts';

/** What the attributes of a record and JSON around its body may take, in bytes. */
const AROUND_BODY = 8 * 1024;

/**
 * AWS: a batch ends where the payload of an invocation would be over its limit, whatever the batch size allows. Ten
 * messages of 1 MiB take two invocations.
 */
export function payloadBatches<R extends { readonly body: string }>(records: readonly R[]): (readonly R[])[] {
  // A character takes at most six bytes in JSON, so most batches are known to fit by their lengths.
  if (records.reduce((sum, { body }) => sum + 6 * body.length + AROUND_BODY, 0) <= payloadLimit) return [records];
  const batches: R[][] = [];
  let room = 0;
  for (const record of records) {
    const bytes = Buffer.byteLength(JSON.stringify(record)) + 1;
    if (bytes > room) {
      batches.push([]);
      room = payloadLimit - AROUND_BODY;
    }
    room -= bytes;
    batches.at(-1)?.push(record);
  }
  return batches;
}

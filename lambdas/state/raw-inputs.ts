import { utf8Length } from '../../domain/json.ts';
import type { Input } from '../../domain/state/input.ts';
import type { Lake } from '../adapters/lake.ts';
import type { Queue } from '../adapters/queue.ts';
import { errorName, type Log } from '../runtime/log.ts';

export type Archive = (inputs: readonly Input[]) => Promise<void>;

/** Firehose takes 1,000 KiB a record, and SQS 1 MiB a message, where a refused record waits. */
const RECORD_BYTES = 900 * 1_024;

/**
 * Keeps raw inputs as lines of JSON, one record per batch: Firehose bills each record as at least 5 KB. What the lake
 * refuses twice waits on a queue, and the worker goes on.
 */
export const archiveTo =
  (lake: Lake, retry: Queue, log: Log): Archive =>
  async (inputs) => {
    for (const lines of recordsOf(inputs)) {
      try {
        await lake.append(lines).catch(() => lake.append(lines));
      } catch (error) {
        log('lake-refused', { error: errorName(error) });
        const refused = await retry.send([{ body: lines }]);
        if (refused.length > 0) throw new Error('Raw inputs could be kept neither in the lake nor on its retry queue');
      }
    }
  };

/** Only what came from outside: due times and the like can be computed from it. */
function* recordsOf(inputs: readonly Input[]): Generator<string> {
  let lines = '';
  let bytes = 0;
  for (const input of inputs) {
    if (input.kind !== 'event') continue;
    const line = `${JSON.stringify(input.event)}\n`;
    const size = utf8Length(line);
    if (bytes + size > RECORD_BYTES) {
      yield lines;
      lines = '';
      bytes = 0;
    }
    lines += line;
    bytes += size;
  }
  if (bytes > 0) yield lines;
}

import { expect, test } from 'vitest';
import type { LambdaFunction } from '../../../local/cloud/lambda-function.ts';
import { streamRecord } from '../../../local/cloud/mappings/stream-record.ts';
import type { Discarded } from '../../../local/cloud/mappings/stream-shard.ts';
import { StreamShard } from '../../../local/cloud/mappings/stream-shard.ts';
import { Quiet } from '../../../local/cloud/quiet.ts';
import { VirtualClock } from '../../../local/cloud/virtual-clock.ts';
import { minute, start } from './support.ts';

const hour = 60 * minute;

/** A shard with one record that no invocation of its function satisfies. */
function poisoned(maximumAgeSeconds: number) {
  const activity = new Quiet();
  const clock = new VirtualClock({ startAt: start, ticking: false, whenQuiet: () => activity.whenQuiet() });
  const givenUp: (Discarded & { readonly after: number })[] = [];
  const target = {
    name: 'never',
    invoke: async () => ({ ok: false, error: { errorType: 'Error', errorMessage: 'never' } }),
  } as unknown as LambdaFunction;
  const shard = new StreamShard({
    id: 'shard',
    target,
    batchSize: 1,
    reportsItemFailures: false,
    bisects: false,
    maximumRetryAttempts: -1,
    maximumAgeSeconds,
    giveUp: (discarded) => givenUp.push({ ...discarded, after: clock.now() - start }),
    clock,
    activity,
  });
  const change = { eventName: 'INSERT', keys: {}, newImage: {}, sequence: '1', at: start } as const;
  shard.add(streamRecord(change, { arn: 'arn', viewType: 'NEW_IMAGE', region: 'eu-central-1' }));
  return { clock, givenUp };
}

test.each([
  ['a record older than the mapping allows is given up, whatever its retries', 120, 2 * minute],
  ['without a limit of its own a mapping stands still for the 24 hours that a stream keeps a record', -1, 24 * hour],
])('AWS: %s', async (_, maximumAgeSeconds, age) => {
  const { clock, givenUp } = poisoned(maximumAgeSeconds);
  await clock.advanceTo(start + age);
  expect(givenUp).toEqual([]);
  await clock.advanceTo(start + age + 2 * minute);
  expect(givenUp).toMatchObject([{ condition: 'RecordAgeExceeded' }]);
  expect(givenUp[0]?.invocations).toBeGreaterThan(5);
});

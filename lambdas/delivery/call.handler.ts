import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { SECOND } from '../../domain/calendar.ts';
import { type CallRequest, decodeCallRequest, encodeCallRequest } from '../../domain/delivery/calls/call-request.ts';
import { type Answer, GIVEN_UP_AFTER, untilCalledAgain } from '../../domain/delivery/calls/retries.ts';
import { hashText } from '../../domain/hash.ts';
import { answeredInput } from '../../domain/state/input.ts';
import { encodeInputs } from '../../domain/state/input-message.ts';
import type { Queue } from '../adapters/queue.ts';
import type { Log } from '../runtime/log.ts';
import { eachMessage } from '../runtime/queue-batch.ts';
import { type TellDependencies, tell } from './tell.ts';

export interface CallDependencies extends TellDependencies {
  /** Where calls come from, and come back to that were not taken. */
  readonly calls: Queue;
  /** Where the reducer hears what became of them. */
  readonly timers: Queue;
  /** In [0, 1). */
  readonly random: () => number;
  readonly log: Log;
}

/**
 * Tells other systems what steps of journeys say. Each is told at least once, under the same id however often: what makes
 * nothing twice is the receiver's to do. All calls of a batch are made side by side, so that a slow system costs its
 * neighbours no time of their own.
 */
export const call = (dependencies: CallDependencies, { Records }: SQSEvent): Promise<SQSBatchResponse> =>
  eachMessage(Records, (record) => callOne(dependencies, record), dependencies.log);

const TOO_LATE = { outcome: 'refused', reason: 'too-late' } as const;

async function callOne(dependencies: CallDependencies, { body, attributes }: SQSRecord): Promise<void> {
  const { now, log } = dependencies;
  const request = decodeCallRequest(body);
  const { callId } = request;
  // As from the dead letters: her run has gone on without.
  const isTooLate = now() > request.decidedAt + GIVEN_UP_AFTER;
  const told = isTooLate ? TOO_LATE : await tell(dependencies, request);
  switch (told.outcome) {
    case 'taken':
      return answered(dependencies, request, 'taken');
    case 'dry-run':
      log('call-dry-run', { callId });
      return answered(dependencies, request, 'taken');
    case 'dropped':
      log('call-dropped', { callId, reason: told.reason });
      return answered(dependencies, request, 'failed');
    case 'refused':
      log('call-given-up', { callId, reason: told.reason });
      return answered(dependencies, request, 'failed');
    case 'not-now':
      return again(dependencies, request, told, attributes?.MessageGroupId);
  }
}

/**
 * Comes back as a copy with a delay, and the original ends: SQS counts how often it hands out a message, and a system that
 * is down for an hour must not bring what it is told to the dead letters.
 */
async function again(
  dependencies: CallDependencies,
  request: CallRequest,
  { reason, after }: Extract<Answer, { outcome: 'not-now' }>,
  group: string | undefined,
): Promise<void> {
  const { calls, now, random, log } = dependencies;
  const { callId, tries = 0, decidedAt } = request;
  const wait = untilCalledAgain(tries, random(), after);
  if (now() + wait > decidedAt + GIVEN_UP_AFTER) {
    log('call-given-up', { callId, reason });
    return answered(dependencies, request, 'failed');
  }
  log('call-not-taken', { callId, reason });
  const copy = { body: encodeCallRequest({ ...request, tries: tries + 1 }), ...(group !== undefined && { group }) };
  const refused = await calls.send([{ ...copy, delaySeconds: wait / SECOND }]);
  if (refused.length > 0) throw new Error('The queue of calls did not take one that comes back');
}

/** The reducer hears of each: a step may wait for it, and people ask what became of it. */
async function answered(
  { timers, now }: CallDependencies,
  { callId, user, of: { run, step } }: CallRequest,
  how: 'taken' | 'failed',
): Promise<void> {
  const input = answeredInput(user, callId, { at: now(), run, step, answered: how });
  const group = hashText(user);
  const refused = await timers.send(encodeInputs([input]).map((body) => ({ body, group })));
  if (refused.length > 0) throw new Error('The timers queue did not take what became of a call');
}

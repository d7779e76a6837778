import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { MINUTE } from '../../domain/calendar.ts';
import { decodeSendRequest, type SendRequest } from '../../domain/delivery/send-request.ts';
import type { HeldClaim, SendLedger } from '../adapters/send-ledger.ts';
import { errorName, type Log } from '../runtime/log.ts';
import { eachMessage } from '../runtime/queue-batch.ts';
import { type Attempt, type LookDependencies, lookAgain } from './second-look.ts';

export interface DeliverEmailDependencies extends LookDependencies {
  readonly sends: SendLedger;
  /** In [0, 1): tells one try from another. */
  readonly random: () => number;
  readonly log: Log;
}

/** Nobody works on a message for longer (ms): a function's time-out twice. Shorter than a queue hides a message. */
const SENDING_TAKES_AT_MOST = 2 * MINUTE;

/** Sends the messages of a batch, each at most once however often it is delivered to us. */
export const deliverEmail = (
  dependencies: DeliverEmailDependencies,
  { Records }: SQSEvent,
): Promise<SQSBatchResponse> =>
  eachMessage(Records, ({ body }) => deliverOne(dependencies, decodeSendRequest(body)), dependencies.log);

/**
 * Claims, then sends, then records what became of it. Whoever finds the claim taken leaves the message alone, even when
 * no outcome stands there yet: the worker that took it may have died after the provider accepted, and marketing is
 * rather not sent than sent twice. But as long as that worker may live, the message stays on its queue: he may give the
 * claim back, and then somebody has to come for it.
 */
async function deliverOne(dependencies: DeliverEmailDependencies, request: SendRequest): Promise<void> {
  const { sends, now, random, log } = dependencies;
  const { sendId } = request;
  const claiming = await sends.claim(request, holderName(random), now());
  if (claiming.outcome === 'taken') {
    const isBeingSent = claiming.status === 'claimed' && now() - claiming.claimedAt < SENDING_TAKES_AT_MOST;
    if (isBeingSent) throw new Error('Somebody else is sending it');
    return;
  }
  const { claim } = claiming;

  const outcome = await attempt(dependencies, request).catch(async (error: unknown) => {
    // Nothing has left yet: the claim must not keep the next try from sending.
    await giveBack(dependencies, claim);
    throw error;
  });
  if (outcome.status === 'not-now') {
    log('send-not-now', { sendId, reason: outcome.reason });
    await giveBack(dependencies, claim);
    throw new Error('The provider does not take messages now');
  }
  if (outcome.status === 'unknown') log('send-unknown', { sendId, reason: outcome.reason });
  if (outcome.status === 'refused') log('send-refused', { sendId, reason: outcome.reason });
  await sends.record(claim, outcome);
}

const holderName = (random: () => number): string =>
  [random(), random()].map((number) => number.toString(36).slice(2)).join('');

/** Rejects only while certainly nothing has left. */
async function attempt(dependencies: DeliverEmailDependencies, request: SendRequest): Promise<Attempt> {
  const look = await lookAgain(dependencies, request);
  if (look.outcome === 'ends') return look.end;
  const answer = await dependencies.channel.send(look.address, look.rendered, request);
  return answer.outcome === 'accepted'
    ? { status: 'accepted', providerId: answer.providerId }
    : { status: answer.outcome, reason: answer.reason };
}

/** Lets the message be claimed again. If not even that works it stays unsent, and the log is all that knows. */
async function giveBack({ sends, log }: DeliverEmailDependencies, claim: HeldClaim): Promise<void> {
  try {
    await sends.release(claim);
  } catch (error) {
    log('claim-stuck', { sendId: claim.sendId, error: errorName(error) });
    throw error;
  }
}

import { MINUTE, SECOND } from '../../domain/calendar.ts';
import { TRANSACTIONAL_TRIES, untilNextTry, untilSentAgain, WHILE_HELD } from '../../domain/delivery/coming-back.ts';
import type { SendRequest } from '../../domain/delivery/send-request.ts';
import type { HeldClaim, SendLedger, SendOutcome, TakenClaim } from '../adapters/send-ledger.ts';
import { errorName, type Log } from '../runtime/log.ts';
import { type ApartDependencies, sendApart } from './apart.ts';
import { type HandBackDependencies, handBack, isHandedBack } from './hand-back.ts';
import type { LiveHolds } from './live-holds.ts';
import { type Attempt, DRY_RUN, type LookDependencies, lookAgain, type Ready } from './second-look.ts';

export interface SendOnceDependencies extends LookDependencies, ApartDependencies, HandBackDependencies {
  readonly sends: SendLedger;
  readonly holds: Pick<LiveHolds, 'trip'>;
  /** In [0, 1): tells one try from another. */
  readonly random: () => number;
  readonly log: Log;
}

export interface Sent {
  /** Whether the provider was asked: then it counts against its rate, whatever it answered. */
  readonly isAsked: boolean;
  /** The message comes back after so many milliseconds, having been tried so often; undefined: it has ended. */
  readonly back?: { readonly after: number; readonly tries?: number };
}

/** Nobody works on a message for longer (ms): a function's time-out twice. Shorter than a queue hides a message. */
const SENDING_TAKES_AT_MOST = 2 * MINUTE;

const DONE: Sent = { isAsked: false };

/**
 * Claims, then sends, then records what became of it. Whoever finds the claim taken leaves the message alone, even when
 * no outcome stands there yet: the worker that took it may have died after the provider accepted, and marketing is
 * rather not sent than sent twice. But as long as that worker may live, the message stays on its queue: he may give the
 * claim back, and then somebody has to come for it.
 *
 * @param whenAsked runs when the provider is asked: also where this rejects later, since the outcome could not be written
 */
export async function sendOnce(
  dependencies: SendOnceDependencies,
  request: SendRequest,
  whenAsked: () => void = () => undefined,
): Promise<Sent> {
  const { sends, log } = dependencies;
  const { sendId } = request;
  const claimed = await claim(dependencies, request);
  if (claimed === undefined) return DONE;
  const { held, tries } = claimed;

  let isAsked = false;
  const asking = () => {
    isAsked = true;
    whenAsked();
  };
  const outcome = await attempt(dependencies, request, tries, asking).catch(async (error: unknown) => {
    // Nothing has left yet: the claim must not keep the next try from sending.
    await giveBack(dependencies, held);
    throw error;
  });
  if (outcome.status === 'not-now') {
    await giveBack(dependencies, held);
    return { isAsked, back: backAfter(dependencies, request, outcome) };
  }
  if (tries > 1 && !isAsked) {
    // It ends, and an earlier try may have sent it all the same: the claim goes on saying that.
    await giveBack(dependencies, held);
    return { isAsked };
  }
  tell(log, sendId, outcome);
  const recording = sends.record(held, outcome);
  // The reducer hears of it also where that cannot be written down: then nobody else would tell it.
  if (isHandedBack(request, outcome.status)) {
    await recording.catch(() => undefined);
    await handBack(dependencies, request, outcome.status);
  }
  await recording;
  const isSentAgain = outcome.status === 'unknown' && maySendTwice(request, tries);
  return { isAsked, ...(isSentAgain && { back: { after: untilSentAgain(tries) } }) };
}

function tell(log: Log, sendId: string, outcome: SendOutcome): void {
  if (outcome.status === 'unknown') log('send-unknown', { sendId, reason: outcome.reason });
  if (outcome.status === 'refused') log('send-refused', { sendId, reason: outcome.reason });
  if (outcome.status === 'withheld' && outcome.reason === DRY_RUN) log('send-dry-run', { sendId });
}

const maySendTwice = (request: SendRequest, tries: number): boolean =>
  request.class === 'transactional' && tries < TRANSACTIONAL_TRIES;

/** Undefined when there is nothing left to do. Throws while somebody else may be sending it. */
async function claim(
  dependencies: SendOnceDependencies,
  request: SendRequest,
): Promise<{ readonly held: HeldClaim; readonly tries: number } | undefined> {
  const { sends, now, random, log } = dependencies;
  const holder = holderName(random);
  const claiming = await sends.claim(request, holder, now());
  if (claiming.outcome === 'claimed') return { held: claiming.claim, tries: 1 };
  const isBeingSent = claiming.status === 'claimed' && now() - claiming.claimedAt < SENDING_TAKES_AT_MOST;
  if (isBeingSent) throw new Error('Somebody else is sending it');
  // Its worker may have died before he could.
  if (isHandedBack(request, claiming.status)) await handBack(dependencies, request, claiming.status);
  if (!isInDoubt(claiming)) return undefined;
  if (!maySendTwice(request, claiming.tries) || now() > request.notAfter) {
    if (claiming.status === 'claimed') log('send-unknown', { sendId: request.sendId, reason: 'worker-died' });
    return undefined;
  }
  const held = await sends.claimAgain(request.sendId, claiming, holder, now());
  if (held === undefined) throw new Error('Somebody else is sending it again');
  return { held, tries: claiming.tries + 1 };
}

/** Whether nobody knows if it has left: its worker heard nothing or died, and the provider has not told of it either. */
const isInDoubt = ({ status, isReceived }: TakenClaim): boolean =>
  (status === 'claimed' || status === 'unknown') && !isReceived;

const holderName = (random: () => number): string =>
  [random(), random()].map((number) => number.toString(36).slice(2)).join('');

/** Rejects only while certainly nothing has left. */
async function attempt(
  dependencies: SendOnceDependencies,
  request: SendRequest,
  tries: number,
  asking: () => void,
): Promise<Attempt> {
  const look = await lookAgain(dependencies, request);
  if (look.outcome === 'ends') return look.end;
  if (tries > 1 && look.kind.class === 'marketing') return { status: 'unknown', reason: 'marketing by now' };
  return sendApart(dependencies, request, look, () => {
    asking();
    return ask(dependencies, request, look);
  });
}

async function ask(
  { channel, holds }: SendOnceDependencies,
  request: SendRequest,
  { address, rendered }: Ready,
): Promise<Attempt> {
  const answer = await channel.send(address, rendered, request);
  switch (answer.outcome) {
    case 'accepted':
      return { status: 'accepted', providerId: answer.providerId };
    case 'account-refused':
      await holds.trip(answer.reason);
      return { status: 'not-now', reason: answer.reason, delaySeconds: WHILE_HELD / SECOND };
    default:
      return { status: answer.outcome, reason: answer.reason };
  }
}

/** Where somebody said when, nothing is wrong with the provider, and it was no try. */
function backAfter(
  { random, log }: SendOnceDependencies,
  { sendId, tries = 0 }: SendRequest,
  { reason, delaySeconds }: Extract<Attempt, { status: 'not-now' }>,
) {
  if (delaySeconds !== undefined) return { after: delaySeconds * SECOND };
  log('send-not-now', { sendId, reason });
  return { after: untilNextTry(tries, random()), tries: tries + 1 };
}

/** Lets the message be claimed again. If not even that works it stays unsent, and the log is all that knows. */
async function giveBack({ sends, log }: SendOnceDependencies, held: HeldClaim): Promise<void> {
  try {
    await sends.release(held);
  } catch (error) {
    log('claim-stuck', { sendId: held.sendId, error: errorName(error) });
    throw error;
  }
}

import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { SECOND } from '../../domain/calendar.ts';
import { WHILE_HELD } from '../../domain/delivery/coming-back.ts';
import type { MessageClass } from '../../domain/delivery/hold.ts';
import { decodeSendRequest, encodeSendRequest, isTest, type SendRequest } from '../../domain/delivery/send-request.ts';
import type { Queue } from '../adapters/queue.ts';
import { errorName } from '../runtime/log.ts';
import { eachMessage } from '../runtime/queue-batch.ts';
import { isOfJourney, isPaused } from './journey-message.ts';
import type { Permits } from './live-budgets.ts';
import type { LiveHolds } from './live-holds.ts';
import { type SendOnceDependencies, type Sent, sendOnce } from './send-once.ts';
import type { Turns } from './turns.ts';

export interface DeliverEmailDependencies extends SendOnceDependencies {
  /** Where messages come from, and where those come back to that may not go now. */
  readonly queues: Readonly<Record<MessageClass, Queue>>;
  readonly holds: LiveHolds;
  /** Of marketing: what people wait for does not wait here. */
  readonly turns: Turns;
  /** Of marketing, for so many messages. */
  readonly permits: (of: number) => Permits;
}

/** How long (ms) turns are waited for in one batch: what then begins has still a third of the function's time-out. */
const WAITS_AT_MOST = 40 * SECOND;

/** A message that comes back after so many milliseconds, having been tried so often. */
interface ComesBack {
  readonly after: number;
  readonly tries?: number;
}

/** What stands on a queue and goes there again. */
interface Copy {
  readonly itemIdentifier: string;
  readonly request: SendRequest;
  readonly group: string | undefined;
  readonly back: ComesBack;
}

/**
 * Sends the messages of a batch, each at most once however often it is delivered to us. What may not go now comes back as
 * a copy with a delay, and the original ends: SQS counts how often it hands out a message, and no number of refusals may
 * bring one to the dead letters. Copies end by the time after which the message is not sent.
 */
export async function deliverEmail(
  dependencies: DeliverEmailDependencies,
  { Records }: SQSEvent,
): Promise<SQSBatchResponse> {
  const { now, log } = dependencies;
  const until = now() + WAITS_AT_MOST;
  const permits = dependencies.permits(Records.length);
  const copies: Copy[] = [];
  const { batchItemFailures } = await eachMessage(
    Records,
    async ({ body, messageId, attributes }) => {
      const request = decodeSendRequest(body);
      const back = await deliverOne(dependencies, permits, request, until);
      if (back) copies.push({ itemIdentifier: messageId, request, group: attributes?.MessageGroupId, back });
    },
    log,
  );
  await permits.end();
  return { batchItemFailures: [...batchItemFailures, ...(await sendBack(dependencies, copies))] };
}

const classOf = (request: SendRequest): MessageClass => request.class ?? 'marketing';

async function deliverOne(
  dependencies: DeliverEmailDependencies,
  permits: Permits,
  request: SendRequest,
  until: number,
): Promise<ComesBack | undefined> {
  const { holds, journeys, now } = dependencies;
  // Whoever holds the channel: what comes too late ends.
  if (now() > request.notAfter) return (await sendOnce(dependencies, request)).back;
  if ((await holds.over(classOf(request))) !== undefined) return { after: WHILE_HELD };
  // What was decided before somebody paused its journey is not lost, and does not go meanwhile.
  if (isOfJourney(request) && (await isPaused(journeys, request))) return { after: WHILE_HELD };
  if (classOf(request) === 'transactional') return (await sendOnce(dependencies, request)).back;

  // Who tries a journey uses up nobody's budget.
  if (isTest(request)) return (await inTurn(dependencies, request, until, () => undefined)).back;

  // A used-up budget has room again when a day ends, and somebody may raise it before.
  if (!(await permits.take())) return { after: WHILE_HELD };
  let isAsked = false;
  const asking = () => {
    isAsked = true;
  };
  const sent = await inTurn(dependencies, request, until, asking).catch((error: unknown) => {
    if (!isAsked) permits.giveBack();
    throw error;
  });
  // What certainly has not left counts against nothing.
  if (!sent.isAsked || sent.back) permits.giveBack();
  return sent.back;
}

/** The turn comes before the look and the claim: what then goes was looked at a moment before. */
async function inTurn(
  dependencies: DeliverEmailDependencies,
  request: SendRequest,
  until: number,
  whenAsked: () => void,
): Promise<Sent> {
  const turn = await dependencies.turns.take(until);
  if (turn.outcome === 'later') return { isAsked: false, back: { after: turn.wait } };
  let isAsked = false;
  try {
    return await sendOnce(dependencies, request, () => {
      isAsked = true;
      whenAsked();
    });
  } finally {
    if (!isAsked) turn.giveBack();
  }
}

/** Answers with the messages whose copies no queue took: they come back by themselves, after the visibility time-out. */
async function sendBack({ queues, log }: DeliverEmailDependencies, copies: readonly Copy[]) {
  const refused = await Promise.all(
    (['marketing', 'transactional'] as const).map(async (of) => {
      const outgoing = copies.filter(({ request }) => classOf(request) === of).map(outgoingOf);
      if (outgoing.length === 0) return [];
      try {
        return await queues[of].send(outgoing);
      } catch (error) {
        log('queue-refused', { error: errorName(error), messages: outgoing.length });
        return outgoing;
      }
    }),
  );
  return refused.flat().map(({ itemIdentifier }) => ({ itemIdentifier }));
}

const outgoingOf = ({ itemIdentifier, request, group, back }: Copy) => ({
  itemIdentifier,
  body: encodeSendRequest({ ...request, ...(back.tries !== undefined && { tries: back.tries }) }),
  ...(group !== undefined && { group }),
  delaySeconds: Math.max(1, back.after / SECOND),
});

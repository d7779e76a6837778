import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { renderBuiltIn } from '../../domain/delivery/built-in-email.ts';
import { decodeSendRequest, type SendRequest } from '../../domain/delivery/send-request.ts';
import { emailOf } from '../../domain/state/contact.ts';
import type { EmailProvider } from '../adapters/email-provider.ts';
import type { ProfileReader } from '../adapters/profile-store.ts';
import type { SendLedger, SendOutcome } from '../adapters/send-ledger.ts';
import { errorName, type Log } from '../runtime/log.ts';
import { eachMessage } from '../runtime/queue-batch.ts';

export interface DeliverEmailDependencies {
  readonly profiles: ProfileReader;
  readonly sends: SendLedger;
  readonly provider: EmailProvider;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
}

/** Sends the messages of a batch, each at most once however often it is delivered to us. */
export const deliverEmail = (
  dependencies: DeliverEmailDependencies,
  { Records }: SQSEvent,
): Promise<SQSBatchResponse> =>
  eachMessage(Records, ({ body }) => deliverOne(dependencies, decodeSendRequest(body)), dependencies.log);

/**
 * Claims, then sends, then records what became of it. Whoever finds the claim taken leaves the message alone, even when
 * no outcome stands there yet: the worker that took it may have died after the provider accepted, and marketing is
 * rather sent never than twice.
 */
async function deliverOne(dependencies: DeliverEmailDependencies, request: SendRequest): Promise<void> {
  const { sends, now, log } = dependencies;
  const { sendId } = request;
  if ((await sends.claim(request, now())) === 'taken') return;

  const outcome = await attempt(dependencies, request);
  if (outcome.status === 'not-now') {
    log('send-not-now', { sendId, reason: outcome.reason });
    await giveBack(dependencies, sendId);
    throw new Error('The provider does not take messages now');
  }
  if (outcome.status === 'unknown') log('send-unknown', { sendId, reason: outcome.reason });
  if (outcome.status === 'refused') log('send-refused', { sendId, reason: outcome.reason });
  await sends.record(sendId, outcome);
}

async function attempt(
  dependencies: DeliverEmailDependencies,
  { sendId, user, message, notAfter }: SendRequest,
): Promise<SendOutcome | { status: 'not-now'; reason: string }> {
  const { profiles, provider, now } = dependencies;
  if (now() > notAfter) return { status: 'expired', reason: 'too-late' };
  const stored = await profiles.get(user).catch(async (error: unknown) => {
    // Nothing has left yet: the claim must not keep the next try from sending.
    await giveBack(dependencies, sendId);
    throw error;
  });
  if (stored === undefined) return { status: 'withheld', reason: 'no-profile' };
  if (stored.outcome === 'unknown-version') return { status: 'not-now', reason: 'newer-profile' };
  const to = emailOf(stored.profile);
  if (to === undefined) return { status: 'withheld', reason: 'no-address' };

  const answer = await provider.send({ ...renderBuiltIn(message, stored.profile), to, tags: { sendId, message } });
  switch (answer.outcome) {
    case 'accepted':
      return { status: 'accepted', providerId: answer.providerId };
    case 'not-now':
    case 'refused':
    case 'unknown':
      return { status: answer.outcome, reason: answer.reason };
  }
}

/** Lets the message be claimed again. If not even that works it stays unsent, and the log is all that knows. */
async function giveBack({ sends, log }: DeliverEmailDependencies, sendId: string): Promise<void> {
  try {
    await sends.release(sendId);
  } catch (error) {
    log('claim-stuck', { sendId, error: errorName(error) });
    throw error;
  }
}

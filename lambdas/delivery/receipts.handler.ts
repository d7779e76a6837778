import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { type Consequence, consequenceOf } from '../../domain/delivery/receipts/consequence.ts';
import { machineOf } from '../../domain/delivery/receipts/machine.ts';
import type { LookedAt, MailReceipt, Receipt } from '../../domain/delivery/receipts/receipt.ts';
import { bounceDay, isWornOut } from '../../domain/delivery/receipts/soft-bounces.ts';
import { hashText } from '../../domain/hash.ts';
import { countsOfMessage, countsTogether, type JourneyCount } from '../../domain/insights/journey-counts.ts';
import { utf8Length } from '../../domain/json.ts';
import { receiptInput } from '../../domain/state/input.ts';
import { encodeInputs } from '../../domain/state/input-message.ts';
import { addressHash, type UnreachableReason } from '../../domain/state/reachability.ts';
import type { RunRef } from '../../domain/state/run.ts';
import type { UserKey } from '../../domain/state/user-key.ts';
import type { JourneyCounts } from '../adapters/journey-counts.ts';
import type { Lake } from '../adapters/lake.ts';
import type { Queue } from '../adapters/queue.ts';
import type { ReceiptCount, ReceiptCounts } from '../adapters/receipt-counts.ts';
import type { Noted, ReceiptLedger } from '../adapters/receipt-ledger.ts';
import type { SoftBounces } from '../adapters/soft-bounces.ts';
import type { SuppressionList } from '../adapters/suppression-list.ts';
import { errorName, type Log } from '../runtime/log.ts';
import { eachMessage } from '../runtime/queue-batch.ts';
import type { UnderstandReceipt } from './channel.ts';
import { outcomeOf, type TellJourney } from './journey-receipts.ts';

export interface ReceiptsDependencies {
  readonly understandReceipt: UnderstandReceipt;
  readonly suppressions: Pick<SuppressionList, 'add'>;
  readonly softBounces: Pick<SoftBounces, 'note'>;
  readonly claims: ReceiptLedger;
  readonly timers: Queue;
  readonly lake: Lake;
  readonly counts: ReceiptCounts;
  readonly journeyCounts: JourneyCounts;
  readonly tellJourney: TellJourney;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
}

/**
 * Takes what a provider tells of messages. First all of it goes to the lake; then each does what it leads to: an address
 * that is to get nothing more is suppressed before anything else, so that what is acknowledged holds. All of it may be done
 * twice, and in any order.
 */
export async function takeReceipts(
  dependencies: ReceiptsDependencies,
  { Records }: SQSEvent,
): Promise<SQSBatchResponse> {
  const { counts, journeyCounts, log } = dependencies;
  const told = new Map(Records.map(({ messageId, body }) => [messageId, read(dependencies, body)]));
  // A throw brings the whole batch back: what the lake has by then it has twice, and nothing else was done.
  await keep(dependencies, [...told.values()]);
  const counted: ReceiptCount[] = [];
  const ofJourneys: JourneyCount[] = [];
  const answer = await eachMessage(
    Records,
    async ({ messageId }) => {
      const one = told.get(messageId);
      if (one === undefined) return;
      const { counts: isCounted, isFirst, wasSent, of } = await take(dependencies, one.receipt);
      const count = countOf(one.receipt);
      // Who tries a journey counts nowhere.
      if (isCounted && of?.group !== 'test') counted.push(count);
      if (isFirst && of !== undefined) ofJourneys.push(...countsOfMessage(of, count.what, messageId));
      if (wasSent && of !== undefined) ofJourneys.push(...countsOfMessage(of, 'sent', `${messageId}-sent`));
    },
    log,
  );
  // A count is not worth doing all of it again.
  await counts.add(counted).catch((error: unknown) => log('receipts-uncounted', { error: errorName(error) }));
  const left = await journeyCounts.add(countsTogether(ofJourneys));
  if (left.length > 0) log('receipts-uncounted', { error: 'Refused' });
  return answer;
}

/** Ten of them fit into a record of the lake (bytes). Events of SES are a few KB, most of it the message's headers. */
const LONGEST_EVENT = 64 * 1_024;

interface Told {
  readonly receipt: Receipt;
  /** As it came; null when that is too long. */
  readonly event: unknown;
}

/** What is nothing of ours is said and dropped: it would be nothing the next time either. */
function read({ understandReceipt, now, log }: ReceiptsDependencies, body: string): Told | undefined {
  const event = parsed(body);
  const understood = understandReceipt(event);
  if (understood.outcome === 'receipt') {
    const { receipt } = understood;
    // Nothing that was told has yet to happen: inputs carry their own time.
    const isLong = utf8Length(body) > LONGEST_EVENT;
    return { receipt: { ...receipt, at: Math.min(receipt.at, now()) }, event: isLong ? null : event };
  }
  if (understood.outcome === 'foreign') log('receipt-foreign');
  else log('receipt-unknown', { reason: understood.reason });
  return undefined;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

async function keep({ lake, now }: ReceiptsDependencies, all: readonly (Told | undefined)[]): Promise<void> {
  const lines = all.flatMap((one) => {
    if (one === undefined) return [];
    const { receipt, event } = one;
    const { kind, sendId, message, providerId, at } = receipt;
    const machine = byMachine(receipt);
    return JSON.stringify({ kind, sendId, message, providerId, at, receivedAt: now(), machine, event });
  });
  if (lines.length > 0) await lake.append(`${lines.join('\n')}\n`);
}

const isLook = (receipt: Receipt): receipt is LookedAt => receipt.kind === 'opened' || receipt.kind === 'clicked';

const byMachine = (receipt: Receipt) => (isLook(receipt) ? machineOf(receipt, receipt.at - receipt.sentAt) : undefined);

/** What was told, for who counts. */
interface Taken {
  /** By template: of opens and clicks each one, of all else what is new. */
  readonly counts: boolean;
  /** By journey: each message once. */
  readonly isFirst: boolean;
  /** It says by the way that the message was sent: what was to tell that comes later, or never. */
  readonly wasSent?: boolean;
  /** The step of a journey that wrote it. */
  readonly of?: RunRef | undefined;
}

const OF_NO_JOURNEY: Taken = { counts: true, isFirst: true };

/** Does what a receipt leads to. */
async function take(dependencies: ReceiptsDependencies, receipt: Receipt): Promise<Taken> {
  if (isLook(receipt)) return receipt.isOfJourney ? takeLook(dependencies, receipt) : OF_NO_JOURNEY;
  const { claims, tellJourney, log } = dependencies;
  const { sendId, at, providerId } = receipt;
  const { received, ...consequence } = consequenceOf(receipt);
  if (consequence.suppress !== undefined) await suppress(dependencies, receipt, consequence.suppress);
  if (received === undefined) return OF_NO_JOURNEY;

  const noted = await claims.note(sendId, { received, at, providerId });
  // Claims end after 30 days; somebody may complain later, and is then on the list all the same.
  if (noted.outcome === 'no-claim') log('receipt-unclaimed', { sendId });
  else {
    const { user, of, decidedAt } = noted;
    await tell(dependencies, receipt, consequence, noted);
    const outcome = outcomeOf(received);
    if (of !== undefined && outcome !== undefined) await tellJourney({ user, of, decidedAt, outcome, at });
  }
  if (received === 'rejected') log('send-rejected', { sendId });
  const isNew = noted.outcome === 'noted' && noted.was !== received;
  const wasSent = isNew && noted.was === undefined && received !== 'sent' && received !== 'rejected';
  return { counts: isNew, isFirst: isNew, wasSent, of: noted.outcome === 'no-claim' ? undefined : noted.of };
}

/** Somebody looked at a journey's message: it may be what she waits for there. What a machine did is only counted. */
async function takeLook({ claims, tellJourney }: ReceiptsDependencies, receipt: LookedAt): Promise<Taken> {
  const { sendId, kind, at } = receipt;
  const machine = byMachine(receipt);
  const noted = await claims.noteLook(sendId, machine === undefined ? kind : `${kind}-by-machine`, at);
  if (noted.outcome === 'no-claim') return OF_NO_JOURNEY;
  const { user, of, decidedAt } = noted;
  const isFirst = noted.outcome === 'noted';
  // Whatever she does with it later says nothing new.
  if (isFirst && machine === undefined && of !== undefined)
    await tellJourney({ user, of, decidedAt, outcome: kind, at });
  return { counts: true, isFirst, of };
}

async function suppress(
  { suppressions, log }: ReceiptsDependencies,
  { to, sendId, at }: MailReceipt,
  reason: UnreachableReason | 'soft-bounces',
): Promise<void> {
  await suppressions.add(to, { reason, since: at, sendId });
  log('address-suppressed', { sendId, reason });
}

/** Tells the reducer of what changes a person: her address has ended. */
async function tell(
  dependencies: ReceiptsDependencies,
  receipt: MailReceipt,
  { suppress: reason, softBounce }: Omit<Consequence, 'received'>,
  noted: Exclude<Noted, { outcome: 'no-claim' }>,
): Promise<void> {
  if (reason !== undefined) return tellReducer(dependencies, receipt, noted.user, reason);
  // An automatic answer looks like a soft bounce; the message it answers has arrived, and its claim knows.
  if (!softBounce || noted.outcome === 'behind') return;
  const days = await dependencies.softBounces.note(receipt.to, bounceDay(receipt.at));
  if (!isWornOut(days)) return;
  await suppress(dependencies, receipt, 'soft-bounces');
  await tellReducer(dependencies, receipt, noted.user, 'bounced');
}

async function tellReducer(
  { timers }: ReceiptsDependencies,
  { sendId, at, to }: MailReceipt,
  user: UserKey,
  outcome: UnreachableReason,
): Promise<void> {
  const input = receiptInput(user, { sendId, outcome, address: addressHash(to), at });
  const refused = await timers.send(encodeInputs([input]).map((body) => ({ body, group: hashText(user) })));
  if (refused.length > 0) throw new Error('The timers queue did not take what a receipt told');
}

function countOf(receipt: Receipt): ReceiptCount {
  const { kind, message = 'unknown', at } = receipt;
  const machine = byMachine(receipt) === undefined ? '' : '-by-machine';
  const told = consequenceOf(receipt).received ?? kind;
  return { day: new Date(at).toISOString().slice(0, 10), message, what: `${told}${machine}` };
}

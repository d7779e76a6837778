import type { Source } from '../../domain/events/source.ts';
import type { AskedMessage, AskedMessages } from '../adapters/asked-messages.ts';
import type { Claim, SendLedgerReader } from '../adapters/send-ledger-reader.ts';
import { type HttpAnswer, json } from '../runtime/http.ts';
import { refusal } from './message-answers.ts';

/** What became of a message, told only to the source that has asked for it. */
export async function messageStatus(
  { asked, sends }: { readonly asked: Pick<AskedMessages, 'find'>; readonly sends: Pick<SendLedgerReader, 'find'> },
  { id }: Source,
  sendId: string,
): Promise<HttpAnswer> {
  const message = SEND_ID.test(sendId) ? await asked.find(sendId) : undefined;
  if (message?.source !== id)
    return refusal(404, 'unknown_message', 'This source has asked for no message of this id in the last 30 days.');
  return json(200, view(message, await sends.find(sendId)));
}

const SEND_ID = /^msg_[\w-]{22}$/;

/** `queued` until a worker takes it up, `sending` while one has it; then as in a trace. */
const view = ({ sendId, message, askedAt }: AskedMessage, claim: Claim | undefined) => ({
  id: sendId,
  template: message,
  askedAt: iso(askedAt),
  status: claim === undefined ? 'queued' : claim.status === 'claimed' ? 'sending' : claim.status,
  reason: claim?.reason ?? null,
  receipt: claim?.receipt === undefined ? null : { outcome: claim.receipt.received, at: iso(claim.receipt.at) },
});

const iso = (time: number) => new Date(time).toISOString();

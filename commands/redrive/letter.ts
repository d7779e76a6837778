import { DAY } from '../../domain/calendar.ts';
import { decodeJobMessage } from '../../domain/decisions/census/job-message.ts';
import { decodeCallRequest } from '../../domain/delivery/calls/call-request.ts';
import { GIVEN_UP_AFTER } from '../../domain/delivery/calls/retries.ts';
import { decodeHandOff } from '../../domain/delivery/hand-off.ts';
import { understandSesEvent } from '../../domain/delivery/receipts/ses.ts';
import { decodeSendRequest } from '../../domain/delivery/send-request.ts';
import { decodeInputs } from '../../domain/state/input-message.ts';
import type { DeadLetter } from '../../lambdas/adapters/dead-letters.ts';
import type { QueueName } from '../deployment/address-book.ts';
import { noteOnHandOff } from './hand-off-note.ts';

/** What a dead letter says of itself, as far as it matters before it goes back. */
export interface LetterNote {
  /** The earliest moment it is about (ms). Not when it was sent: a letter that was sent back before is a new one to SQS. */
  readonly since: number;
  /** What it holds, in words of the product: `event`, `due`, `welcome`, `timeline` … */
  readonly holds: readonly string[];
  readonly warning?: 'may-count-twice' | 'too-late' | 'day-old' | 'unreadable';
}

/** Ids of inputs are recognised for so long; due times are recognised by themselves. */
const RECOGNISED = DAY;

/** Reads a letter of one of the queues. Never throws: what cannot be read goes back as it is, and is said. */
export function noteOn(queue: QueueName, { body, sentAt }: DeadLetter, now: number): LetterNote {
  try {
    return NOTES[queue](body, now, sentAt);
  } catch {
    return { since: sentAt, holds: [], warning: 'unreadable' };
  }
}

type Note = (body: string, now: number, sentAt: number) => LetterNote;

const inputs: Note = (body, now) => {
  const all = decodeInputs(body).inputs;
  const isForgotten = all.some(({ kind, at }) => kind !== 'due' && at < now - RECOGNISED);
  return {
    since: Math.min(...all.map(({ at }) => at)),
    holds: all.map(({ kind }) => kind),
    ...(isForgotten && { warning: 'may-count-twice' }),
  };
};

const email: Note = (body, now) => {
  const { message, decidedAt, notAfter } = decodeSendRequest(body);
  return { since: decidedAt, holds: [message], ...(notAfter < now && { warning: 'too-late' }) };
};

const NOTES: Readonly<Record<QueueName, Note>> = {
  live: inputs,
  timers: inputs,
  bulk: inputs,
  dispatch: (body, now, sentAt) => {
    const item = decodeHandOff(body);
    return { since: sentAt, holds: [item.sink], ...noteOnHandOff(item, now) };
  },
  email,
  transactional: email,
  calls: (body, now) => {
    const { of, decidedAt } = decodeCallRequest(body);
    const isTooLate = decidedAt + GIVEN_UP_AFTER < now;
    return { since: decidedAt, holds: [`${of.journey}/${of.step}`], ...(isTooLate && { warning: 'too-late' }) };
  },
  census: (body, _now, sentAt) => ({ since: sentAt, holds: [decodeJobMessage(body).job.replace(/-.*/, '')] }),
  receipts: (body, _now, sentAt) => {
    const understood = understandSesEvent(JSON.parse(body));
    if (understood.outcome !== 'receipt') throw new Error('Nothing we know');
    return { since: Math.min(understood.receipt.at, sentAt), holds: [understood.receipt.kind] };
  },
  lake: (body, _now, sentAt) => ({ since: sentAt, holds: body.split('\n').flatMap((line) => (line ? ['event'] : [])) }),
};

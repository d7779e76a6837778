import { DAY } from '../../calendar.ts';
import type { Brought } from '../../decisions/effect.ts';
import { anonymousKey, knownKey, type UserKey } from '../../state/user-key.ts';
import type { SendRequest } from '../send-request.ts';
import type { MessageAsked } from './message-request.ts';

/** A message that a program has asked for, as a timeline tells of it. */
export interface AskedEffect extends Brought {
  readonly kind: 'message';
  readonly message: string;
  readonly channel: 'email';
  readonly class: 'transactional';
  readonly at: number;
  readonly notAfter: number;
  /** Whose key the program used. */
  readonly source: string;
}

/** Nobody waits longer for what she has asked for; what comes later only confuses. */
const TRIED_FOR = DAY;

/** Until when a message that was asked for at `at` is tried (ms). */
export const triedUntil = (at: number): number => at + TRIED_FOR;

/** Whose it is. Without a user id it is nobody's: under a key of its own, of which nothing is known. */
export const askedUser = (sendId: string, { userId }: Pick<MessageAsked, 'userId'>): UserKey =>
  userId === undefined ? anonymousKey(sendId) : knownKey(userId);

/**
 * The message on its way.
 * @param at when it was asked for first (ms): asked for again, it does not live any longer
 */
export const askedRequest = (sendId: string, asked: MessageAsked, source: string, at: number): SendRequest => ({
  sendId,
  user: askedUser(sendId, asked),
  message: asked.template,
  class: 'transactional',
  decidedAt: at,
  notAfter: triedUntil(at),
  asked: {
    source,
    data: asked.data,
    ...(asked.email !== undefined && { to: asked.email }),
    ...(asked.locale !== undefined && { locale: asked.locale }),
  },
});

export const askedEffect = (
  { message, decidedAt, notAfter }: Pick<SendRequest, 'message' | 'decidedAt' | 'notAfter'>,
  source: string,
): AskedEffect => ({
  kind: 'message',
  message,
  channel: 'email',
  class: 'transactional',
  at: decidedAt,
  notAfter,
  source,
});

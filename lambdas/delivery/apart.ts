import { DAY, MINUTE, SECOND } from '../../domain/calendar.ts';
import { CONFIRMATION } from '../../domain/decisions/confirmations.ts';
import { OVERDUE_GAP } from '../../domain/delivery/rules/caps.ts';
import { isTest, occasionOf, type SendRequest } from '../../domain/delivery/send-request.ts';
import { hashText } from '../../domain/hash.ts';
import type { SendSlots } from '../adapters/send-slots.ts';
import { suppressionName } from '../adapters/suppression-list.ts';
import type { Attempt, Ready } from './second-look.ts';

export interface ApartDependencies {
  readonly slots: SendSlots;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What is decided leaves within seconds. What leaves so long (ms) after that was held up, and is not alone. */
const LATE = 5 * MINUTE;

/** A step or a campaign writes to an address once in so long (ms), whoever has it. */
const ONCE_IN = DAY;

/**
 * Sends what no other message is too near to. Of one step or campaign an address gets one marketing message in 24 hours,
 * also where several people have it: nobody wants to read the same twice. What a journey writes to one person again is for the
 * reducer to say: its next "good morning" may well leave a little less than a day after the last. And what is late keeps a quarter of an hour from
 * the one before it to the same person: within one commit dispatch sees to that, after an outage it takes this.
 *
 * The places are taken before the message is sent and given back if it certainly was not. Where nobody knows, they stay
 * taken: rather not sent than sent twice. Rejects only while certainly nothing has left.
 */
export async function sendApart(
  { slots, now }: ApartDependencies,
  request: SendRequest,
  { profile, address, kind }: Ready,
  send: () => Promise<Attempt>,
): Promise<Attempt> {
  const isMarketing = kind.class === 'marketing';
  if (isTest(request) || (!isMarketing && !asksToConfirm(request))) return send();
  const { sendId } = request;
  const at = now();
  const taken: (readonly [slot: string, holder: string])[] = [];
  const take = async (slot: string, holder: string, until: number) => {
    const answer = await slots.take(slot, holder, at, until);
    if (answer.outcome === 'taken') taken.push([slot, holder]);
    return answer;
  };
  const giveBack = async (outcome: Attempt) => {
    for (const [slot, holder] of taken) await slots.giveBack(slot, holder);
    return outcome;
  };
  // By the key she has now: of two users who turned out to be one, both are she.
  const she = hashText(profile.key);

  if (!request.keyed) {
    const holder = request.of === undefined ? sendId : `person-${she}`;
    const { outcome } = await take(`${nameOf(request)}#${suppressionName(address)}`, holder, at + ONCE_IN);
    if (outcome === 'occupied') return { status: 'withheld', reason: 'the address had it in the last 24 hours' };
  }
  if (isMarketing && at - request.decidedAt > LATE) {
    const place = await take(`late#${she}`, sendId, at + OVERDUE_GAP.within);
    if (place.outcome === 'occupied') return giveBack(later(request, place.until, at));
  }
  const outcome = await send();
  const isUnsent = outcome.status === 'not-now' || outcome.status === 'refused';
  return isUnsent ? giveBack(outcome) : outcome;
}

/** Anybody can say yes in somebody's name, under any number of user ids: her mailbox is asked once a day and topic. */
const asksToConfirm = ({ message, asked }: SendRequest): boolean => message === CONFIRMATION && asked === undefined;

const nameOf = (request: SendRequest): string =>
  asksToConfirm(request) ? `${CONFIRMATION}/${request.topic}` : occasionOf(request);

const JUST_LEFT = 'another message just left';

const later = ({ notAfter }: SendRequest, at: number, now: number): Attempt =>
  at > notAfter
    ? { status: 'expired', reason: `too late: ${JUST_LEFT}` }
    : { status: 'not-now', reason: JUST_LEFT, delaySeconds: (at - now) / SECOND };

import { emailOf } from '../../state/contact.ts';
import type { Profile } from '../../state/profile.ts';
import { unreachableBy } from '../../state/reachability.ts';
import { OVERDUE_GAP, roomFor } from './caps.ts';
import { type ConsentProblem, consentProblem } from './consent.ts';
import type { ContactRules } from './contact-rules.ts';
import { quietUntil } from './quiet-hours.ts';
import { zoneOfPerson } from './zone-of-person.ts';

/** As much of a message as is asked about. */
export interface MessageToSend {
  readonly channel: string;
  /** What somebody asked for is transactional: it needs an address that works, and nothing else. */
  readonly class: 'marketing' | 'transactional';
  /** What she can refuse to hear about. */
  readonly topic?: string | undefined;
  /** When it is no longer worth sending (ms). */
  readonly notAfter: number;
  /** It has waited already: it keeps its distance from the one before. */
  readonly hasWaited?: boolean;
}

/** Why a message does not go now, in words for whoever wrote it. */
export type WaitReason = 'quiet hours' | 'cap on all channels' | `cap on ${string}` | 'another message just left';

/** Why a message does not go at all. */
export type RefusalReason =
  | ConsentProblem
  | 'no address'
  | 'address bounced'
  | 'complained of spam'
  | 'quiet at all hours'
  | 'too late'
  | `too late: ${WaitReason}`;

export type Verdict =
  | { readonly outcome: 'now' }
  /** Ask again at `at` (ms): by then she may have said no, or have moved. */
  | { readonly outcome: 'later'; readonly at: number; readonly reason: WaitReason }
  | { readonly outcome: 'never'; readonly reason: RefusalReason };

const NOW: Verdict = { outcome: 'now' };
const never = (reason: RefusalReason): Verdict => ({ outcome: 'never', reason });

/**
 * Whether a message may be sent to a person at a moment (ms), later, or not at all: by where she can be reached, what she
 * has agreed to, what she got lately (`profile.contacts`) and what her clock shows. Later is never later than `notAfter`.
 */
export function mayContact(profile: Profile, message: MessageToSend, now: number, rules: ContactRules): Verdict {
  const { channel, topic, notAfter, hasWaited } = message;
  const unreachable = addressProblem(profile, channel);
  if (unreachable !== undefined) return never(unreachable);
  if (now > notAfter) return never('too late');
  if (message.class === 'transactional') return NOW;
  const refusal = consentProblem(profile.consent, channel, topic, rules);
  if (refusal !== undefined) return never(refusal);

  const caps = hasWaited ? [...rules.caps, OVERDUE_GAP] : rules.caps;
  const { at: roomAt, cap } = roomFor(channel, profile.contacts, caps, now);
  const at = quietUntilFor(profile, channel, roomAt, rules);
  if (at === undefined) return never('quiet at all hours');
  if (at === now) return NOW;
  const reason = at > roomAt || cap === undefined ? 'quiet hours' : capReason(cap);
  return at > notAfter ? never(`too late: ${reason}`) : { outcome: 'later', at, reason };
}

function addressProblem(profile: Profile, channel: string): RefusalReason | undefined {
  if (channel !== 'email') return undefined;
  if (emailOf(profile) === undefined) return 'no address';
  const reason = unreachableBy(profile, channel)?.reason;
  return reason && ({ bounced: 'address bounced', complained: 'complained of spam' } as const)[reason];
}

/** Most projects have no quiet hours: nobody's clock is looked up for that. */
const quietUntilFor = (profile: Profile, channel: string, at: number, { quietHours, zone }: ContactRules) =>
  quietHours.length === 0 ? at : quietUntil(at, channel, quietHours, zoneOfPerson(profile, zone));

const capReason = (cap: NonNullable<ReturnType<typeof roomFor>['cap']>): WaitReason => {
  if (cap === OVERDUE_GAP) return 'another message just left';
  return cap.channel === undefined ? 'cap on all channels' : `cap on ${cap.channel}`;
};

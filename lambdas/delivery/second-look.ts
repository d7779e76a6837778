import { withRefusals } from '../../domain/delivery/preferences/refusals.ts';
import { mayContact } from '../../domain/delivery/rules/may-contact.ts';
import { isTest, type SendRequest } from '../../domain/delivery/send-request.ts';
import { isWrittenTo, type StageLimits } from '../../domain/delivery/stage-limits.ts';
import type { Profile } from '../../domain/state/profile.ts';
import type { ProfileReader } from '../adapters/profile-store.ts';
import type { SendOutcome } from '../adapters/send-ledger.ts';
import type { Listed, SuppressionListReader } from '../adapters/suppression-list.ts';
import type { Channel, Reach } from './channel.ts';
import { isOfJourney, type JourneyMessage, journeyMessage } from './journey-message.ts';
import type { LiveJourneys } from './live-journeys.ts';
import type { LiveRules, MessageKind } from './live-rules.ts';
import { recipientOf } from './recipient.ts';
import type { EmailToSend } from './render-email.ts';

export interface LookDependencies {
  readonly profiles: ProfileReader;
  readonly suppressions: SuppressionListReader;
  readonly channel: Channel;
  readonly rules: LiveRules;
  readonly journeys: LiveJourneys;
  readonly limits: StageLimits;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * What became of a try to send: `not-now` means that certainly nothing has left, and that it comes again; after so many
 * seconds where it says, for then nothing is wrong with the provider.
 */
export type Attempt =
  | SendOutcome
  | { readonly status: 'not-now'; readonly reason: string; readonly delaySeconds?: number };

/** A message that may leave, for whom it is and what it is. */
export interface Ready {
  readonly outcome: 'ready';
  readonly profile: Profile;
  readonly address: string;
  readonly kind: MessageKind;
  readonly rendered: EmailToSend;
}

export type Look = Ready | { readonly outcome: 'ends'; readonly end: Attempt };

/** Everything was done but the last step. */
export const DRY_RUN = 'dry run';

const ends = (end: Attempt): Look => ({ outcome: 'ends', end });

/**
 * Looks at a message once more before it leaves: the reducer decided seconds ago, or after an outage hours. What goes is
 * written for the person as she is now, and goes only if she may be written to now: by what is published, what she has
 * said, and what her clock shows. Caps are not asked again, for the message is among what they count. Rejects when nobody
 * can tell.
 */
export async function lookAgain(
  { profiles, suppressions, channel, rules, journeys, limits, now }: LookDependencies,
  request: SendRequest,
): Promise<Look> {
  if (now() > request.notAfter) return ends({ status: 'expired', reason: 'too late' });
  const recipient = await recipientOf({ profiles, channel }, request);
  if (recipient.outcome === 'nobody') return ends({ status: 'withheld', reason: 'nobody is known by this id' });
  if (recipient.outcome === 'newer-profile') return ends({ status: 'not-now', reason: 'newer-profile' });
  const { profile, reach } = recipient;
  if (reach.outcome === 'unreachable') return ends({ status: 'withheld', reason: IN_WORDS[reach.reason] });
  const { address } = reach;
  const listed = await suppressions.find(address);
  // Her profile may not know yet, or the address ended as somebody else's. Whatever the message is about, this holds.
  if (listed.suppression !== undefined)
    return ends({ status: 'withheld', reason: IN_WORDS[listed.suppression.reason] });
  if (!isWrittenTo(address, limits)) return ends({ status: 'withheld', reason: 'not on the list of this stage' });

  const kind = await rules.kindOf(request);
  const ofJourney = isOfJourney(request) ? await journeyMessage(journeys, request, profile, kind) : OF_NONE;
  if (ofJourney.outcome === 'withheld') return ends({ status: 'withheld', reason: ofJourney.reason });
  const refusal =
    kind.class === 'marketing' ? await refusalOf(request, kind, profile, listed, rules, now()) : undefined;
  if (refusal !== undefined) return ends(refusal);

  const rendering = await channel.render(request, profile, ofJourney.about);
  if (rendering.outcome !== 'rendered') return ends({ status: rendering.outcome, reason: rendering.reason });
  if (limits.dryRun) return ends({ status: 'withheld', reason: DRY_RUN });
  return { outcome: 'ready', profile, address, kind, rendered: rendering.rendered };
}

const OF_NONE: JourneyMessage = { outcome: 'goes', about: {} };

/** The words of the reducer, so that one question has one answer. */
const IN_WORDS: Record<
  (Reach & { outcome: 'unreachable' })['reason'] | NonNullable<Listed['suppression']>['reason'],
  string
> = {
  'no-address': 'no address',
  bounced: 'address bounced',
  'soft-bounces': 'address bounced',
  complained: 'complained of spam',
};

/** What keeps marketing from her now: for good, or until the reducer finds another moment. */
async function refusalOf(
  request: SendRequest,
  { topic }: MessageKind,
  profile: Profile,
  { refusals }: Listed,
  rules: LiveRules,
  now: number,
): Promise<SendOutcome | undefined> {
  const { notAfter, asked } = request;
  const withheldFor = { ...profile, consent: withRefusals(profile.consent, refusals) };
  const message = { channel: 'email', class: 'marketing', topic, notAfter } as const;
  const contact = await rules.contact();
  const verdict = mayContact(withheldFor, message, now, {
    ...{ ...contact, caps: [] },
    // Who tries a journey sees it at once.
    ...(isTest(request) && { quietHours: [] }),
  });
  if (verdict.outcome === 'now') return undefined;
  // Of what a program asked for, which was transactional then, the reducer knows neither the data nor the address.
  const isDeferred = verdict.outcome === 'later' && asked === undefined;
  return { status: isDeferred ? 'deferred' : 'withheld', reason: verdict.reason };
}

import type { CustomerEvent } from './event.ts';
import { maskEventName } from './masking.ts';
import type { PlanSettings } from './plan-settings.ts';
import type { Source } from './source.ts';
import { isUnderstood, RECEIPTS } from './understood.ts';

export type RestrictionCode = 'server_only_event' | 'user_token_required' | 'user_token_invalid' | 'unknown_event';

/** Why a sound event is not taken from the source that sent it. */
export interface Restriction {
  readonly code: RestrictionCode;
  readonly message: string;
}

/** What a source may send. */
export interface Rules {
  readonly source: Source;
  readonly plan: PlanSettings;
  /** Whether the token proves that the sender acts for the user. */
  readonly isUserToken: (userId: string, token: string) => boolean;
}

/**
 * What providers and the project's own servers report. A client's key is public: whoever reads it out of an app could
 * otherwise mark people as unreachable, or grant consent in their name.
 */
const SERVER_ONLY = new Set([...RECEIPTS, 'Consent Granted'].map((name) => name.toLowerCase()));

/** Why this event may not come from this source, or undefined when it may. */
export function restrictionOn(
  event: CustomerEvent,
  userToken: string | undefined,
  rules: Rules,
): Restriction | undefined {
  return (
    (rules.source.kind === 'client' ? clientRestriction(event, userToken, rules) : undefined) ??
    planRestriction(event, rules.plan)
  );
}

function clientRestriction(
  { type, name, userId }: CustomerEvent,
  userToken: string | undefined,
  { source, isUserToken }: Rules,
): Restriction | undefined {
  if (type === 'track' && SERVER_ONLY.has((name ?? '').trim().toLowerCase()))
    return {
      code: 'server_only_event',
      message: 'Receipts and granting consent take a server key; withdrawing consent may come from any key.',
    };
  if (source.identity === 'open' || userId === undefined) return undefined;
  if (userToken === undefined)
    return {
      code: 'user_token_required',
      message: 'This source is signed: an event of a known user needs her token in context.userToken.',
    };
  return isUserToken(userId, userToken)
    ? undefined
    : { code: 'user_token_invalid', message: 'The token in context.userToken is not this user’s.' };
}

function planRestriction(
  { type, name = '' }: CustomerEvent,
  { unknownEvents, knownEvents }: PlanSettings,
): Restriction | undefined {
  if (type !== 'track' || unknownEvents === 'accept' || knownEvents.includes(name)) return undefined;
  // A withdrawal or a deleted account is not thrown away because the project has not seen one before.
  if (isUnderstood(name)) return undefined;
  // Names that hold numbers or addresses stand in the plan without them.
  if (knownEvents.includes(maskEventName(name))) return undefined;
  return { code: 'unknown_event', message: 'The tracking plan does not have this event, and refuses unknown ones.' };
}

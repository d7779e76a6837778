import { isJsonObject, type Json } from '../json.ts';
import type { CustomerEvent } from './event.ts';
import { hintsOn } from './hints.ts';
import { type IsPersonal, maskedJson, maskId, maskMessageId, maskText } from './masking.ts';

/** What a developer sees of something a source sent lately. About 1 KB of JSON at most, with nothing personal in it. */
export interface RecentEvent {
  /** When it was received (ms). */
  readonly at: number;
  readonly outcome: 'accepted' | RefusalOutcome;
  /** Why it was not taken. */
  readonly code?: string;
  readonly message?: string;
  readonly type?: string;
  readonly name?: string;
  readonly messageId?: string;
  readonly userId?: string;
  readonly anonymousId?: string;
  readonly properties?: Json;
  readonly traits?: Json;
  /** What was sent, where it was no event at all. */
  readonly received?: Json;
  /** What was taken, but probably not as it was meant. */
  readonly hints?: readonly string[];
}

type RefusalOutcome = 'rejected' | 'not-applied' | 'request-refused';

interface RefusedEvent {
  readonly outcome: RefusalOutcome;
  readonly code: string;
  readonly message: string;
  readonly messageId?: string;
  /** Any JSON of any size and depth. */
  readonly item?: unknown;
}

const NAME = 100;
const MESSAGE = 200;
const VALUES_BYTES = 400;

/** An accepted event as it is shown. */
export function recentAccepted(event: CustomerEvent, isPersonal: IsPersonal): RecentEvent {
  const { receivedAt, type, messageId } = event;
  const hints = hintsOn(event);
  return {
    at: receivedAt,
    outcome: 'accepted',
    type,
    messageId: maskMessageId(messageId),
    ...shownOf({ ...event, event: undefined }, isPersonal),
    ...(hints.length > 0 && { hints }),
  };
}

/** Something that was not taken, or a whole request, as it is shown. */
export function recentRefused(at: number, refused: RefusedEvent, isPersonal: IsPersonal): RecentEvent {
  const { outcome, code, message, messageId, item } = refused;
  const id = messageId ?? (isJsonObject(item) ? item.messageId : undefined);
  return {
    at,
    outcome,
    code,
    message: maskText(message, MESSAGE),
    ...(isJsonObject(item) && typeof item.type === 'string' && { type: maskText(item.type, NAME) }),
    ...(typeof id === 'string' && { messageId: maskMessageId(id) }),
    ...(isJsonObject(item) && shownOf(item, isPersonal)),
    ...(item !== undefined && !isJsonObject(item) && { received: maskedJson(item, isPersonal, VALUES_BYTES) }),
  };
}

/** Names, ids and values of an event, sent or parsed: `event` names a track call as it is sent. */
function shownOf(
  item: Readonly<Record<string, unknown>>,
  isPersonal: IsPersonal,
): Pick<RecentEvent, 'name' | 'userId' | 'anonymousId' | 'properties' | 'traits'> {
  const { userId, anonymousId, properties, traits } = item;
  const name = item.event ?? item.name;
  return {
    ...(typeof name === 'string' && { name: maskText(name, NAME) }),
    ...(isId(userId) && { userId: maskId(String(userId)) }),
    ...(isId(anonymousId) && { anonymousId: maskId(String(anonymousId)) }),
    ...(properties !== undefined && { properties: maskedJson(properties, isPersonal, VALUES_BYTES) }),
    ...(traits !== undefined && { traits: maskedJson(traits, isPersonal, VALUES_BYTES) }),
  };
}

const isId = (value: unknown) => typeof value === 'string' || typeof value === 'number';

/** A stored entry for the admin API. What has become personal since it was stored is masked now. */
export function viewRecent({ at, ...entry }: RecentEvent, isPersonal: IsPersonal): object {
  const { properties, traits, received } = entry;
  return {
    at: new Date(at).toISOString(),
    ...entry,
    // Twice the size: masked values may be longer than what they stand for, and nothing more shall be cut.
    ...(properties !== undefined && { properties: maskedJson(properties, isPersonal, 2 * VALUES_BYTES) }),
    ...(traits !== undefined && { traits: maskedJson(traits, isPersonal, 2 * VALUES_BYTES) }),
    ...(received !== undefined && { received: maskedJson(received, isPersonal, 2 * VALUES_BYTES) }),
  };
}

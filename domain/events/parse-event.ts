import { hashText } from '../hash.ts';
import {
  cleanJson,
  isDeeperThan,
  isJsonObject,
  type Json,
  type JsonObject,
  mayBeUnclean,
  utf8Length,
} from '../json.ts';
import { type CustomerEvent, EVENT_TYPES, type EventType } from './event.ts';
import { type ReadId, readId, readMessageId } from './ids.ts';
import { LIMITS } from './limits.ts';
import type { Source } from './source.ts';
import { eventTimes } from './time.ts';

export type RejectionCode =
  | 'invalid_event'
  | 'unsupported_type'
  | 'no_user_anon_id'
  | 'no_group_id'
  | 'no_previous_id'
  | 'invalid_id'
  | 'shared_id'
  | 'invalid_name'
  | 'event_too_large'
  | 'trait_too_large'
  | 'too_deep';

export type ParsedEvent =
  | {
      readonly outcome: 'event';
      readonly event: CustomerEvent;
      /** What the sender offers as proof of who the user is. It is a credential and no part of the event. */
      readonly userToken?: string;
    }
  | {
      readonly outcome: 'rejected';
      readonly messageId?: string;
      readonly code: RejectionCode;
      /** What to change, for the developer who sent it. */
      readonly message: string;
    };

/** How a request reached us. */
export interface Reception {
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  /** Makes message ids for events that have none and no time of their own. */
  readonly requestId: string;
  readonly source: Source;
}

/** Thrown by the checks below and caught where the event began: a check has no other use for its caller. */
class Problem extends Error {
  readonly code: RejectionCode;
  constructor(code: RejectionCode, message: string) {
    super(message);
    this.code = code;
  }
}

const TYPES: ReadonlySet<unknown> = new Set<EventType>(EVENT_TYPES);

/**
 * One event of a request, checked and bounded.
 *
 * @param envelope what the batch says for all its events: context and sentAt
 * @param index the event's place in its request
 */
export function parseEvent(item: unknown, index: number, envelope: JsonObject, reception: Reception): ParsedEvent {
  const messageId = isJsonObject(item) ? readMessageId(item.messageId) : undefined;
  try {
    return readEvent(item, messageId, index, envelope, reception);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const { code, message } = error;
    return { outcome: 'rejected', ...(messageId !== undefined && { messageId }), code, message };
  }
}

function readEvent(
  sent: unknown,
  messageId: string | undefined,
  index: number,
  envelope: JsonObject,
  { receivedAt, requestId, source }: Reception,
): ParsedEvent {
  if (!isJsonObject(sent)) throw new Problem('invalid_event', 'An event must be a JSON object.');
  const type = typeOf(sent);
  const { userToken, ...context } = { ...objectOf(envelope.context), ...objectOf(sent.context) };
  const item = bounded({ ...sent, context });
  // Of what was sent, not of what was cleaned: an id that needed cleaning is nobody's.
  const ids = idsOf(type, sent);
  const { timestamp, originalTimestamp, sentAt } = item;
  const times = eventTimes({ timestamp, originalTimestamp, sentAt, batchSentAt: envelope.sentAt }, receivedAt);
  const event: CustomerEvent = {
    type,
    messageId: messageId ?? madeMessageId(item, times.originalTimestamp, `${requestId}-${index}`),
    source: source.kind,
    sourceId: source.id,
    ...(source.activity && { activity: true }),
    ...ids,
    ...namesOf(type, item),
    ...times,
    receivedAt,
    ...contentOf(type, item),
  };
  return { outcome: 'event', event, ...(typeof userToken === 'string' && { userToken }) };
}

/** Depth first: whatever else walks the event recurses. */
function bounded(sent: JsonObject): JsonObject {
  if (isDeeperThan(sent, LIMITS.depth)) throw new Problem('too_deep', `Nest at most ${LIMITS.depth} levels.`);
  const text = JSON.stringify(sent);
  if (utf8Length(text) > LIMITS.eventBytes)
    throw new Problem(
      'event_too_large',
      `With its type and context, an event may have ${LIMITS.eventBytes} bytes of JSON.`,
    );
  return mayBeUnclean(text) ? (cleanJson(sent) as JsonObject) : sent;
}

function typeOf({ type }: JsonObject): EventType {
  if (!TYPES.has(type)) throw new Problem('unsupported_type', `The type must be one of ${EVENT_TYPES.join(', ')}.`);
  return type as EventType;
}

type Ids = Pick<CustomerEvent, 'userId' | 'anonymousId' | 'groupId' | 'previousId'>;

function idsOf(type: EventType, item: JsonObject): Ids {
  const user = readId(item.userId);
  const anonymous = readId(item.anonymousId);
  if (user.outcome === 'invalid' || anonymous.outcome === 'invalid') throw invalidId();
  // Without a user an alias is about nobody, whichever device it names.
  if (type === 'alias' && user.outcome === 'shared') throw sharedId();
  // An id that stands for nobody harms nobody as long as the other one is somebody's: it is left out.
  if (user.outcome !== 'id' && anonymous.outcome !== 'id')
    throw user.outcome === 'shared' || anonymous.outcome === 'shared'
      ? sharedId()
      : new Problem('no_user_anon_id', 'An event needs a userId or an anonymousId.');
  return {
    ...(user.outcome === 'id' && { userId: user.id }),
    ...(anonymous.outcome === 'id' && { anonymousId: anonymous.id }),
    ...(type === 'group' && { groupId: groupIdOf(item) }),
    ...(type === 'alias' && { previousId: previousIdOf(user, item) }),
  };
}

function groupIdOf(item: JsonObject): string {
  const group = readId(item.groupId);
  // Many do share a group: an id that could be no person's is fine here.
  if (group.outcome === 'shared') return String(item.groupId);
  if (group.outcome === 'id') return group.id;
  throw group.outcome === 'invalid' ? invalidId() : new Problem('no_group_id', 'A group call needs a "groupId".');
}

function previousIdOf(user: ReadId, item: JsonObject): string {
  if (user.outcome !== 'id') throw new Problem('no_user_anon_id', 'An alias call needs a userId.');
  const previous = readId(item.previousId);
  if (previous.outcome === 'id') return previous.id;
  if (previous.outcome === 'absent')
    throw new Problem('no_previous_id', 'An alias call needs the id it replaces in "previousId".');
  throw previous.outcome === 'shared' ? sharedId() : invalidId();
}

const invalidId = () =>
  new Problem(
    'invalid_id',
    `An id is a text of at most ${LIMITS.idLength} readable characters. A number beyond 2^53 must be sent as text.`,
  );

const sharedId = () =>
  new Problem('shared_id', 'This id stands for nobody in particular; leave it out until the person is known.');

function namesOf(type: EventType, item: JsonObject): Pick<CustomerEvent, 'name' | 'category'> {
  if (type === 'track') {
    const name = textOf(item.event);
    if (name === undefined) throw new Problem('invalid_name', 'A track call needs a name in "event".');
    return { name };
  }
  if (type !== 'page' && type !== 'screen') return {};
  const name = textOf(item.name);
  const category = textOf(item.category);
  return { ...(name !== undefined && { name }), ...(category !== undefined && { category }) };
}

function textOf(value: Json | undefined): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  if (value.length <= LIMITS.nameLength) return value;
  throw new Problem('invalid_name', `A name has at most ${LIMITS.nameLength} characters.`);
}

function contentOf(type: EventType, item: JsonObject): Pick<CustomerEvent, 'properties' | 'traits' | 'context'> {
  const context = item.context as JsonObject;
  const traits = type === 'identify' ? userTraits(item, context) : type === 'group' ? objectOf(item.traits) : undefined;
  return {
    ...(isJsonObject(item.properties) && { properties: item.properties }),
    ...(traits !== undefined && { traits }),
    ...(Object.keys(context).length > 0 && { context }),
  };
}

/** Rudder's browser SDK puts an identify's traits only into the context; a trait named in both is the event's. */
function userTraits(item: JsonObject, context: JsonObject): JsonObject {
  const traits = { ...objectOf(context.traits), ...objectOf(item.traits) };
  for (const [name, value] of Object.entries(traits))
    if (name.length > LIMITS.traitNameLength || utf8Length(JSON.stringify(value)) > LIMITS.traitBytes)
      throw new Problem(
        'trait_too_large',
        `The trait "${name.slice(0, 50)}" has more than ${LIMITS.traitBytes} bytes, or its name more than ${LIMITS.traitNameLength} characters.`,
      );
  return traits;
}

/**
 * An event without an id is known by its content, but only if it says when it happened: two honest events of the same
 * click look alike otherwise. When it was sent is left out, since a repeat is sent later.
 */
function madeMessageId(item: JsonObject, timestamp: number | undefined, fallback: string): string {
  if (timestamp === undefined) return fallback;
  const { sentAt: _, ...content } = item;
  const text = JSON.stringify(content);
  return `content-${hashText(text)}${hashText(`${text}.`)}`;
}

const objectOf = (value: unknown): JsonObject | undefined => (isJsonObject(value) ? value : undefined);

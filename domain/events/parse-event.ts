import { hashText } from '../hash.ts';
import { isDeeperThan, isJsonObject, type JsonObject, utf8Length } from '../json.ts';
import type { CustomerEvent, EventType, SourceKind } from './event.ts';
import { readId, readMessageId } from './ids.ts';
import { LIMITS } from './limits.ts';
import { eventTimes } from './time.ts';

export type RejectionCode =
  | 'invalid_event'
  | 'unsupported_type'
  | 'no_user_anon_id'
  | 'invalid_id'
  | 'shared_id'
  | 'invalid_name'
  | 'event_too_large'
  | 'trait_too_large'
  | 'too_deep';

export type ParsedEvent =
  | { readonly outcome: 'event'; readonly event: CustomerEvent }
  | {
      readonly outcome: 'rejected';
      readonly messageId?: string;
      readonly code: RejectionCode;
      /** What to change, for the developer who sent it. */
      readonly message: string;
    };

/** How a request reached us; `requestId` makes message ids for events that have none and no time of their own. */
export interface Reception {
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  readonly requestId: string;
  readonly source: SourceKind;
}

/** Thrown by the checks below and caught where the event began: a check has no other use for its caller. */
class Problem extends Error {
  readonly code: RejectionCode;
  constructor(code: RejectionCode, message: string) {
    super(message);
    this.code = code;
  }
}

const TYPES: ReadonlySet<unknown> = new Set<EventType>(['track', 'identify', 'page', 'screen']);

/**
 * One event of a request, checked and bounded.
 *
 * @param envelope what the batch says for all its events: context and sentAt
 * @param index the event's place in its request
 */
export function parseEvent(item: unknown, index: number, envelope: JsonObject, reception: Reception): ParsedEvent {
  const messageId = isJsonObject(item) ? readMessageId(item.messageId) : undefined;
  try {
    return { outcome: 'event', event: eventFrom(item, messageId, index, envelope, reception) };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const { code, message } = error;
    return { outcome: 'rejected', ...(messageId !== undefined && { messageId }), code, message };
  }
}

function eventFrom(
  item: unknown,
  messageId: string | undefined,
  index: number,
  envelope: JsonObject,
  { receivedAt, requestId, source }: Reception,
): CustomerEvent {
  if (!isJsonObject(item)) throw new Problem('invalid_event', 'An event must be a JSON object.');
  const context = nonEmpty({ ...objectOf(envelope.context), ...objectOf(item.context) });
  const text = boundedText({ ...item, ...(context && { context }) });
  const type = typeOf(item);
  const ids = idsOf(item);
  const name = nameOf(type, item);
  const traits = type === 'identify' ? traitsOf(item, context) : undefined;
  // Rudder sends originalTimestamp where Segment sends timestamp.
  const times = eventTimes(item.timestamp ?? item.originalTimestamp, item.sentAt ?? envelope.sentAt, receivedAt);
  return {
    type,
    messageId: messageId ?? madeMessageId(text, times.originalTimestamp, `${requestId}-${index}`),
    source,
    ...ids,
    ...(name !== undefined && { name }),
    ...times,
    receivedAt,
    ...(isJsonObject(item.properties) && { properties: item.properties }),
    ...(traits !== undefined && { traits }),
    ...(context !== undefined && { context }),
  };
}

/** Depth first: whatever else walks the event recurses. */
function boundedText(item: JsonObject): string {
  if (isDeeperThan(item, LIMITS.depth)) throw new Problem('too_deep', `Nest at most ${LIMITS.depth} levels.`);
  const text = JSON.stringify(item);
  if (utf8Length(text) > LIMITS.eventBytes)
    throw new Problem('event_too_large', `An event may have ${LIMITS.eventBytes} bytes of JSON.`);
  return text;
}

function typeOf({ type }: JsonObject): EventType {
  if (!TYPES.has(type)) throw new Problem('unsupported_type', `The type must be one of ${[...TYPES].join(', ')}.`);
  return type as EventType;
}

function idsOf(item: JsonObject): { userId?: string; anonymousId?: string } {
  const user = readId(item.userId);
  const anonymous = readId(item.anonymousId);
  if (user.outcome === 'invalid' || anonymous.outcome === 'invalid')
    throw new Problem(
      'invalid_id',
      `Ids are texts of at most ${LIMITS.idLength} characters without control characters.`,
    );
  // An anonymous id that stands for nobody harms nobody as long as the user is known: it is left out.
  if (user.outcome === 'shared' || (anonymous.outcome === 'shared' && user.outcome === 'absent'))
    throw new Problem('shared_id', 'This id stands for nobody in particular; leave it out until the person is known.');
  if (user.outcome === 'absent' && anonymous.outcome === 'absent')
    throw new Problem('no_user_anon_id', 'An event needs a userId or an anonymousId.');
  return {
    ...(user.outcome === 'id' && { userId: user.id }),
    ...(anonymous.outcome === 'id' && { anonymousId: anonymous.id }),
  };
}

function nameOf(type: EventType, item: JsonObject): string | undefined {
  const name = type === 'track' ? item.event : item.name;
  if (typeof name === 'string' && name !== '') {
    if (name.length <= LIMITS.nameLength) return name;
    throw new Problem('invalid_name', `A name has at most ${LIMITS.nameLength} characters.`);
  }
  if (type === 'track') throw new Problem('invalid_name', 'A track call needs a name in "event".');
  return undefined;
}

/** Rudder's browser SDK puts an identify's traits only into the context; a trait named in both is the event's. */
function traitsOf(item: JsonObject, context: JsonObject | undefined): JsonObject {
  const traits = { ...objectOf(context?.traits), ...objectOf(item.traits) };
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
 * click look alike otherwise.
 */
const madeMessageId = (text: string, timestamp: number | undefined, fallback: string) =>
  timestamp === undefined ? fallback : `content-${hashText(text)}${hashText(`${text}.`)}`;

const objectOf = (value: unknown): JsonObject | undefined => (isJsonObject(value) ? value : undefined);

const nonEmpty = (value: JsonObject): JsonObject | undefined => (Object.keys(value).length === 0 ? undefined : value);

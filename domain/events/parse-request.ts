import { isDeeperThan, isJsonObject, type JsonObject, utf8Length } from '../json.ts';
import type { CustomerEvent, EventType } from './event.ts';
import { LIMITS } from './limits.ts';
import { type ParsedEvent, parseEvent, type Reception, type RejectionCode } from './parse-event.ts';
import { type Restriction, type RestrictionCode, type Rules, restrictionOn } from './restrictions.ts';

/** An event that was not taken, as the sender is told. */
export interface Rejection {
  /** Place in the batch, from 0. */
  readonly index: number;
  readonly messageId?: string;
  readonly code: RejectionCode | RestrictionCode;
  readonly message: string;
}

export type ParsedRequest =
  | { readonly outcome: 'events'; readonly accepted: readonly CustomerEvent[]; readonly rejected: readonly Rejection[] }
  | { readonly outcome: 'refused'; readonly code: RefusalCode; readonly message: string };

type RefusalCode = 'invalid_request' | 'too_many_events' | 'payload_too_large';

/**
 * Events of a request's body that its source may send. One bad event never costs its neighbours: SDKs drop a whole batch
 * that is refused.
 *
 * @param body the parsed JSON
 * @param impliedType the event type that the route names (`/v1/track`), or undefined for a batch
 */
export function parseRequest(
  body: unknown,
  impliedType: EventType | undefined,
  reception: Reception & Rules,
): ParsedRequest {
  if (!isJsonObject(body)) return refused('invalid_request', 'The body must be a JSON object.');
  if (impliedType !== undefined) return parseAll([{ ...body, type: impliedType }], {}, reception);
  const { batch } = body;
  if (!Array.isArray(batch)) return refused('invalid_request', 'A batch needs an array named "batch".');
  if (batch.length > LIMITS.eventsPerBatch)
    return refused('too_many_events', `A batch holds at most ${LIMITS.eventsPerBatch} events, not ${batch.length}.`);
  const { context } = body;
  if (isDeeperThan(context, LIMITS.depth)) return refused('invalid_request', `Nest at most ${LIMITS.depth} levels.`);
  if (context !== undefined && utf8Length(JSON.stringify(context)) * batch.length > LIMITS.sharedContextBytes)
    return refused('payload_too_large', 'The context of this batch is too large for so many events.');
  return parseAll(batch, body, reception);
}

const refused = (code: RefusalCode, message: string): ParsedRequest => ({
  outcome: 'refused',
  code,
  message,
});

function parseAll(items: readonly unknown[], envelope: JsonObject, reception: Reception & Rules): ParsedRequest {
  const accepted: CustomerEvent[] = [];
  const rejected: Rejection[] = [];
  items.forEach((item, index) => {
    const parsed = permitted(parseEvent(item, index, envelope, reception), reception);
    if (parsed.outcome === 'event') accepted.push(parsed.event);
    else {
      const { outcome: _, ...rejection } = parsed;
      rejected.push({ index, ...rejection });
    }
  });
  return { outcome: 'events', accepted, rejected };
}

function permitted(
  parsed: ParsedEvent,
  rules: Rules,
): ParsedEvent | (Restriction & { readonly outcome: 'rejected'; readonly messageId: string }) {
  if (parsed.outcome === 'rejected') return parsed;
  const restriction = restrictionOn(parsed.event, parsed.userToken, rules);
  return restriction ? { outcome: 'rejected', messageId: parsed.event.messageId, ...restriction } : parsed;
}

import { readId, readMessageId } from '../../events/ids.ts';
import { LIMITS } from '../../events/limits.ts';
import { isJsonObject, type JsonObject } from '../../json.ts';
import { memberBut, type RequestRefused, readData, refused } from './message-request.ts';

/** A program's wish to take somebody into a journey. */
export interface TriggerAsked {
  /** The journey's key. */
  readonly journey: string;
  readonly userId: string;
  /** What templates read as `event`. */
  readonly data: JsonObject;
  /** What makes it this one and no other. */
  readonly messageId?: string;
}

export type ReadTrigger = { readonly outcome: 'asked'; readonly asked: TriggerAsked } | RequestRefused;

/** Bytes of its JSON; a run keeps less. */
const LONGEST_DATA = 16 * 1_024;
const MEMBERS = ['journey', 'userId', 'data', 'messageId'];
const KEY = /^[a-z][a-z\d-]{0,63}$/;

/** Reads the body of a request to take somebody into a journey: as strictly as that for a message, and for the same reason. */
export function readTrigger(body: unknown): ReadTrigger {
  if (!isJsonObject(body)) return refused('invalid_request', 'The body is a JSON object: journey, userId, data.');
  const odd = memberBut(MEMBERS, body);
  if (odd !== undefined) return refused('unknown_member', `A trigger has ${MEMBERS.join(', ')}, and not “${odd}”.`);
  const { journey } = body;
  if (typeof journey !== 'string' || !KEY.test(journey))
    return refused('invalid_journey', 'Name the key of a published journey in `journey`.');
  const id = readId(body.userId);
  if (id.outcome === 'absent') return refused('invalid_id', 'Say who enters in `userId`.');
  if (id.outcome === 'shared') return refused('shared_id', 'This id stands for nobody in particular.');
  if (id.outcome === 'invalid')
    return refused('invalid_id', `An id is a text of up to ${LIMITS.idLength} characters without control characters.`);
  const messageId = body.messageId === undefined ? undefined : readMessageId(body.messageId);
  if (body.messageId !== undefined && messageId === undefined)
    return refused('invalid_message_id', `A \`messageId\` is a text of up to ${LIMITS.messageIdLength} characters.`);
  const data = readData(body.data, LONGEST_DATA);
  if ('outcome' in data) return data;
  return {
    outcome: 'asked',
    asked: { journey, userId: id.id, ...data, ...(messageId !== undefined && { messageId }) },
  };
}

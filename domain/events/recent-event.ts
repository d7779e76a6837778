import { isJsonObject, type Json, utf8Length } from '../json.ts';
import type { CustomerEvent } from './event.ts';
import { hintsOn } from './hints.ts';
import { maskedAgain, maskedJson } from './masked-json.ts';
import { maskId, maskMessageId, maskText } from './masking.ts';
import type { IsPersonal } from './personal-names.ts';

/** What became of something a source sent that was not taken as it was. */
export interface Refusal {
  /** `not-applied`: answered as a success, since nothing is wrong with the request, but it changes nothing. */
  readonly outcome: 'rejected' | 'not-applied' | 'request-refused';
  readonly code: string;
  readonly message: string;
  readonly messageId?: string;
  /** The event as it was sent: any JSON of any size and depth; absent when a whole request was refused. */
  readonly item?: unknown;
}

/** What a developer sees of something a source sent lately. About 1 KB of JSON at most, with nothing personal in it. */
export interface RecentEvent {
  /** When it was received (ms). */
  readonly at: number;
  readonly outcome: 'accepted' | Refusal['outcome'];
  /** Why it was not taken. */
  readonly code?: string;
  readonly message?: string;
  readonly type?: string;
  readonly name?: string;
  readonly messageId?: string;
  readonly userId?: string;
  readonly anonymousId?: string;
  readonly previousId?: string;
  readonly groupId?: string;
  readonly properties?: Json;
  readonly traits?: Json;
  /** What was sent, where it was no event at all. */
  readonly received?: Json;
  /** What was taken, but probably not as it was meant. */
  readonly hints?: readonly string[];
}

const NAME = 60;
const TYPE = 20;
const MESSAGE = 150;
/** Bytes of an entry: what names, ids and reasons leave of them is for values, of which there is always room for a few. */
const ENTRY_BYTES = 900;
const LEAST_VALUE_BYTES = 200;
const MOST_VALUE_BYTES = 500;

/** An accepted event as it is shown. */
export function recentAccepted(event: CustomerEvent, isPersonal: IsPersonal): RecentEvent {
  const { receivedAt, type, messageId } = event;
  const hints = hintsOn(event);
  const head: RecentEvent = {
    at: receivedAt,
    outcome: 'accepted',
    type,
    messageId: maskMessageId(messageId),
    ...namesOf({ ...event }),
    ...(hints.length > 0 && { hints }),
  };
  return withValues(head, event, isPersonal);
}

/** Something that was not taken, or a whole request, as it is shown. */
export function recentRefused(at: number, refusal: Refusal, isPersonal: IsPersonal): RecentEvent {
  const { outcome, code, message, messageId, item } = refusal;
  const sent = isJsonObject(item) ? item : undefined;
  const id = messageId ?? sent?.messageId;
  const head: RecentEvent = {
    at,
    outcome,
    code,
    message: maskText(message, MESSAGE),
    ...(typeof sent?.type === 'string' && { type: maskText(sent.type, TYPE) }),
    ...(typeof id === 'string' && { messageId: maskMessageId(id) }),
    // A track call is named by `event` as it is sent, others by `name`.
    ...(sent && namesOf({ ...sent, name: sent.event ?? sent.name })),
  };
  return withValues(head, sent ?? { received: item }, isPersonal);
}

const IDS = ['userId', 'anonymousId', 'previousId', 'groupId'] as const;

function namesOf(sent: Readonly<Record<string, unknown>>) {
  const ids = IDS.flatMap((name) => (isId(sent[name]) ? [[name, maskId(String(sent[name]))] as const] : []));
  return { ...(typeof sent.name === 'string' && { name: maskText(sent.name, NAME) }), ...Object.fromEntries(ids) };
}

const isId = (value: unknown) => typeof value === 'string' || typeof value === 'number';

const VALUES = ['properties', 'traits', 'received'] as const;

/** Adds the values of what was sent, as much as an entry has room for. */
function withValues(
  head: RecentEvent,
  sent: { readonly [part in (typeof VALUES)[number]]?: unknown },
  isPersonal: IsPersonal,
): RecentEvent {
  const parts = VALUES.filter((part) => sent[part] !== undefined);
  const room = Math.max(LEAST_VALUE_BYTES, Math.min(MOST_VALUE_BYTES, ENTRY_BYTES - utf8Length(JSON.stringify(head))));
  const values = parts.map((part) => [part, maskedJson(sent[part], isPersonal, room / parts.length)] as const);
  return { ...head, ...Object.fromEntries(values) };
}

/** An entry as the admin API shows it; its time is ISO 8601 in UTC. */
export type RecentEventView = Omit<RecentEvent, 'at'> & { readonly at: string };

/** A stored entry for the admin API. What has become personal since it was stored is masked now. */
export function viewRecent({ at, ...entry }: RecentEvent, isPersonal: IsPersonal): RecentEventView {
  const values = VALUES.flatMap((part) => {
    const value = entry[part];
    return value === undefined ? [] : [[part, maskedAgain(value, isPersonal)] as const];
  });
  return { at: new Date(at).toISOString(), ...entry, ...Object.fromEntries(values) };
}

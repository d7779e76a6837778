import { addressIn } from '../../events/address.ts';
import { readId } from '../../events/ids.ts';
import { LIMITS } from '../../events/limits.ts';
import { cleanJson, isDeeperThan, isJsonObject, type Json, type JsonObject, utf8Length } from '../../json.ts';

/** One message that a program asks for. */
export interface MessageAsked {
  /** The template's key. */
  readonly template: string;
  /** At least one of the two. */
  readonly userId?: string;
  /** In lower case. */
  readonly email?: string;
  /** What the template reads as `data`. */
  readonly data: JsonObject;
  readonly locale?: string;
  /** What makes it this message and no other: asked for again by this key, it is not sent again. */
  readonly idempotencyKey: string;
}

export interface RequestRefused {
  readonly outcome: 'refused';
  readonly status: 400 | 413;
  readonly code: string;
  readonly message: string;
}

export type ReadMessage = { readonly outcome: 'asked'; readonly asked: MessageAsked } | RequestRefused;

/** Bytes of its JSON: what a long receipt needs, and far below what a queue takes. */
const LONGEST_DATA = 64 * 1_024;
const LONGEST_KEY = 200;
const MEMBERS = ['template', 'to', 'data', 'locale', 'idempotencyKey'];
const RECIPIENT = ['userId', 'email'];

/**
 * Reads the body of a request for a message. Strict where the event API is lenient: who asks is a program that reads the
 * answer, and what it misspells would otherwise be missing from a message.
 * @param keyInHeader the header `Idempotency-Key`, if there is one
 */
export function readMessage(body: unknown, keyInHeader: string | undefined): ReadMessage {
  if (!isJsonObject(body)) return refused('invalid_request', 'The body is a JSON object: template, to, data.');
  const odd = memberBut(MEMBERS, body);
  if (odd !== undefined) return refused('unknown_member', `A message has ${MEMBERS.join(', ')}, and not “${odd}”.`);
  const { template, locale } = body;
  if (typeof template !== 'string' || !TEMPLATE.test(template))
    return refused('invalid_template', 'Name the key of a published template in `template`.');
  if (locale !== undefined && (typeof locale !== 'string' || !LOCALE.test(locale)))
    return refused('invalid_locale', 'Write a language such as de, or with its country de-AT, in `locale`.');

  const key = readKey(body.idempotencyKey, keyInHeader);
  if ('outcome' in key) return key;
  const to = readRecipient(body.to);
  if ('outcome' in to) return to;
  const data = readData(body.data);
  if ('outcome' in data) return data;
  return {
    outcome: 'asked',
    asked: { template, ...to, ...data, ...(locale !== undefined && { locale }), ...key },
  };
}

const TEMPLATE = /^[a-z][a-z\d-]{0,63}$/;
const LOCALE = /^[a-z]{2,3}(?:-[A-Z]{2})?$/;
const PRINTABLE = /^[ -~]+$/;

function readKey(inBody: Json | undefined, inHeader: string | undefined): { idempotencyKey: string } | RequestRefused {
  // The header is a text in quotes by the draft of its standard, and one without by custom.
  const header = inHeader?.replace(/^"(.*)"$/, '$1');
  const key = header ?? inBody;
  if (key === undefined || key === null || key === '')
    return refused(
      'no_idempotency_key',
      'Say what makes this message one, such as order-17, in `idempotencyKey` or the header Idempotency-Key: if you ask again because no answer came, it is not sent twice.',
    );
  if (typeof key !== 'string' || key.length > LONGEST_KEY || !PRINTABLE.test(key))
    return refused('invalid_idempotency_key', `A key is 1 to ${LONGEST_KEY} characters of ASCII.`);
  if (header !== undefined && inBody !== undefined && inBody !== header)
    return refused('two_idempotency_keys', 'The body and the header Idempotency-Key say different keys.');
  return { idempotencyKey: key };
}

function readRecipient(to: Json | undefined): Pick<MessageAsked, 'userId' | 'email'> | RequestRefused {
  if (Array.isArray(to)) return refused('invalid_recipient', 'A message goes to one person: ask once for each.');
  if (!isJsonObject(to)) return refused('invalid_recipient', WHO);
  const odd = memberBut(RECIPIENT, to);
  if (odd !== undefined) return refused('unknown_member', `A recipient has userId and email, and not “${odd}”.`);
  const id = readId(to.userId);
  if (id.outcome === 'shared') return refused('shared_id', 'This id stands for nobody in particular: leave it out.');
  if (id.outcome === 'invalid')
    return refused('invalid_id', `An id is a text of up to ${LIMITS.idLength} characters without control characters.`);
  const email = to.email === undefined ? undefined : addressIn(to.email);
  if (to.email !== undefined && email === undefined)
    return refused('invalid_email', 'Write one address such as ada@example.com in `to.email`, without a name.');
  if (id.outcome === 'absent' && email === undefined) return refused('invalid_recipient', WHO);
  return { ...(id.outcome === 'id' && { userId: id.id }), ...(email !== undefined && { email }) };
}

const WHO = 'Say to whom it goes in `to`: {"userId": "ada"}, {"email": "ada@example.com"}, or both.';

/** What templates read of a request. @param longest bytes of its JSON */
export function readData(
  data: Json | undefined,
  longest = LONGEST_DATA,
): { readonly data: JsonObject } | RequestRefused {
  if (data === undefined) return { data: {} };
  if (!isJsonObject(data)) return refused('invalid_data', '`data` is an object: the template reads its members.');
  // Before anything walks through it by recursion.
  if (isDeeperThan(data, LIMITS.depth)) return refused('too_deep', `\`data\` nests at most ${LIMITS.depth} levels.`);
  if (utf8Length(JSON.stringify(data)) > longest)
    return { ...refused('data_too_large', `\`data\` is at most ${longest} bytes of JSON.`), status: 413 };
  return { data: cleanJson(data) as JsonObject };
}

/** A member that nobody would read; cut short, since it may be anything. */
export const memberBut = (known: readonly string[], object: JsonObject): string | undefined =>
  Object.keys(object)
    .find((name) => !known.includes(name))
    ?.slice(0, 40);

export const refused = (code: string, message: string): RequestRefused => ({
  outcome: 'refused',
  status: 400,
  code,
  message,
});

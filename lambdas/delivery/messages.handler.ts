import { createHash } from 'node:crypto';
import { timelineEntry } from '../../domain/delivery/hand-off.ts';
import { askedEffect, askedRequest, askedUser } from '../../domain/delivery/messages/asked-message.ts';
import { type MessageAsked, readMessage } from '../../domain/delivery/messages/message-request.ts';
import { contentOf } from '../../domain/delivery/messages/same-message.ts';
import { encodeSendRequest, type SendRequest } from '../../domain/delivery/send-request.ts';
import { isAllowedOrigin } from '../../domain/events/origin.ts';
import type { Source } from '../../domain/events/source.ts';
import { hashText } from '../../domain/hash.ts';
import type { AskedMessages } from '../adapters/asked-messages.ts';
import type { Queue } from '../adapters/queue.ts';
import type { SendLedgerReader } from '../adapters/send-ledger-reader.ts';
import type { SourceDirectory } from '../adapters/source-directory.ts';
import type { Timeline } from '../adapters/timeline.ts';
import { sourceOf } from '../events/admission.ts';
import { readBody } from '../events/request-body.ts';
import { writeKeyOutsideBody } from '../events/write-key.ts';
import { type HttpAnswer, type HttpEvent, headerOf, json } from '../runtime/http.ts';
import { errorName } from '../runtime/log.ts';
import type { LiveTemplates } from './live-templates.ts';
import { rateLimited, refusal, unavailable } from './message-answers.ts';
import { messageStatus } from './message-status.ts';
import { type TriggerDependencies, trigger } from './trigger.ts';

export interface MessagesDependencies extends TriggerDependencies {
  readonly sources: SourceDirectory;
  readonly templates: Pick<LiveTemplates, 'email'>;
  readonly asked: AskedMessages;
  readonly sends: Pick<SendLedgerReader, 'find'>;
  readonly timeline: Timeline;
  readonly email: Queue;
}

/**
 * Takes from a project's own servers what they want sent to one person: a receipt, a password to set anew. Answers 202
 * once the queue has it; from there it goes the way of every message. Asked for again by the same key it is the same
 * message: nothing is sent twice.
 */
export async function messages(dependencies: MessagesDependencies, event: HttpEvent): Promise<HttpAnswer> {
  try {
    const server = await serverOf(dependencies, event);
    if ('answer' in server) return server.answer;
    const { method } = event.requestContext.http;
    if (method === 'POST' && isTrigger(event)) return await takeTrigger(dependencies, event, server.source);
    const id = event.pathParameters?.id;
    if (id === undefined && method === 'POST') return await take(dependencies, event, server.source);
    if (id !== undefined && method === 'GET') return await messageStatus(dependencies, server.source, id);
    return refusal(
      404,
      'unknown_route',
      'Ask for a message by POST /v1/messages, what became of it by GET /v1/messages/{id}; trigger a journey by POST /v1/trigger.',
    );
  } catch (error) {
    // Whoever asks has to hear that nothing is certain: the same key again does no harm.
    dependencies.log('messages-failed', { error: errorName(error) });
    return unavailable();
  }
}

/** Of whom the key is. An app's key is public: whoever reads it out of the app could write to anybody in the project's name. */
async function serverOf(
  dependencies: MessagesDependencies,
  event: HttpEvent,
): Promise<{ readonly source: Source } | { readonly answer: HttpAnswer }> {
  const found = await sourceOf(dependencies, writeKeyOutsideBody(event));
  if (found.outcome === 'nobody') return found;
  const { source } = found;
  if (source.kind !== 'server')
    return {
      answer: refusal(403, 'server_only', 'Messages take the key of a server; this is an app’s, which is public.'),
    };
  if (!isAllowedOrigin(source.origins, headerOf(event, 'origin')))
    return { answer: refusal(403, 'origin_not_allowed', 'This key may not be used from this web site.') };
  return { source };
}

const isTrigger = ({ rawPath }: HttpEvent): boolean => rawPath.replace(/\/$/, '') === '/v1/trigger';

async function takeTrigger(dependencies: MessagesDependencies, event: HttpEvent, source: Source): Promise<HttpAnswer> {
  const body = bodyOf(dependencies, event);
  if ('answer' in body) return body.answer;
  return trigger(dependencies, body.value, source, event.requestContext.timeEpoch);
}

function bodyOf({ log }: MessagesDependencies, event: HttpEvent): { value: unknown } | { answer: HttpAnswer } {
  const body = readBody(event);
  if (body.outcome === 'json') return body;
  if (body.code === 'body_mangled') log('body-mangled');
  return { answer: refusal(body.code === 'payload_too_large' ? 413 : 400, body.code, body.message) };
}

async function take(dependencies: MessagesDependencies, event: HttpEvent, source: Source): Promise<HttpAnswer> {
  const { meter, templates, asked: kept } = dependencies;
  const body = bodyOf(dependencies, event);
  if ('answer' in body) return body.answer;
  const read = readMessage(body.value, headerOf(event, 'idempotency-key'));
  if (read.outcome === 'refused') return refusal(read.status, read.code, read.message);
  const seconds = await meter.waitFor(source, 1);
  if (seconds !== undefined) return rateLimited(seconds);

  const { asked } = read;
  const template = (await templates.email(asked.template))?.template;
  if (template === undefined)
    return refusal(
      404,
      'unknown_template',
      `No template “${asked.template}” is published. A publish counts here after 10 s.`,
    );
  if (template.class !== 'transactional') return refusal(422, 'marketing_template', ONLY_TRANSACTIONAL);

  const sendId = sendIdOf(source, asked);
  const content = hashOf(source.id, asked.idempotencyKey, contentOf(asked));
  const { timeEpoch } = event.requestContext;
  const user = askedUser(sendId, asked);
  const wanted = { sendId, source: source.id, user, message: asked.template, content, askedAt: timeEpoch };
  const first = await kept.keep(wanted);
  if (first.content !== content)
    return refusal(
      409,
      'idempotency_key_reused',
      'Another message was asked for by this key in the last 30 days: give this one a key of its own.',
    );
  // Also what was asked for before: the answer, or the queue, may have failed then. Its claim is given once.
  const request = askedRequest(sendId, asked, source.id, first.askedAt);
  return (await handOver(dependencies, request, source)) ? json(202, { id: sendId }) : unavailable();
}

const ONLY_TRANSACTIONAL =
  'This template is marketing, which goes by decisions that mind consent, caps and quiet hours. If it is something she asked for, publish it with the class transactional.';

/** Whether its queue has it. A timeline that does not take its line keeps no password from anybody. */
async function handOver(dependencies: MessagesDependencies, request: SendRequest, { id }: Source): Promise<boolean> {
  const { email, timeline, log } = dependencies;
  const { user, sendId } = request;
  const [refused] = await Promise.all([
    refusedBy(email.send([{ body: encodeSendRequest(request), group: hashText(user) }])),
    refusedBy(timeline.write([timelineEntry(user, sendId, askedEffect(request, id))])).then((error) => {
      if (error !== undefined) log('timeline-refused', { sendId, error });
    }),
  ]);
  if (refused !== undefined) log('queue-refused', { error: refused });
  return refused === undefined;
}

/** What kept somebody from taking what he was given; undefined when he has it. */
const refusedBy = (giving: Promise<readonly unknown[]>): Promise<string | undefined> =>
  giving.then((refused) => (refused.length === 0 ? undefined : 'Refused'), errorName);

/** Letters, digits, `_` and `-`: it travels as an e-mail tag. The key itself is kept nowhere: it may name a person. */
const sendIdOf = (source: Source, { idempotencyKey }: MessageAsked): string =>
  `msg_${hashOf(source.id, idempotencyKey).slice(0, 22)}`;

const hashOf = (...parts: readonly string[]): string =>
  createHash('sha256').update(parts.join('\0')).digest('base64url');

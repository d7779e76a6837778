import type { EventType } from '../../domain/events/event.ts';
import { parseRequest, type Rejection } from '../../domain/events/parse-request.ts';
import type { Source } from '../../domain/events/source.ts';
import { hashText } from '../../domain/hash.ts';
import { type EventInput, eventInput } from '../../domain/state/input.ts';
import { encodeInputs } from '../../domain/state/input-message.ts';
import type { Queue } from '../adapters/queue.ts';
import type { SourceDirectory } from '../adapters/source-directory.ts';
import { type HttpAnswer, type HttpEvent, json } from '../runtime/http.ts';
import { errorName, type Log } from '../runtime/log.ts';
import { readBody } from './request-body.ts';
import { writeKeyOf } from './write-key.ts';

export interface IngestDependencies {
  readonly sources: SourceDirectory;
  readonly live: Queue;
  readonly log: Log;
}

/** What each route takes: one event of its type, or a batch. */
const ROUTES: Readonly<Record<string, EventType | 'batch'>> = {
  '/v1/track': 'track',
  '/v1/identify': 'identify',
  '/v1/page': 'page',
  '/v1/screen': 'screen',
  '/v1/batch': 'batch',
};

/**
 * Takes events over HTTP, as the Segment API does. Answers 200 only after the queue has accepted every good event;
 * a bad event costs neither its neighbours nor the request. Errors have a code and a message: SDKs read both.
 */
export async function ingest({ sources, live, log }: IngestDependencies, event: HttpEvent): Promise<HttpAnswer> {
  const route = ROUTES[event.rawPath.replace(/\/$/, '')];
  if (route === undefined || event.requestContext.http.method !== 'POST')
    return failure(404, 'unknown_route', `POST to one of ${Object.keys(ROUTES).join(', ')}.`);

  const body = readBody(event);
  if (body.outcome === 'refused') return failure(400, body.code, body.message);

  const writeKey = writeKeyOf(event, body.value);
  if (writeKey === undefined)
    return failure(401, 'no_write_key', 'Send the write key as the Basic user name or in the body.');
  let source: Source | undefined;
  try {
    source = await sources.find(writeKey);
  } catch (error) {
    // Never 401 here: some SDKs answer that by throwing away everything they have stored.
    log('source-lookup-failed', { error: errorName(error) });
    return unavailable();
  }
  if (source === undefined) return failure(401, 'unknown_write_key', 'No source has this write key.');

  const parsed = parseRequest(body.value, route === 'batch' ? undefined : route, {
    receivedAt: event.requestContext.timeEpoch,
    requestId: event.requestContext.requestId,
    source: source.kind,
  });
  if (parsed.outcome === 'refused') return failure(400, parsed.code, parsed.message);
  if (route !== 'batch' && parsed.rejected[0] !== undefined)
    return failure(400, parsed.rejected[0].code, parsed.rejected[0].message);

  if (!(await enqueue(parsed.accepted.map(eventInput), source, live, log))) return unavailable();
  return success(parsed.rejected);
}

async function enqueue(inputs: readonly EventInput[], source: Source, live: Queue, log: Log): Promise<boolean> {
  const group = groupOf(inputs, source);
  try {
    const refused = await live.send(encodeInputs(inputs).map((body) => ({ body, group })));
    if (refused.length > 0) log('queue-refused', { messages: refused.length });
    return refused.length === 0;
  } catch (error) {
    log('queue-refused', { error: errorName(error) });
    return false;
  }
}

/** Fair queues share by group: a request about one user counts as hers, any other as its source's. */
function groupOf(inputs: readonly EventInput[], source: Source): string {
  const users = new Set(inputs.map(({ user }) => user));
  return hashText(users.size === 1 ? String([...users][0]) : source.id);
}

const success = (rejected: readonly Rejection[]): HttpAnswer =>
  json(200, { success: true, ...(rejected.length > 0 && { rejected }) });

const failure = (statusCode: number, code: string, message: string, headers?: Record<string, string>): HttpAnswer =>
  json(statusCode, { success: false, code, message, error: message }, headers);

/** Whole seconds: SDKs read nothing else. */
const unavailable = () => failure(503, 'unavailable', 'Try again in a moment.', { 'retry-after': '1' });

import type { EventType } from '../../domain/events/event.ts';
import { isAllowedOrigin } from '../../domain/events/origin.ts';
import { parseRequest, type Rejection } from '../../domain/events/parse-request.ts';
import type { PlanSettings } from '../../domain/events/plan-settings.ts';
import type { Source } from '../../domain/events/source.ts';
import { hashText } from '../../domain/hash.ts';
import { type EventInput, eventInput } from '../../domain/state/input.ts';
import { encodeInputs } from '../../domain/state/input-message.ts';
import type { KnownUsers } from '../adapters/known-users.ts';
import type { Queue } from '../adapters/queue.ts';
import type { SourceDirectory } from '../adapters/source-directory.ts';
import { type HttpAnswer, type HttpEvent, headerOf, json } from '../runtime/http.ts';
import { errorName, type Log } from '../runtime/log.ts';
import { withoutJoins } from './alias-joins.ts';
import type { Observer, Refusal } from './observer.ts';
import { readBody } from './request-body.ts';
import { routeOf } from './routes.ts';
import { projectSettings, rudderSourceConfig } from './sdk-settings.ts';
import type { SourceMeter } from './source-meter.ts';
import { userTokensOf } from './user-token.ts';
import { writeKeyInBody, writeKeyOutsideBody } from './write-key.ts';

export interface IngestDependencies {
  readonly sources: SourceDirectory;
  readonly plan: { read(): Promise<PlanSettings> };
  readonly meter: SourceMeter;
  readonly users: KnownUsers;
  readonly live: Queue;
  readonly observer: Observer;
  readonly log: Log;
}

/**
 * Takes events over HTTP, as the Segment API does. Answers 200 only after the queue has accepted every good event; a bad
 * event costs neither its neighbours nor the request. Errors have a code and a message: SDKs read both. The status codes
 * are those every SDK understands: 200, 400 and 401 (throw it away), 429 and 503 (keep it and try again), and 404 for a
 * path that never existed.
 */
export async function ingest(dependencies: IngestDependencies, event: HttpEvent): Promise<HttpAnswer> {
  try {
    return await answer(dependencies, event);
  } catch (error) {
    // A bug of ours must not cost what the SDK still holds.
    dependencies.log('ingest-failed', { error: errorName(error) });
    return unavailable();
  }
}

async function answer(dependencies: IngestDependencies, event: HttpEvent): Promise<HttpAnswer> {
  const route = routeOf(event.requestContext.http.method, event.rawPath);
  switch (route?.kind) {
    case 'events':
      return takeEvents(dependencies, event, route.type);
    case 'project-settings': {
      const found = await sourceOf(dependencies, route.writeKey);
      return found.outcome === 'source' ? projectSettings(event, route.writeKey) : found.answer;
    }
    case 'source-config': {
      const writeKey = writeKeyOutsideBody(event);
      const found = await sourceOf(dependencies, writeKey);
      return found.outcome === 'source' ? rudderSourceConfig(found.source, writeKey ?? '') : found.answer;
    }
    case 'sdk-metrics':
      return json(200, { success: true });
    case undefined:
      return failure(
        404,
        'unknown_route',
        'There is nothing at this path for this method. Events go to POST /v1/batch.',
      );
  }
}

async function takeEvents(
  dependencies: IngestDependencies,
  event: HttpEvent,
  type: EventType | 'batch',
): Promise<HttpAnswer> {
  const { observer, plan, meter } = dependencies;
  const { timeEpoch: at, requestId } = event.requestContext;
  const outsideBody = writeKeyOutsideBody(event);
  // Who is nobody is told so before anything is unpacked for him, unless only the body says who he is.
  const early = outsideBody === undefined ? undefined : await sourceOf(dependencies, outsideBody);
  if (early?.outcome === 'nobody') return early.answer;
  const body = readBody(event);
  if (body.outcome === 'refused' && body.code === 'body_mangled') dependencies.log('body-mangled');
  const found =
    early ?? (await sourceOf(dependencies, body.outcome === 'json' ? writeKeyInBody(body.value) : undefined));
  if (found.outcome === 'nobody')
    return body.outcome === 'refused' ? failure(400, body.code, body.message) : found.answer;
  const { source } = found;

  const refuse = async (status: 400 | 429, code: string, message: string, headers?: Record<string, string>) => {
    observer.note(source, { at, accepted: [], refused: [{ outcome: 'request-refused', code, message }] });
    await observer.flush();
    return failure(status, code, message, headers);
  };
  if (!isAllowedOrigin(source.origins, headerOf(event, 'origin')))
    return refuse(400, 'origin_not_allowed', 'This write key may not be used from this web site.');
  if (body.outcome === 'refused') return refuse(400, body.code, body.message);
  const parsed = parseRequest(body.value, type === 'batch' ? undefined : type, {
    receivedAt: at,
    requestId,
    source,
    plan: await plan.read(),
    isUserToken: userTokensOf(source, at),
  });
  if (parsed.outcome === 'refused') return refuse(400, parsed.code, parsed.message);
  // Counted once it is known to be no more than a batch may hold; bad events count too, or they could be sent for ever.
  const seconds = await meter.waitFor(source, parsed.accepted.length + parsed.rejected.length);
  if (seconds !== undefined)
    return refuse(429, 'rate_limited', 'This source has sent more than it may.', { 'retry-after': String(seconds) });

  const { apply, joins } = await withoutJoins(parsed.accepted, dependencies.users, dependencies.log);
  if (!(await enqueue(dependencies, apply.map(eventInput), source))) return unavailable();
  observer.note(source, { at, accepted: apply, refused: [...refusals(parsed.rejected, type, body.value), ...joins] });
  await observer.flush();

  const [only] = parsed.rejected;
  return type !== 'batch' && only !== undefined ? failure(400, only.code, only.message) : success(parsed.rejected);
}

type FoundSource =
  | { readonly outcome: 'source'; readonly source: Source }
  | { readonly outcome: 'nobody'; readonly answer: HttpAnswer };

async function sourceOf({ sources, log }: IngestDependencies, writeKey: string | undefined): Promise<FoundSource> {
  if (writeKey === undefined)
    return nobody(
      failure(
        401,
        'no_write_key',
        'Send the write key as the Basic user name, as writeKey in the body, or as a beacon’s query.',
      ),
    );
  try {
    const source = await sources.find(writeKey);
    if (source !== undefined) return { outcome: 'source', source };
  } catch (error) {
    // Never 401 here: some SDKs answer that by throwing away everything they have stored.
    log('source-lookup-failed', { error: errorName(error) });
    return nobody(unavailable());
  }
  return nobody(failure(401, 'unknown_write_key', 'No source has this write key.'));
}

const nobody = (answer: HttpAnswer): FoundSource => ({ outcome: 'nobody', answer });

/** What was rejected, beside the event as it was sent. */
const refusals = (rejected: readonly Rejection[], type: EventType | 'batch', body: unknown): Refusal[] =>
  rejected.map(({ index, ...rejection }) => ({
    outcome: 'rejected',
    ...rejection,
    item: type === 'batch' ? (body as { batch: readonly unknown[] }).batch[index] : { ...(body as object), type },
  }));

async function enqueue({ live, log }: IngestDependencies, inputs: readonly EventInput[], source: Source) {
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

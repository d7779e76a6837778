import type { EventType } from '../../domain/events/event.ts';
import { parseRequest, type Rejection } from '../../domain/events/parse-request.ts';
import type { PlanSettings } from '../../domain/events/plan-settings.ts';
import type { Refusal } from '../../domain/events/recent-event.ts';
import type { Source } from '../../domain/events/source.ts';
import { hashText } from '../../domain/hash.ts';
import { type EventInput, eventInput } from '../../domain/state/input.ts';
import { encodeInputs } from '../../domain/state/input-message.ts';
import type { KnownUsers } from '../adapters/known-users.ts';
import type { Queue } from '../adapters/queue.ts';
import type { HttpAnswer, HttpEvent } from '../runtime/http.ts';
import { errorName } from '../runtime/log.ts';
import { type AdmissionDependencies, admit, showRefusal, sourceOf } from './admission.ts';
import { withoutJoins } from './alias-joins.ts';
import { failure, success, tooMuch, unavailable } from './answers.ts';
import { routeOf } from './routes.ts';
import { projectSettings, rudderSourceConfig } from './sdk-settings.ts';
import type { SourceMeter } from './source-meter.ts';
import { userTokensOf } from './user-token.ts';
import { writeKeyOutsideBody } from './write-key.ts';

export interface IngestDependencies extends AdmissionDependencies {
  readonly plan: { read(): Promise<PlanSettings> };
  readonly meter: SourceMeter;
  readonly users: KnownUsers;
  readonly live: Queue;
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
      return success();
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
  const { observer, plan, meter, users, log } = dependencies;
  const { timeEpoch: at, requestId } = event.requestContext;
  const admitted = await admit(dependencies, event);
  if (admitted.outcome === 'answered') return admitted.answer;
  const { source, body } = admitted;

  const parsed = parseRequest(body, type === 'batch' ? undefined : type, {
    receivedAt: at,
    requestId,
    source,
    plan: await plan.read(),
    isUserToken: userTokensOf(source, at),
  });
  if (parsed.outcome === 'refused') {
    await showRefusal(observer, source, at, parsed);
    return failure(400, parsed.code, parsed.message);
  }
  // Counted once it is known to be no more than a batch may hold; bad events count too, or they could be sent for ever.
  const seconds = await meter.waitFor(source, parsed.accepted.length + parsed.rejected.length);
  if (seconds !== undefined) {
    await showRefusal(observer, source, at, {
      code: 'rate_limited',
      message: `This source has sent more than it may; it waits for ${seconds} s.`,
    });
    return tooMuch(seconds);
  }

  const { apply, joins } = await withoutJoins(parsed.accepted, users, log);
  if (!(await enqueue(dependencies, apply.map(eventInput), source))) return unavailable();
  observer.note(source, { at, accepted: apply, refused: [...refusals(parsed.rejected, type, body), ...joins] });
  await observer.flush();

  const [only] = parsed.rejected;
  return type !== 'batch' && only !== undefined ? failure(400, only.code, only.message) : success(parsed.rejected);
}

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

import { createHash } from 'node:crypto';
import type { LiveJourney } from '../../domain/catalog/live-catalog.ts';
import { didYouMean } from '../../domain/catalog/problems/spelling.ts';
import { readTrigger, type TriggerAsked } from '../../domain/delivery/messages/trigger-request.ts';
import type { Source } from '../../domain/events/source.ts';
import { hashText } from '../../domain/hash.ts';
import { triggerInput } from '../../domain/state/input.ts';
import { encodeInputs } from '../../domain/state/input-message.ts';
import { knownKey } from '../../domain/state/user-key.ts';
import type { Queue } from '../adapters/queue.ts';
import type { SourceMeter } from '../events/source-meter.ts';
import { type HttpAnswer, json } from '../runtime/http.ts';
import { errorName, type Log } from '../runtime/log.ts';
import type { LiveJourneys } from './live-journeys.ts';
import { rateLimited, refusal, unavailable } from './message-answers.ts';

export interface TriggerDependencies {
  readonly meter: SourceMeter;
  readonly journeys: LiveJourneys;
  /** By which events come, too: what the same server has said before is not overtaken. */
  readonly live: Queue;
  readonly log: Log;
}

/**
 * Takes from a project's own servers whom they want taken into a journey. Answers 202 once the queue has it; whether she comes
 * in is decided by the journey's rules. Said again with the same `messageId` it is the same entry.
 * @param at when it was received (ms)
 */
export async function trigger(
  { meter, journeys, live, log }: TriggerDependencies,
  body: unknown,
  source: Source,
  at: number,
): Promise<HttpAnswer> {
  const read = readTrigger(body);
  if (read.outcome === 'refused') return refusal(read.status, read.code, read.message);
  const { asked } = read;
  const seconds = await meter.waitFor(source, 1);
  if (seconds !== undefined) return rateLimited(seconds);

  const published = await journeys.all();
  const refused = whyRefused(asked.journey, published.journeys);
  if (refused !== undefined) return refused;
  const user = knownKey(asked.userId);
  const id = `trg_${requestOf(source, asked, at)}`;
  // A worker that does not know of the journey yet would take nobody in.
  const input = triggerInput(user, id, { at, journey: asked.journey, data: asked.data, plan: published.number });
  const group = hashText(user);
  const untaken = await live
    .send(encodeInputs([input]).map((message) => ({ body: message, group })))
    .then((left) => (left.length === 0 ? undefined : 'Refused'), errorName);
  if (untaken === undefined) return json(202, { id });
  log('queue-refused', { error: untaken });
  return unavailable();
}

function whyRefused(key: string, all: readonly LiveJourney[]): HttpAnswer | undefined {
  const journey = all.find((one) => one.key === key);
  if (journey === undefined) {
    const meant = didYouMean(
      key,
      all.filter(hasTrigger).map((one) => one.key),
    );
    const known = `No journey “${key}” is published${meant}. A publish counts here after 10 s.`;
    return refusal(404, 'unknown_journey', known);
  }
  if (hasTrigger(journey)) return undefined;
  return refusal(
    409,
    'no_trigger',
    'This journey has no entry of type trigger: add {"type": "trigger"} and publish it.',
  );
}

const hasTrigger = ({ versions }: LiveJourney): boolean =>
  versions.at(-1)?.body.entries.some(({ type }) => type === 'trigger') ?? false;

/** Without an id of its own each request is another one: two of the same content may both be meant. */
const requestOf = (source: Source, { messageId, ...asked }: TriggerAsked, at: number): string =>
  createHash('sha256')
    .update([source.id, messageId === undefined ? JSON.stringify([asked, at]) : messageId].join('\0'))
    .digest('base64url')
    .slice(0, 22);

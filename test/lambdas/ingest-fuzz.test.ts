import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../domain/events/limits.ts';
import { decodeInputs } from '../../domain/state/input-message.ts';
import type { HttpEvent } from '../../lambdas/runtime/http.ts';
import { runs } from '../support/runs.ts';
import { anyRequest, goodEventText, junkText, WHOLE } from './fuzz/requests.ts';
import { type Fault, fuzzedWorker, type Handled } from './fuzz/worker.ts';
import { basic, expectAnswerOfTheContract, httpEvent } from './ingest-request.ts';

/** One worker through the whole run: what one request leaves behind must not hurt the next. */
const worker = fuzzedWorker();

const KB = 1_024;
/** Events in a request: an answer names each of them at most once. */
const MOST_EVENTS = LIMITS.eventsPerBatch;
/** What ingest cannot do without. */
const NEEDED: readonly Fault[] = ['sources', 'plan', 'queue', 'queue in part'];
/** Most calls of a dependency in one request: a lease is tried four times, an observer writes a few entries. */
const MOST_CALLS: Readonly<Record<string, number>> = { sources: 1, plan: 1, users: 1, allowances: 8, observing: 16 };

function expectSound(
  { answer, queue, refused, logged, calls, stored }: Handled,
  event: HttpEvent,
  faults: readonly Fault[],
) {
  const { statusCode: status = 0, headers = {}, body = '' } = answer;
  const json = JSON.parse(body);
  expect(typeof json === 'object' && json !== null && !Array.isArray(json)).toBe(true);
  expectAnswerOfTheContract({ status, headers, json });
  // Nothing but what ingest needs and did not get makes it answer so.
  if (status === 503) expect(faults.some((fault) => NEEDED.includes(fault))).toBe(true);
  expectBounded(
    queue.messages.map((message) => message.body),
    Buffer.byteLength(event.body ?? ''),
  );
  if (refused > 0) expect(status).toBe(503);
  // What is refused as a whole has left nothing behind; what is to be sent again may have, and then counts once.
  if (status !== 200 && refused === 0) expect(queue.messages).toEqual([]);
  expect(body.length).toBeLessThan(MOST_EVENTS * KB);
  for (const [name, count] of calls) expect([name, count <= (MOST_CALLS[name] ?? 0)]).toEqual([name, true]);
  // Our own words, and none of theirs.
  for (const line of logged) expect(line).toMatch(/^\{("error":"[A-Z][A-Za-z]+"|"messages":\d+)?\}$/);
  for (const entry of stored) expect(entry.length).toBeLessThan(64 * KB);
  expectNothingPolluted();
}

/** A queue message is 64 KB at most, or one event; an event is written at most twice, as traits and in its context. */
function expectBounded(messages: readonly string[], sent: number) {
  let total = 0;
  let events = 0;
  for (const message of messages) {
    const bytes = Buffer.byteLength(message);
    const { inputs } = decodeInputs(message);
    // Whoever copies it by assignment, in any language, sets a prototype.
    expect(message).not.toContain('"__proto__":');
    total += bytes;
    events += inputs.length;
    expect(bytes).toBeLessThanOrEqual(inputs.length === 1 ? 2 * LIMITS.eventBytes + 2 * KB : 64 * KB);
  }
  // gzip makes much of little, but never more than a request may have.
  const decoded = Math.max(sent, LIMITS.requestBytes);
  expect(total).toBeLessThanOrEqual(2 * decoded + LIMITS.sharedContextBytes + events * KB);
}

function expectNothingPolluted() {
  for (const name in {}) throw new Error(`Object.prototype has got ${name}`);
  expect([({} as { polluted?: unknown }).polluted, ([] as { polluted?: unknown }).polluted]).toEqual([
    undefined,
    undefined,
  ]);
}

describe('any request', () => {
  it('gets an answer that SDKs understand, costs bounded work, and leaves no trace in logs or prototypes', async () => {
    await fc.assert(
      fc.asyncProperty(anyRequest, async ({ event, faults }) => {
        expectSound(await worker.handle(event, faults), event, faults);
      }),
      runs(350),
    );
  });
});

describe('good events among anything', () => {
  const batch = fc.array(
    fc.oneof(
      goodEventText.map((text) => ({ isGood: true, text })),
      junkText.map((text) => ({ isGood: false, text: () => text })),
    ),
    { maxLength: 20 },
  );
  const around = fc.record({
    wrap: fc.constantFrom(...WHOLE),
    path: fc.constantFrom('/v1/batch', '/v1/b/', '/v1/import/', '/beacon/v1/batch'),
    writeKey: fc.constantFrom('wk', 'sk'),
    isKeyInBody: fc.boolean(),
    // What an SDK may write beside its events, right or wrong.
    beside: fc.constantFrom(
      '',
      ',"sentAt":1e400',
      ',"integrations":[[]]',
      ',"sequence":1',
      ',"context":null',
      ',"sentAt":"2026-03-02T12:00:00Z"',
    ),
  });

  it('are in the queue exactly once, in their order, and none of them is told to be rejected', async () => {
    await fc.assert(
      fc.asyncProperty(batch, around, async (items, { wrap, path, writeKey, isKeyInBody, beside }) => {
        const texts = items.map(({ text }, index) => text(`good-${index}`));
        const key = isKeyInBody ? `,"writeKey":"${writeKey}"` : '';
        const text = `{"batch":[${texts.join()}]${key}${beside}}`;
        fc.pre(Buffer.byteLength(text) <= LIMITS.requestBytes - 3);
        const event = httpEvent({
          path,
          headers: isKeyInBody ? {} : { authorization: basic(`${writeKey}:`) },
          body: wrap(text),
        });

        const handled = await worker.handle(event);

        expectSound(handled, event, []);
        expect(handled.answer.statusCode).toBe(200);
        const rejected: { index: number }[] = JSON.parse(handled.answer.body ?? '').rejected ?? [];
        const good = items.flatMap(({ isGood }, index) => (isGood ? [index] : []));
        expect(rejected.filter(({ index }) => good.includes(index))).toEqual([]);
        const expected = good
          .filter((index) => !joinsKnownUsers(texts[index] ?? '', writeKey))
          .map((index) => `good-${index}`);
        const arrived = handled.queue.messages.flatMap(({ body }) => decodeInputs(body).inputs.map(({ id }) => id));
        expect(arrived.filter((id) => id.startsWith('good-'))).toEqual(expected);
      }),
      runs(120),
    );
  });

  /** What ingest answers as a success and does not apply; the fuzzed users know ids of even length. */
  function joinsKnownUsers(text: string, writeKey: string): boolean {
    const { type, userId, previousId } = JSON.parse(text);
    return type === 'alias' && writeKey === 'wk' && previousId !== userId && previousId.length % 2 === 0;
  }
});

describe('a worker that has served a thousand requests', () => {
  it('holds no more memory than before', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage: () => void = runInNewContext('gc');
    const own = fuzzedWorker();
    const serve = async (seed: number) => {
      for (const { event, faults } of fc.sample(anyRequest, { seed, numRuns: 250 })) await own.handle(event, faults);
    };
    await serve(1);
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let seed = 2; seed < 6; seed++) await serve(seed);
    collectGarbage();
    // Full memories of sources, samples and the plan are a few megabytes; a kept request is half of one.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(32 * KB * KB);
  });
});

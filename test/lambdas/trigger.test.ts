import { describe, expect, it } from 'vitest';
import { openSource, type Source } from '../../domain/events/source.ts';
import { decodeInputs } from '../../domain/state/input-message.ts';
import { type MessagesDependencies, messages } from '../../lambdas/delivery/messages.handler.ts';
import { liveJourney, mail } from '../support/journeys.ts';
import { START } from '../support/people.ts';
import { FakeQueue, fakeLog, publishedJourneys } from './fakes.ts';
import { basic, httpEvent } from './ingest-request.ts';

const SOURCES: Readonly<Record<string, Source>> = { sk: openSource('shop', 'server'), wk: openSource('web', 'client') };

const steps = { start: 'write', steps: { write: mail('hello', 'end'), end: { type: 'exit' } } };
const ONBOARD = liveJourney('onboard', { entries: [{ type: 'trigger' }], ...steps });
const CART = liveJourney('cart', { entries: [{ type: 'event', event: 'Product Added' }], ...steps }, { id: 2 });

/** The door, where two journeys are published; only one has a trigger. */
function door() {
  const live = new FakeQueue();
  const log = fakeLog();
  const state = { waits: undefined as number | undefined };
  const never = async () => {
    throw new Error('Nobody asks for messages here');
  };
  const dependencies: MessagesDependencies = {
    sources: { find: async (key) => SOURCES[key] },
    meter: { waitFor: async () => state.waits },
    journeys: publishedJourneys(ONBOARD, CART),
    ...{ live, log, email: new FakeQueue(), templates: { email: never }, asked: { keep: never, find: never } },
    ...{ sends: { find: never }, timeline: { write: never } },
  };
  async function ask(body: unknown, { key = 'sk', at = START, path = '/v1/trigger' } = {}) {
    const event = httpEvent({ path, headers: { authorization: basic(`${key}:`) }, body, at });
    const { statusCode, headers, body: answer = '' } = await messages(dependencies, event);
    return { status: statusCode, headers, json: JSON.parse(answer) as { id: string; code?: string; message?: string } };
  }
  const inputs = () => live.messages.flatMap(({ body }) => decodeInputs(body).inputs);
  return { ask, inputs, live, log, state };
}

const ADA = { journey: 'onboard', userId: 'ada', data: { plan: 'pro' } };

/** An array in an array in an array … */
const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);

describe('POST /v1/trigger', () => {
  it('hands her to the reducer, with what templates read and the release that has the journey', async () => {
    const { ask, inputs } = door();
    const { status, json } = await ask(ADA);
    expect({ status, json }).toEqual({ status: 202, json: { id: expect.stringMatching(/^trg_[\w-]{22}$/) } });
    expect(inputs()).toEqual([
      ...[{ kind: 'trigger', user: 'k#ada', id: `trigger-${json.id}`, at: START, journey: 'onboard', plan: 1 }].map(
        (one) => ({
          ...one,
          data: ADA.data,
        }),
      ),
    ]);
  });

  it('asked again with the same messageId is the same; without one each is another', async () => {
    const { ask, inputs } = door();
    const first = await ask({ ...ADA, messageId: 'order-17' });
    const again = await ask({ ...ADA, messageId: 'order-17' }, { at: START + 1, path: '/v1/trigger/' });
    await ask(ADA);
    await ask(ADA, { at: START + 1 });
    expect(again.json.id).toBe(first.json.id);
    expect(new Set(inputs().map(({ id }) => id)).size).toBe(3);
  });

  it.each<[string, unknown, number, string]>([
    ['no object', [ADA], 400, 'invalid_request'],
    ['no JSON', '{"journey":', 400, 'invalid_json'],
    ['a misspelt member', { ...ADA, dta: {} }, 400, 'unknown_member'],
    ['a wish to be tried only', { ...ADA, test: true }, 400, 'unknown_member'],
    ['a device', { journey: 'onboard', anonymousId: 'a' }, 400, 'unknown_member'],
    ['no journey', { userId: 'ada' }, 400, 'invalid_journey'],
    ['what no key can be', { ...ADA, journey: '__proto__' }, 400, 'invalid_journey'],
    ['several journeys', { ...ADA, journey: ['onboard'] }, 400, 'invalid_journey'],
    ['nobody', { journey: 'onboard' }, 400, 'invalid_id'],
    ['an id of control characters', { ...ADA, userId: 'a\u0000b' }, 400, 'invalid_id'],
    ['an id of everybody', { ...ADA, userId: 'undefined' }, 400, 'shared_id'],
    ['an id too long', { ...ADA, userId: 'a'.repeat(2_000) }, 400, 'invalid_id'],
    ['data that is none', { ...ADA, data: 'pro' }, 400, 'invalid_data'],
    ['data too deep', { ...ADA, data: { a: deep(200) } }, 400, 'too_deep'],
    ['data too long', { ...ADA, data: { a: 'x'.repeat(17_000) } }, 413, 'data_too_large'],
    ['an id of the request that is none', { ...ADA, messageId: 17 }, 400, 'invalid_message_id'],
    ['a journey without a trigger', { ...ADA, journey: 'cart' }, 409, 'no_trigger'],
    ['a journey that is none', { ...ADA, journey: 'nothing-like-it' }, 404, 'unknown_journey'],
  ])('refuses %s', async (_what, body, status, code) => {
    const { ask, inputs } = door();
    const answer = await ask(body);
    expect([answer.status, answer.json.code, inputs()]).toEqual([status, code, []]);
    expect(answer.json).toMatchObject({ success: false, message: expect.any(String) });
  });

  it('says which journey was meant, and only one that has a trigger', async () => {
    const { ask } = door();
    expect((await ask({ ...ADA, journey: 'onbord' })).json.message).toContain('did you mean “onboard”?');
    expect((await ask({ ...ADA, journey: 'card' })).json.message).not.toContain('cart');
  });

  it('takes the keys of servers only', async () => {
    const { ask, inputs } = door();
    expect((await ask(ADA, { key: 'wk' })).json.code).toBe('server_only');
    expect((await ask(ADA, { key: 'nobody' })).status).toBe(401);
    expect(inputs()).toEqual([]);
  });

  it('says when to come again', async () => {
    const { ask, state, live, log } = door();
    state.waits = 3;
    expect(await ask(ADA)).toMatchObject({ status: 429, headers: { 'retry-after': '3' } });
    state.waits = undefined;
    live.refuses = () => true;
    expect(await ask(ADA)).toMatchObject({ status: 503, json: { code: 'unavailable' } });
    expect(log.codes).toEqual(['queue-refused']);
  });
});

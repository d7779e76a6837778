import { describe, expect, it } from 'vitest';
import type { CustomerEvent } from '../../domain/events/event.ts';
import { LIMITS } from '../../domain/events/limits.ts';
import { START } from '../support/people.ts';
import { send } from './ingest-request.ts';

/** JSON text of arrays in arrays. */
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

/** Sends one event as JSON text and tells what became of it: what the queue holds, or why it was rejected. */
async function outcomeOf(text: string): Promise<{ event?: CustomerEvent; code?: string }> {
  const { status, json, events } = await send({ body: `{"batch":[${text}]}` });
  expect(status).toBe(200);
  return { ...(events[0] && { event: events[0] }), ...(json.rejected?.[0] && { code: json.rejected[0].code }) };
}

const page = (fields: string) => `{"type":"page","userId":"u1",${fields}}`;
const withId = (id: string) => `{"type":"page","userId":${id}}`;

describe('texts that are none', () => {
  const badUtf8 = (before: string, after: string) =>
    Buffer.concat([Buffer.from(before), Buffer.from([0xff, 0xc3, 0x28]), Buffer.from(after)]);

  it('bytes that are no UTF-8 become U+FFFD in values', async () => {
    const body = badUtf8('{"batch":[{"type":"page","userId":"u1","properties":{"a":"x', '"}}]}');
    const { status, events } = await send({ body });
    expect(status).toBe(200);
    expect(events[0]?.properties).toEqual({ a: 'x\ufffd\ufffd(' });
  });

  it('and are refused in ids, where two different broken ones would become one person', async () => {
    const { status, json, events } = await send({ body: badUtf8('{"batch":[{"type":"page","userId":"u', '"}]}') });
    expect(status).toBe(200);
    expect(json.rejected).toMatchObject([{ index: 0, code: 'invalid_id' }]);
    expect(events).toEqual([]);
  });

  it.each([
    ['half a character', '\\ud800'],
    ['NUL', '\\u0000'],
    ['U+FFFE', '\ufffe'],
    ['U+FFFF', '\\uffff'],
  ])('%s becomes U+FFFD in values and names, and is refused in ids', async (_what, escaped) => {
    const { event } = await outcomeOf(page(`"name":"n${escaped}","properties":{"a${escaped}":"x${escaped}y"}`));
    expect(event).toMatchObject({ name: 'n\ufffd', properties: { 'a\ufffd': 'x\ufffdy' } });
    expect(await outcomeOf(withId(`"u${escaped}"`))).toEqual({ code: 'invalid_id' });
  });

  it('a whole character of two halves stays, and so does one that was escaped', async () => {
    const { event } = await outcomeOf(page('"properties":{"a":"\ud83d\ude00 \\ud83d\\ude00"}'));
    expect(event?.properties).toEqual({ a: '\u{1f600} \u{1f600}' });
  });

  it('control characters other than NUL stay in the name of an event, which is nobody’s key', async () => {
    const { event } = await outcomeOf('{"type":"track","userId":"u1","event":"Clicked\\u0007\\n"}');
    expect(event?.name).toBe('Clicked\u0007\n');
  });

  it.each(['\\ud800', '\\u0000', 'x'.repeat(101)])('a message id that cannot be one counts as none', async (id) => {
    const { event } = await outcomeOf(page(`"messageId":"${id}"`));
    expect(event?.messageId).toBe('request-1-0');
  });
});

describe('numbers that are none', () => {
  it('1e400 is infinite, which JSON cannot say: the queue holds null', async () => {
    const { event } = await outcomeOf(page('"properties":{"price":1e400,"less":-1e400}'));
    expect(event?.properties).toEqual({ price: null, less: null });
  });

  it('a number too long to be exact is kept as JavaScript reads it', async () => {
    const { event } = await outcomeOf(page('"properties":{"n":12345678901234567890,"f":0.1000000000000000055}'));
    expect(event?.properties).toEqual({ n: 12345678901234567000, f: 0.1 });
  });
});

describe('names that are traps', () => {
  it('`__proto__` goes wherever it stands, `constructor` is a name like any other, and nothing is polluted', async () => {
    const trap = '"__proto__":{"polluted":1,"userId":"eve"},"constructor":{"prototype":{"polluted":1}}';
    const places = `${trap},"properties":{${trap},"deep":[{${trap}}]},"context":{${trap},"page":{${trap}}}`;
    const { status, events } = await send({
      body: `{"batch":[{"type":"page","userId":"u1",${places}},{"type":"identify","userId":"u2","traits":{${trap}},"context":{"traits":{${trap}}}}],"context":{${trap}},${trap}}`,
    });
    expect(status).toBe(200);
    expect(events.map(({ userId }) => userId)).toEqual(['u1', 'u2']);
    expect(JSON.stringify(events)).not.toContain('__proto__');
    const kept = { constructor: { prototype: { polluted: 1 } } };
    expect(events[0]?.properties).toEqual({ ...kept, deep: [kept] });
    expect(events[1]?.traits).toEqual(kept);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('nothing is inherited: an event whose id stands only in its `__proto__` has none', async () => {
    expect(await outcomeOf('{"type":"page","__proto__":{"userId":"u1"}}')).toEqual({ code: 'no_user_anon_id' });
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('%s as id, event and type', async (word) => {
    expect((await outcomeOf(withId(`"${word}"`))).event?.userId).toBe(word);
    expect((await outcomeOf(`{"type":"track","userId":"u1","event":"${word}"}`)).event?.name).toBe(word);
    expect(await outcomeOf(`{"type":"${word}","userId":"u1"}`)).toEqual({ code: 'unsupported_type' });
  });
});

describe('15,000 nested arrays', () => {
  const DEEP = nested(15_000);
  const good = '{"type":"page","userId":"good"}';

  it.each([
    ['as an event', DEEP, 'invalid_event'],
    ['in the properties of an event', page(`"properties":{"a":${DEEP}}`), 'too_deep'],
    ['in the context of an event', page(`"context":{"a":${DEEP}}`), 'too_deep'],
    ['in a field nobody reads', page(`"_metadata":${DEEP}`), 'too_deep'],
    ['as an id', withId(DEEP), 'too_deep'],
    ['as a timestamp', page(`"timestamp":${DEEP}`), 'too_deep'],
    ['as a type', `{"type":${DEEP},"userId":"u1"}`, 'unsupported_type'],
  ])('%s cost that event, and not its neighbour', async (_where, event, code) => {
    const { status, json, events } = await send({ body: `{"batch":[${event},${good}]}` });
    expect(status).toBe(200);
    expect(json.rejected).toMatchObject([{ index: 0, code }]);
    expect(events.map(({ userId }) => userId)).toEqual(['good']);
  });

  it('in the context of a batch cost the batch', async () => {
    const { status, json } = await send({ body: `{"batch":[${good}],"context":{"a":${DEEP}}}` });
    expect([status, json.code]).toEqual([400, 'invalid_request']);
  });

  it.each(['sentAt', 'integrations', 'anything'])('in %s of a batch cost nothing', async (name) => {
    const { status, events } = await send({ body: `{"batch":[${good}],"${name}":${DEEP}}` });
    expect(status).toBe(200);
    expect(events).toHaveLength(1);
  });

  it.each([
    ['at the top', DEEP, 'invalid_request'],
    ['as the batch, which then has one event', `{"batch":${DEEP}}`, undefined],
    ['as many as a request may hold', nested(LIMITS.requestBytes / 2), 'invalid_request'],
    ['never closed', '['.repeat(LIMITS.requestBytes), 'invalid_json'],
  ])('%s', async (_where, body, code) => {
    const { json, events } = await send({ body });
    expect(json.code).toBe(code);
    expect(events).toEqual([]);
  });

  it('31 levels are taken, 32 are not', async () => {
    const properties = (levels: number) => page(`"properties":${`{"a":`.repeat(levels)}1${'}'.repeat(levels)}`);
    expect((await outcomeOf(properties(LIMITS.depth - 1))).code).toBeUndefined();
    expect((await outcomeOf(properties(LIMITS.depth))).code).toBe('too_deep');
  });
});

describe('ids of every kind', () => {
  it.each([
    ['a number', '42', '42'],
    ['a fraction', '4.5', '4.5'],
    ['the largest exact number', '9007199254740991', '9007199254740991'],
    ['a text of digits', '"007"', '007'],
    ['spaces around it', '" u1 "', ' u1 '],
    ['an emoji', '"\u{1f600}"', '\u{1f600}'],
    ['256 characters', `"${'u'.repeat(256)}"`, 'u'.repeat(256)],
  ])('%s is taken as a text', async (_what, id, userId) => {
    expect((await outcomeOf(withId(id))).event?.userId).toBe(userId);
  });

  it.each([
    ['null', 'null', 'no_user_anon_id'],
    ['nothing in it', '""', 'no_user_anon_id'],
    ['true', 'true', 'invalid_id'],
    ['an object', '{"id":1}', 'invalid_id'],
    ['an array', '["u1"]', 'invalid_id'],
    ['an infinite number', '1e400', 'invalid_id'],
    // JavaScript reads …540: she would become one person with her neighbours.
    ['a number too large to be exact', '175928847299117551', 'invalid_id'],
    ['257 characters', `"${'u'.repeat(257)}"`, 'invalid_id'],
    ['a line break', '"u\\n1"', 'invalid_id'],
    ['U+FFFD', '"u\ufffd"', 'invalid_id'],
    ['U+FFFF', '"u\uffff"', 'invalid_id'],
    ['nothing but spaces', '"  "', 'no_user_anon_id'],
    ['nothing that can be seen', '"\u200b"', 'no_user_anon_id'],
    ['zero', '0', 'shared_id'],
    ['minus zero', '-0', 'shared_id'],
    ['the text of a missing value', '" Undefined "', 'shared_id'],
    ['the text of any object', '"[object Object]"', 'shared_id'],
  ])('%s is none', async (_what, id, code) => {
    expect(await outcomeOf(withId(id))).toEqual({ code });
  });

  it('null and empty count as absent where the other id is there', async () => {
    const { event } = await outcomeOf('{"type":"page","userId":null,"anonymousId":"a1"}');
    expect([event?.userId, event?.anonymousId]).toEqual([undefined, 'a1']);
    const other = await outcomeOf('{"type":"page","userId":"u1","anonymousId":""}');
    expect([other.event?.userId, other.event?.anonymousId]).toEqual(['u1', undefined]);
  });

  it('an anonymous id that is broken costs the event even when the user is known', async () => {
    expect(await outcomeOf('{"type":"page","userId":"u1","anonymousId":{"a":1}}')).toEqual({ code: 'invalid_id' });
  });

  it('a group may be called like nobody in particular; a previous id may not', async () => {
    const group = await outcomeOf('{"type":"group","userId":"u1","groupId":0}');
    expect(group.event?.groupId).toBe('0');
    expect(await outcomeOf('{"type":"alias","userId":"u1","previousId":"null"}')).toEqual({ code: 'shared_id' });
  });
});

describe('clocks that are wrong', () => {
  it.each([
    ['1970 alone', '"timestamp":"1970-01-01T00:00:00Z"', START],
    [
      '1970 on both: the clock was wrong, and its error is known',
      '"timestamp":"1970-01-01T00:00:00Z","sentAt":"1970-01-01T00:01:00Z"',
      START - 60_000,
    ],
    [
      '1970, sent by a clock that was set since',
      '"timestamp":"1970-01-01T00:00:00Z","sentAt":"2026-03-02T12:00:00Z"',
      START,
    ],
    ['9999 alone', '"timestamp":"9999-12-31T23:59:59Z"', START + 86_400_000],
    ['9999 on both', '"timestamp":"9999-12-31T23:58:59Z","sentAt":"9999-12-31T23:59:59Z"', START - 60_000],
    ['sentAt in 1970', '"timestamp":"2026-03-02T12:00:00Z","sentAt":"1970-01-01T00:00:00Z"', START + 86_400_000],
    ['a number of seconds', '"timestamp":1772452800', START],
    ['a number of milliseconds', '"timestamp":1772452800000', START],
    ['an object', '"timestamp":{"$date":"2026-03-02"}', START],
    ['null', '"timestamp":null', START],
    ['a day that does not exist', '"timestamp":"2026-02-31T25:00:00Z"', START],
    ['a very long text', `"timestamp":"2026-03-01T00:00:00.${'0'.repeat(5_000)}Z"`, START],
  ])('%s', async (_what, fields, time) => {
    expect((await outcomeOf(page(fields))).event?.time).toBe(time);
  });

  it('what the client wrote is kept as it was', async () => {
    const { event } = await outcomeOf(page('"timestamp":"9999-12-31T23:59:59Z","sentAt":"1970-01-01T00:00:00Z"'));
    expect(event).toMatchObject({
      originalTimestamp: Date.parse('9999-12-31T23:59:59Z'),
      sentAt: 0,
      receivedAt: START,
    });
  });
});

describe('batches that are none', () => {
  it.each([
    ['an empty batch has nothing to object to', '{"batch":[]}', 200, undefined],
    ['no batch', '{}', 400, 'invalid_request'],
    ['a batch that is an object', '{"batch":{"0":{}}}', 400, 'invalid_request'],
    ['a batch that is a text', '{"batch":"[]"}', 400, 'invalid_request'],
    ['a text', '"batch"', 400, 'invalid_request'],
    ['a number', '1', 400, 'invalid_request'],
    ['null', 'null', 400, 'invalid_request'],
    ['an array of events', '[{"type":"page","userId":"u1"}]', 400, 'invalid_request'],
  ])('%s', async (_what, body, status, code) => {
    const answer = await send({ body });
    expect([answer.status, answer.json.code]).toEqual([status, code]);
    expect(answer.events).toEqual([]);
  });

  it('a context that is no object is left out', async () => {
    const { events } = await send({ body: '{"batch":[{"type":"page","userId":"u1"}],"context":"text"}' });
    expect(events).toHaveLength(1);
    expect(events[0]?.context).toBeUndefined();
  });

  it('items that are no events are told apart by their index', async () => {
    const { json, events } = await send({ body: '{"batch":[null,1,"x",[],true,{"type":"page","userId":"u1"},{}]}' });
    expect(json.rejected?.map(({ index, code }) => [index, code])).toEqual([
      ...[0, 1, 2, 3, 4].map((index) => [index, 'invalid_event']),
      [6, 'unsupported_type'],
    ]);
    expect(events).toHaveLength(1);
  });

  it('a batch inside an event is a field nobody reads', async () => {
    const { events } = await send({
      path: '/v1/page',
      body: '{"userId":"u1","batch":[{"type":"page","userId":"u2"}]}',
    });
    expect(events.map(({ userId }) => userId)).toEqual(['u1']);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY } from '../../domain/calendar.ts';
import { parseRequest } from '../../domain/events/parse-request.ts';
import { OPEN_PLAN } from '../../domain/events/plan-settings.ts';
import { openSource } from '../../domain/events/source.ts';
import { utf8Length } from '../../domain/json.ts';
import { START } from '../support/people.ts';
import { runs } from '../support/runs.ts';

const reception = {
  receivedAt: START,
  requestId: 'request-1',
  source: openSource('web', 'client'),
  plan: OPEN_PLAN,
  isUserToken: () => false,
};
const parse = (...batch: unknown[]) => {
  const parsed = parseRequest({ batch }, undefined, reception);
  if (parsed.outcome !== 'events') throw new Error(parsed.code);
  return parsed;
};
const rejection = (event: unknown) => parse(event).rejected[0]?.code;
const nested = (levels: number) => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`);

describe('a request', () => {
  it('with one event takes its type from the route', () => {
    const parsed = parseRequest({ userId: 'u1', event: 'Clicked' }, 'track', reception);
    expect(parsed).toMatchObject({ outcome: 'events', accepted: [{ type: 'track', name: 'Clicked', userId: 'u1' }] });
  });

  it('is refused when it is no object, has no batch or too large a one', () => {
    expect(parseRequest([], undefined, reception)).toMatchObject({ code: 'invalid_request' });
    expect(parseRequest({}, undefined, reception)).toMatchObject({ code: 'invalid_request' });
    const batch = Array.from({ length: 2_501 }, () => ({}));
    expect(parseRequest({ batch }, undefined, reception)).toMatchObject({ code: 'too_many_events' });
  });

  it('has a context that is bounded too: it is written into every event', () => {
    const context = { note: 'x'.repeat(30_000) };
    const batch = Array.from({ length: 100 }, () => ({ type: 'page', userId: 'u1' }));
    const together = { batch, context };
    expect(parseRequest(together, undefined, reception)).toMatchObject({ code: 'payload_too_large' });
    const few = parseRequest({ batch: batch.slice(0, 2), context }, undefined, reception);
    expect(few).toMatchObject({ accepted: [{ context }, { context }] });
    const large = parseRequest(
      { batch: [{ ...batch[0], properties: { a: 'x'.repeat(5_000) } }], context },
      undefined,
      reception,
    );
    expect(large).toMatchObject({ rejected: [{ code: 'event_too_large' }] });
    expect(parseRequest({ batch, context: nested(200_000) }, undefined, reception)).toMatchObject({
      outcome: 'refused',
    });
  });

  it('keeps its good events when others are bad, and says which and why', () => {
    const { accepted, rejected } = parse(
      { type: 'track', event: 'A', userId: 'u1' },
      { type: 'track', userId: 'u1', messageId: 'm2' },
      { type: 'page', anonymousId: 'x' },
    );
    expect(accepted.map(({ type }) => type)).toEqual(['track', 'page']);
    expect(rejected).toMatchObject([{ index: 1, messageId: 'm2', code: 'invalid_name' }]);
  });
});

describe('an event', () => {
  it.each([
    ['no object', 'text', 'invalid_event'],
    ['an unknown type', { type: 'bark', userId: 'u1' }, 'unsupported_type'],
    ['no id', { type: 'page', userId: null, anonymousId: '' }, 'no_user_anon_id'],
    ['an object as id', { type: 'page', userId: { a: 1 } }, 'invalid_id'],
    ['a control character in its id', { type: 'page', userId: 'u\u0000' }, 'invalid_id'],
    ['half a character in its id', { type: 'page', userId: 'u\ud800' }, 'invalid_id'],
    ['a very long id', { type: 'page', userId: 'u'.repeat(257) }, 'invalid_id'],
    ['an id that many share', { type: 'page', userId: 'Guest' }, 'shared_id'],
    ['an id that many share on a shared device', { type: 'page', userId: 'null', anonymousId: 'guest' }, 'shared_id'],
    [
      'a user that many share, to be the same as a device',
      { type: 'alias', userId: 'null', anonymousId: 'a1', previousId: 'a1' },
      'shared_id',
    ],
    ['no name', { type: 'track', userId: 'u1', event: '' }, 'invalid_name'],
    [
      'a trait with a very long name',
      { type: 'identify', userId: 'u1', traits: { ['x'.repeat(101)]: 1 } },
      'trait_too_large',
    ],
    ['a huge trait', { type: 'identify', userId: 'u1', traits: { bio: 'x'.repeat(1_025) } }, 'trait_too_large'],
    ['over 32 KB', { type: 'page', userId: 'u1', properties: { a: 'x'.repeat(33_000) } }, 'event_too_large'],
    ['15,000 nested arrays', { type: 'page', userId: 'u1', properties: { a: nested(15_000) } }, 'too_deep'],
  ])('with %s is rejected', (_what, event, code) => {
    expect(rejection(event)).toBe(code);
  });

  it('is taken without an anonymous id that many share, if it has a user id', () => {
    const [event] = parse({ type: 'page', userId: '42', anonymousId: 'anonymous' }).accepted;
    expect(event).toMatchObject({ userId: '42' });
    expect(event?.anonymousId).toBeUndefined();
  });

  it.each(['identify', 'track', 'page', 'screen', 'group'])(
    'is its device’s when its user id is one that many share: %s',
    (type) => {
      const sent = { type, event: 'A', groupId: 'g1', userId: 'undefined', anonymousId: 'a1' };
      const [event] = parse(sent).accepted;
      expect(event).toMatchObject({ type, anonymousId: 'a1' });
      expect(event?.userId).toBeUndefined();
    },
  );

  it('may have a number as id', () => {
    expect(parse({ type: 'page', userId: 42 }).accepted[0]?.userId).toBe('42');
  });

  it('takes context and sentAt from its batch, and traits from its context too', () => {
    const parsed = parseRequest(
      {
        batch: [{ type: 'identify', userId: 'u1', context: { traits: { plan: 'pro', a: 1 } }, traits: { a: 2 } }],
        context: { locale: 'de-DE' },
      },
      undefined,
      reception,
    );
    expect(parsed).toMatchObject({ accepted: [{ traits: { plan: 'pro', a: 2 }, context: { locale: 'de-DE' } }] });
  });

  it('without a message id gets one of its content if it says when it happened, else one of its own', () => {
    const event = { type: 'page', userId: 'u1' };
    const timed = { ...event, timestamp: '2026-03-01T10:00:00Z' };
    const [a, b, c, d] = parse(event, event, timed, timed).accepted.map(({ messageId }) => messageId);
    expect(a).not.toBe(b);
    expect(c).toBe(d);
  });
});

describe('the time of an event', () => {
  const timeOf = (times: object) => parse({ type: 'page', userId: 'u1', ...times }).accepted[0]?.time;

  it.each([
    ['no timestamp: when it was received', {}, START],
    ['a timestamp alone stands', { timestamp: '2020-01-01T00:00:00Z' }, Date.parse('2020-01-01T00:00:00Z')],
    [
      'a clock an hour slow is corrected by sentAt',
      { timestamp: '2026-03-02T10:59:00Z', sentAt: '2026-03-02T11:00:00Z' },
      START - 60_000,
    ],
    ['Rudder’s name for it', { originalTimestamp: '2026-03-02T11:00:00Z' }, START - 3_600_000],
    ['years ahead: at most a day', { timestamp: '9999-01-01T00:00:00Z' }, START + DAY],
    ['nonsense: when it was received', { timestamp: 'yesterday' }, START],
  ])('%s', (_what, times, expected) => {
    expect(timeOf(times)).toBe(expected);
  });
});

describe('any JSON', () => {
  it('is parsed or refused, and never throws', () => {
    fc.assert(
      fc.property(fc.json(), fc.boolean(), (text, single) => {
        parseRequest(JSON.parse(text), single ? 'track' : undefined, reception);
        parseRequest({ batch: [JSON.parse(text)] }, undefined, reception);
      }),
      runs(200),
    );
  });

  it('has the bytes that UTF-8 needs', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => utf8Length(text) === Buffer.byteLength(text)));
    expect(utf8Length('\ud800')).toBe(3);
  });
});

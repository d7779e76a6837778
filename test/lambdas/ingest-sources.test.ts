import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../domain/calendar.ts';
import type { SourceKind } from '../../domain/events/event.ts';
import { OPEN_PLAN } from '../../domain/events/plan-settings.ts';
import { openSource, readSource, type Source } from '../../domain/events/source.ts';
import { makeUserToken } from '../../lambdas/events/user-token.ts';
import { START } from '../support/people.ts';
import { FakeObserver, FakeQueue, fakeLog } from './fakes.ts';
import { basic, type Request, send } from './ingest-request.ts';

const sourceOf = (kind: SourceKind, rules: Partial<Source> = {}): Source => ({ ...openSource('s1', kind), ...rules });
const sending = (source: Source, more: object = {}) => ({ sources: { find: async () => source }, ...more });
const batch = (...items: object[]): Request => ({ body: { batch: items } });
const track = (event: string, fields: object = {}) => ({ type: 'track', event, userId: 'u1', ...fields });

describe('a signed source', () => {
  const signed = sourceOf('client', { identity: 'signed', identitySecrets: [{ secret: 'in use' }] });
  const token = (userId: string, secret = 'in use') => ({ userToken: makeUserToken(secret, userId) });

  it('makes tokens as any language does: HMAC-SHA256 of the user id in hex', () => {
    // printf %s u1 | openssl dgst -sha256 -hmac 'in use'
    expect(makeUserToken('in use', 'u1')).toBe('804ff6f41a8b8c52b02f18e8a72a504efe6ae9723e223c6b3b6f5d2066a3645b');
  });

  it.each<[string, object, string | undefined]>([
    ['her own token', { context: token('u1') }, undefined],
    ['it in capitals', { context: { userToken: token('u1').userToken.toUpperCase() } }, undefined],
    ['no token', {}, 'user_token_required'],
    ['somebody else’s', { context: token('u2') }, 'user_token_invalid'],
    ['one of another secret', { context: token('u1', 'guessed') }, 'user_token_invalid'],
    ['a part of hers', { context: { userToken: token('u1').userToken.slice(0, 63) } }, 'user_token_invalid'],
    ['an empty one', { context: { userToken: '' } }, 'user_token_invalid'],
    ['one that is no text', { context: { userToken: [token('u1').userToken] } }, 'user_token_required'],
    ['one of the same length in other letters', { context: { userToken: 'é'.repeat(32) } }, 'user_token_invalid'],
    ['one beside the context', { ...token('u1') }, 'user_token_required'],
  ])('takes an event of a known user with %s accordingly', async (_what, fields, code) => {
    const { status, json, events } = await send(batch(track('Clicked', fields)), sending(signed));
    expect(status).toBe(200);
    expect(json.rejected?.map((rejection) => rejection.code)).toEqual(code && [code]);
    expect(events).toHaveLength(code === undefined ? 1 : 0);
  });

  it('takes a token that stands once for a batch, and then only for its user', async () => {
    const body = {
      batch: [track('A'), track('B', { userId: 'u2' }), track('C', { context: token('u2'), userId: 'u2' })],
    };
    const { json, events } = await send({ body: { ...body, context: token('u1') } }, sending(signed));
    expect(events.map(({ name }) => name)).toEqual(['A', 'C']);
    expect(json.rejected).toMatchObject([{ index: 1, code: 'user_token_invalid' }]);
  });

  it('lets nobody say that a known user is somebody else: identify, group and alias need her token too', async () => {
    const calls = [
      { type: 'identify', traits: { email: 'eve@example.com' } },
      { type: 'group', groupId: 'g1' },
      { type: 'alias', previousId: 'a1' },
    ].map((call) => ({ ...call, userId: 'u1' }));
    const { json } = await send(batch(...calls), sending(signed));
    expect(json.rejected?.map(({ code }) => code)).toEqual(calls.map(() => 'user_token_required'));
  });

  it('needs none for a number as id, if that is what was signed', async () => {
    const { events } = await send(batch(track('A', { userId: 42, context: token('42') })), sending(signed));
    expect(events.map(({ userId }) => userId)).toEqual(['42']);
  });

  it('takes what anonymous visitors do without a token', async () => {
    const { events } = await send(batch({ type: 'page', anonymousId: 'a1' }), sending(signed));
    expect(events).toHaveLength(1);
  });

  it('gives single calls the same rules, as an error: the event is all there was', async () => {
    const request = { path: '/v1/track', body: { event: 'A', userId: 'u1' } };
    const refused = await send(request, sending(signed));
    expect([refused.status, refused.json.code]).toEqual([400, 'user_token_required']);
    const taken = await send({ ...request, body: { ...request.body, context: token('u1') } }, sending(signed));
    expect([taken.status, taken.events.length]).toEqual([200, 1]);
  });

  it('never hands a token on: not to the queue, not to the observer of what was taken, not to the log', async () => {
    const live = new FakeQueue();
    const observer = new FakeObserver();
    const log = fakeLog();
    const context = { ...token('u1'), page: { path: '/' } };
    const { events } = await send(
      { body: { batch: [track('A', { context }), track('B')], context } },
      sending(signed, { observer, log }),
    );
    await send({ body: { batch: [track('A', { context })] } }, sending(signed, { live }));
    expect(events[0]?.context).toEqual({ page: { path: '/' } });
    expect(JSON.stringify([events, live.messages, observer.seen.map(({ accepted }) => accepted)])).not.toContain(
      context.userToken,
    );
    expect(log.codes).toEqual([]);
  });

  it('is believed about tokens of two secrets while one takes over from the other, and no longer', async () => {
    const rotating = sourceOf('client', {
      identity: 'signed',
      identitySecrets: [{ secret: 'new' }, { secret: 'old', until: START + HOUR }],
    });
    const taken = async (secret: string, at: number) =>
      (await send({ ...batch(track('A', { context: token('u1', secret) })), at }, sending(rotating))).events.length;
    expect([await taken('old', START), await taken('new', START)]).toEqual([1, 1]);
    expect([await taken('old', START + HOUR - 1), await taken('old', START + HOUR)]).toEqual([1, 0]);
    expect(await taken('new', START + DAY)).toBe(1);
  });

  it('without any secret takes nothing about known users', async () => {
    const none = sourceOf('client', { identity: 'signed' });
    const { json } = await send(batch(track('A', { context: token('u1') })), sending(none));
    expect(json.rejected).toMatchObject([{ code: 'user_token_invalid' }]);
  });

  it('of a server needs no tokens: its key is a secret', async () => {
    const server = sourceOf('server', { identity: 'signed' });
    expect((await send(batch(track('A')), sending(server))).events).toHaveLength(1);
  });
});

describe('an open source', () => {
  it('drops a token all the same', async () => {
    const { events } = await send(batch(track('A', { context: { userToken: 'x' } })), sending(sourceOf('client')));
    expect(events[0]?.context).toBeUndefined();
  });
});

describe('a server that sends what people do', () => {
  it('has it stand on every event, and no other source has', async () => {
    const stamped = async (source: Source) => {
      const { events } = await send(batch(track('Clicked'), { type: 'page', userId: 'u1' }), sending(source));
      return events.map(({ activity }) => activity);
    };
    expect(await stamped(sourceOf('server', { activity: true }))).toEqual([true, true]);
    expect(await stamped(sourceOf('server'))).toEqual([undefined, undefined]);
    expect(await stamped(sourceOf('client'))).toEqual([undefined, undefined]);
  });

  it('cannot be claimed by an event', async () => {
    const { events } = await send(batch(track('Clicked', { activity: true })), sending(sourceOf('server')));
    expect(events[0]).not.toHaveProperty('activity');
  });

  it('is not what sources were that were bound before', () => {
    const before = '{"id":"shop","kind":"server","identity":"open","identitySecrets":[],"origins":[]}';
    expect(readSource(before)).toEqual(openSource('shop', 'server'));
  });
});

describe('what only servers may send', () => {
  const receipts = [
    'Email Delivered',
    'Email Bounced',
    'SMS Delivered',
    'Push Notification Bounced',
    'Consent Granted',
  ];

  it.each([...receipts, 'EMAIL BOUNCED', ' email bounced '])('%s', async (name) => {
    const { json, events } = await send(batch(track(name), track('Clicked')), sending(sourceOf('client')));
    const message = expect.stringContaining('withdrawing consent may come from any key');
    expect(json.rejected).toMatchObject([{ index: 0, code: 'server_only_event', message }]);
    expect(events.map((event) => event.name)).toEqual(['Clicked']);
    expect((await send(batch(track(name)), sending(sourceOf('server')))).events).toHaveLength(1);
  });

  it('is about events, not pages that are called so', async () => {
    const page = { type: 'page', name: 'Email Bounced', userId: 'u1' };
    expect((await send(batch(page), sending(sourceOf('client')))).events).toHaveLength(1);
  });

  it('may come over the import route with either key, which Java and Ruby send everything to', async () => {
    for (const kind of ['client', 'server'] as const) {
      const request = { ...batch(track('Clicked')), path: '/v1/import/' };
      expect((await send(request, sending(sourceOf(kind)))).events).toMatchObject([{ source: kind }]);
    }
  });
});

describe('an alias of two known users', () => {
  const users = { among: async (ids: readonly string[]) => new Set(ids.filter((id) => id.startsWith('known'))) };
  const alias = (previousId: string, userId = 'u1') => ({
    type: 'alias',
    userId,
    previousId,
    messageId: `m-${previousId}`,
  });

  it('from a client is answered as a success and not applied, and the debugger shows why', async () => {
    const observer = new FakeObserver();
    const request = batch(track('A'), alias('known-2'), alias('device'));
    const { status, json, events } = await send(request, sending(sourceOf('client'), { users, observer }));
    expect([status, json]).toEqual([200, { success: true }]);
    expect(events.map(({ type, previousId }) => [type, previousId])).toEqual([
      ['track', undefined],
      ['alias', 'device'],
    ]);
    expect(observer.seen).toMatchObject([
      { accepted: [{}, {}], refused: [{ outcome: 'not-applied', code: 'joins_known_users', messageId: 'm-known-2' }] },
    ]);
  });

  it('alone leaves nothing for the queue, and is a success', async () => {
    const request = { path: '/v1/alias', body: alias('known-2') };
    const { status, events } = await send(request, sending(sourceOf('client'), { users }));
    expect([status, events.length]).toEqual([200, 0]);
  });

  it('from a server is applied', async () => {
    const { events } = await send(batch(alias('known-2')), sending(sourceOf('server'), { users }));
    expect(events).toHaveLength(1);
  });

  it('of oneself is taken without a look at who is known', async () => {
    const nobodyAsked = { among: async () => Promise.reject(new Error('asked')) };
    const log = fakeLog();
    const { events } = await send(
      batch(alias('known-1', 'known-1')),
      sending(sourceOf('client'), { users: nobodyAsked, log }),
    );
    expect(events).toHaveLength(1);
    expect(log.codes).toEqual([]);
  });

  it('is taken as one of a device when nobody can tell, and that is logged', async () => {
    const failing = { among: async () => Promise.reject(new Error('throttled')) };
    const log = fakeLog();
    const { status, events } = await send(
      batch(alias('known-2')),
      sending(sourceOf('client'), { users: failing, log }),
    );
    expect([status, events.length, log.codes]).toEqual([200, 1, ['users-lookup-failed']]);
  });

  it('is looked up for each id once, however many there are', async () => {
    const asked: number[] = [];
    const among = async (ids: readonly string[]) => {
      asked.push(ids.length);
      return new Set<string>();
    };
    const aliases = Array.from({ length: 150 }, (_, i) => alias(`device-${i % 120}`));
    expect((await send(batch(...aliases), sending(sourceOf('client'), { users: { among } }))).events).toHaveLength(150);
    expect(asked).toEqual([120]);
  });
});

describe('a project that refuses unknown events', () => {
  const plan = { read: async () => ({ ...OPEN_PLAN, unknownEvents: 'refuse' as const, knownEvents: ['Clicked'] }) };

  it('knows a name with numbers in it by how it stands in the plan', async () => {
    const knownEvents = ['Report ‹number› Opened'];
    const closed = { read: async () => ({ ...OPEN_PLAN, unknownEvents: 'refuse' as const, knownEvents }) };
    const items = [track('Report 4711471 Opened'), track('Report 4711471 Closed')];
    const { json } = await send(batch(...items), sending(sourceOf('client'), { plan: closed }));
    expect(json.rejected).toMatchObject([{ index: 1, code: 'unknown_event' }]);
  });

  it.each(['client', 'server'] as const)('refuses them from a %s, and nothing but events', async (kind) => {
    const items = [track('Clicked'), track('clicked'), track('toString'), { type: 'page', name: 'New', userId: 'u1' }];
    const { json, events } = await send(batch(...items), sending(sourceOf(kind), { plan }));
    expect(json.rejected?.map(({ index, code }) => [index, code])).toEqual([
      [1, 'unknown_event'],
      [2, 'unknown_event'],
    ]);
    expect(events).toHaveLength(2);
  });
});

describe('a project that refuses unknown events, and has not seen what Perennial itself reads', () => {
  const plan = { read: async () => ({ ...OPEN_PLAN, unknownEvents: 'refuse' as const, knownEvents: ['Clicked'] }) };
  const taken = async (kind: SourceKind, ...names: string[]) =>
    (await send(batch(...names.map((name) => track(name))), sending(sourceOf(kind), { plan }))).events.map(
      ({ name }) => name,
    );

  it('takes it', async () => {
    const names = ['Consent Withdrawn', 'Account Deleted', 'Order Refunded', 'Application Uninstalled'];
    expect(await taken('client', ...names)).toEqual(names);
    expect(await taken('server', 'Email Bounced', 'Consent Granted')).toEqual(['Email Bounced', 'Consent Granted']);
  });

  it('takes it by its exact name only, and of clients still not what is a server’s', async () => {
    expect(await taken('client', 'consent withdrawn', 'Consent Granted')).toEqual([]);
  });
});

describe('a source with a list of origins', () => {
  const listed = sourceOf('client', { origins: ['https://shop.example'] });
  const from = (origin?: string): Request => ({
    ...batch(track('A')),
    headers: { authorization: basic('wk:'), ...(origin !== undefined && { origin }) },
  });

  it('takes what comes from there, and from apps and servers, which send none', async () => {
    expect((await send(from('https://shop.example'), sending(listed))).events).toHaveLength(1);
    expect((await send(from(), sending(listed))).events).toHaveLength(1);
  });

  it.each(['https://evil.example', 'http://shop.example', 'null', ''])(
    'refuses what comes from %s, visibly',
    async (origin) => {
      const observer = new FakeObserver();
      const { status, json, events } = await send(from(origin), sending(listed, { observer }));
      expect([status, json.code, events.length]).toEqual([400, 'origin_not_allowed', 0]);
      expect(observer.seen).toMatchObject([{ refused: [{ outcome: 'request-refused', code: 'origin_not_allowed' }] }]);
    },
  );
});

describe('a source that has sent more than it may', () => {
  it('is told how long to wait, before its events are looked at, and the queue gets nothing', async () => {
    const asked: number[] = [];
    const meter = {
      async waitFor(_: Source, events: number) {
        asked.push(events);
        return 7;
      },
    };
    const observer = new FakeObserver();
    const { status, json, headers, events } = await send(
      batch(track('A'), {}, {}),
      sending(sourceOf('client'), { meter, observer }),
    );
    expect([status, json.code, headers['retry-after'], events.length]).toEqual([429, 'rate_limited', '7', 0]);
    expect(asked).toEqual([3]);
    expect(observer.seen).toMatchObject([{ accepted: [], refused: [{ code: 'rate_limited' }] }]);
  });

  it('pays for the events of a request, good and bad, and nothing for one that is refused whole', async () => {
    const asked: number[] = [];
    const meter = {
      async waitFor(_: Source, events: number) {
        asked.push(events);
        return undefined;
      },
    };
    const dependencies = sending(sourceOf('client'), { meter });
    await send(batch(track('Seen'), { type: 'track' }), dependencies);
    await send({ body: { batch: Array.from({ length: 200_000 }, () => 0) } }, dependencies);
    await send({ body: '1' }, dependencies);
    expect(asked).toEqual([2]);
  });
});

describe('a failure of what ingest depends on', () => {
  const fails = async () => Promise.reject(new Error('u1@example.com'));

  it.each<[string, object, string]>([
    ['the queue', { live: Object.assign(new FakeQueue(), { fails: true }) }, 'queue-refused'],
    ['the queue for one message', { live: Object.assign(new FakeQueue(), { refuses: () => true }) }, 'queue-refused'],
    ['the plan', { plan: { read: fails } }, 'ingest-failed'],
    ['the meter', { meter: { waitFor: fails } }, 'ingest-failed'],
  ])('%s is answered 503, and logged without what the error said', async (_what, broken, code) => {
    const lines: string[] = [];
    const log = (line: string, fields: object = {}) => void lines.push(JSON.stringify([line, fields]));
    const { status } = await send(batch(track('A')), sending(sourceOf('client'), { ...broken, log }));
    expect(status).toBe(503);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(code);
    expect(lines[0]).not.toContain('example.com');
  });

  it('is not shown to the observer as taken', async () => {
    const observer = new FakeObserver();
    const live = Object.assign(new FakeQueue(), { fails: true });
    await send(batch(track('A')), sending(sourceOf('client'), { live, observer }));
    expect(observer.seen).toEqual([]);
  });
});

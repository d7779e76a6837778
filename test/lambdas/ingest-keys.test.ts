import { describe, expect, it } from 'vitest';
import { openSource } from '../../domain/events/source.ts';
import type { SourceDirectory } from '../../lambdas/adapters/source-directory.ts';
import { fakeLog } from './fakes.ts';
import { basic, type Request, send } from './ingest-request.ts';

const event = { userId: 'u1', event: 'Clicked' };
const post = (parts: Request) => send({ path: '/v1/track', body: event, ...parts });

/** Knows three keys, and remembers what it was asked for. */
function directory() {
  const asked: string[] = [];
  const sources: SourceDirectory = {
    async find(key) {
      asked.push(key);
      return ['wk', 'other', 'schlüssel'].includes(key) ? openSource(`source of ${key}`, 'client') : undefined;
    },
  };
  return { sources, asked };
}

describe('a write key', () => {
  const bodyKey = { ...event, writeKey: 'wk' };

  it.each<[string, Request]>([
    ['Basic with a colon', { headers: { authorization: basic('wk:') } }],
    ['Basic without one', { headers: { authorization: basic('wk') } }],
    ['Basic with a password', { headers: { authorization: basic('wk:secret:more') } }],
    ['basic in lower case', { headers: { authorization: basic('wk:').replace('Basic', 'basic') } }],
    ['BASIC in upper case', { headers: { authorization: basic('wk:').replace('Basic', 'BASIC') } }],
    ['Basic with much space', { headers: { authorization: `${basic('wk:').replace(' ', '   ')}  ` } }],
    ['base64 without its padding', { headers: { authorization: basic('wk:').replace(/=+$/, '') } }],
    ['the query', { headers: {}, query: { writeKey: 'wk' } }],
    ['the body', { headers: {}, body: bodyKey }],
    ['the body beside a token of OAuth', { headers: { authorization: 'Bearer abc.def' }, body: bodyKey }],
    ['the body beside no scheme', { headers: { authorization: 'wk' }, body: bodyKey }],
    ['the body beside Basic of nothing', { headers: { authorization: 'Basic ' }, body: bodyKey }],
    ['the body beside Basic that is no base64', { headers: { authorization: 'Basic §§§' }, body: bodyKey }],
    ['the body beside an empty user name', { headers: { authorization: basic(':password') }, body: bodyKey }],
    [
      'the body beside two headers in one',
      { headers: { authorization: `${basic('a:')},${basic('b:')}` }, body: bodyKey },
    ],
  ])('is known from %s', async (_where, request) => {
    const { status, events } = await post(request);
    expect([status, events[0]?.sourceId]).toEqual([200, 'web']);
  });

  it('that is not ASCII is known too', async () => {
    const { sources } = directory();
    const headers = { authorization: basic('schlüssel:') };
    expect((await send({ path: '/v1/track', body: event, headers }, { sources })).status).toBe(200);
  });

  it.each<[string, Request, string]>([
    ['nothing', { headers: {} }, 'no_write_key'],
    ['an empty key', { headers: {}, body: { ...event, writeKey: '' } }, 'no_write_key'],
    ['a key that is no text', { headers: {}, body: { ...event, writeKey: ['wk'] } }, 'no_write_key'],
    ['a very long key', { headers: { authorization: basic('k'.repeat(201)) } }, 'no_write_key'],
    ['a token alone', { headers: { authorization: 'Bearer wk' } }, 'no_write_key'],
    ['an unknown key', { headers: { authorization: basic('nobody') } }, 'unknown_write_key'],
    ['a key with a space', { headers: { authorization: basic(' wk') } }, 'unknown_write_key'],
    ['a key in other letters', { headers: { authorization: basic('WK') } }, 'unknown_write_key'],
    ['a key of Object', { headers: { authorization: basic('__proto__') } }, 'unknown_write_key'],
  ])('%s is nobody’s', async (_what, request, code) => {
    const { status, json, events } = await post(request);
    expect([status, json.code, events.length]).toEqual([401, code, 0]);
  });

  it('in the header counts before others, known or not', async () => {
    const { sources, asked } = directory();
    const request = { path: '/v1/track', query: { writeKey: 'wk' }, body: { ...event, writeKey: 'wk' } };
    const other = await send({ ...request, headers: { authorization: basic('other:') } }, { sources });
    expect(other.events[0]?.sourceId).toBe('source of other');
    expect((await send({ ...request, headers: { authorization: basic('nobody:') } }, { sources })).status).toBe(401);
    expect(asked).toEqual(['other', 'nobody']);
  });

  it('in the query counts before that in the body', async () => {
    const { sources } = directory();
    const { events } = await send(
      { path: '/v1/track', headers: {}, query: { writeKey: 'other' }, body: { ...event, writeKey: 'wk' } },
      { sources },
    );
    expect(events[0]?.sourceId).toBe('source of other');
  });

  it('that is unknown costs no unpacking: the body may be anything', async () => {
    expect((await post({ headers: { authorization: basic('nobody:') }, body: '{{{' })).json.code).toBe(
      'unknown_write_key',
    );
  });

  it('is asked for once a request', async () => {
    const { sources, asked } = directory();
    await send({ path: '/v1/track', headers: {}, body: { ...event, writeKey: 'wk' } }, { sources });
    expect(asked).toEqual(['wk']);
  });

  it('of which nobody can tell is answered 503, wherever it stood: 401 makes SDKs drop what they hold', async () => {
    const sources: SourceDirectory = { find: async () => Promise.reject(new Error('throttled')) };
    const requests: Request[] = [
      { path: '/v1/track', body: event },
      { path: '/v1/track', headers: {}, body: { ...event, writeKey: 'wk' } },
      { path: '/v1/track', headers: {}, query: { writeKey: 'wk' }, body: event },
      { method: 'GET', path: '/v1/projects/wk/settings' },
      { method: 'GET', path: '/sourceConfig' },
    ];
    for (const request of requests) {
      const log = fakeLog();
      expect((await send(request, { sources, log })).status).toBe(503);
      expect(log.codes).toEqual(['source-lookup-failed']);
    }
  });
});

describe('a route', () => {
  const single = ['identify', 'track', 'page', 'screen', 'group', 'alias'] as const;
  const full = { ...event, groupId: 'g1', previousId: 'u1' };

  it.each(single.flatMap((type) => [[`/v1/${type}`, type] as const, [`/v1/${type.charAt(0)}`, type] as const]))(
    'POST %s takes a call of %s, with a slash at its end and a query too',
    async (path, type) => {
      for (const form of [path, `${path}/`]) {
        const { status, events } = await send({ path: form, query: { _: '1', writeKey: 'wk' }, body: full });
        expect([status, events[0]?.type]).toEqual([200, type]);
      }
    },
  );

  it('names the type of its event, whatever the body says', async () => {
    expect((await send({ path: '/v1/page', body: { ...full, type: 'track' } })).events[0]?.type).toBe('page');
    expect((await send({ path: '/v1/page', body: { ...full, type: 7 } })).events[0]?.type).toBe('page');
  });

  it.each(['/v1/batch', '/v1/b', '/v1/import', '/beacon/v1/batch'])('POST %s takes a batch', async (path) => {
    for (const form of [path, `${path}/`]) {
      const { status, events } = await send({ path: form, body: { batch: [{ ...full, type: 'track' }] } });
      expect([status, events.length]).toEqual([200, 1]);
    }
  });

  it('needs the type in a batch', async () => {
    expect((await send({ body: { batch: [full] } })).json.rejected).toMatchObject([{ code: 'unsupported_type' }]);
  });

  it('answers a bad single event with 400: there are no neighbours to save', async () => {
    const { status, json } = await send({ path: '/v1/track', body: { userId: 'u1' } });
    expect([status, json.code]).toEqual([400, 'invalid_name']);
  });

  it('POST /v1/m is answered without a look at who asks', async () => {
    for (const path of ['/v1/m', '/v1/m/']) {
      const { status, json } = await send({ path, headers: {}, body: '{{{' });
      expect([status, json]).toEqual([200, { success: true }]);
    }
  });

  it.each<[string, string]>([
    ...(['GET', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'post'] as const).map((method): [string, string] => [
      method,
      '/v1/batch',
    ]),
    ...[
      ...['/', '', '/v1', '/v1/', '/v1/batch//', '/v1//batch', '/V1/batch', '/v1/Batch', '/v1/tracks', '/v2/batch'],
      ...['/v1/__proto__', '/v1/constructor', '/v1/batch/../batch', '/v1/batch%00', '/beacon/v1/track', '/batch'],
      ...['/v1/projects/wk/settings', '/sourceConfig', '/v1/batch;a=b', `/v1/${'x'.repeat(5_000)}`],
    ].map((path): [string, string] => ['POST', path]),
    ...['/v1/m', '/v1/projects//settings', '/v1/projects/a/b/settings', '/v1/projects/wk/settings//'].map(
      (path): [string, string] => ['GET', path],
    ),
  ])('%s %s is nothing: 404, and nobody is asked about keys', async (method, path) => {
    const { sources, asked } = directory();
    const { status, json } = await send({ method, path, body: { batch: [] } }, { sources });
    expect([status, json.code]).toEqual([404, 'unknown_route']);
    expect(asked).toEqual([]);
  });
});

describe('what SDKs fetch first', () => {
  it('tells a key, the host it was asked under, and that nothing shall be measured', async () => {
    const { status, json, headers } = await send({ method: 'GET', path: '/v1/projects/wk/settings', headers: {} });
    expect(status).toBe(200);
    expect(json).toEqual({
      integrations: {
        'Segment.io': {
          apiKey: 'wk',
          apiHost: 'events.shop.example/v1',
          versionSettings: { componentTypes: ['browser'] },
        },
      },
      metrics: { sampleRate: 0, host: 'events.shop.example/v1' },
    });
    expect(headers['cache-control']).toBe('public, max-age=300');
  });

  it.each(['/sourceConfig', '/sourceConfig/'])('%s tells Rudder of a source that is on', async (path) => {
    const { status, json } = await send({ method: 'GET', path, query: { p: 'android', writeKey: 'nobody' } });
    expect(status).toBe(200);
    expect(json).toMatchObject({ source: { enabled: true, writeKey: 'wk', destinations: [] } });
  });

  it.each(['/v1/projects/nobody/settings', '/v1/projects/%20/settings'])('GET %s has no settings', async (path) => {
    expect((await send({ method: 'GET', path })).json.code).toBe('unknown_write_key');
  });
});

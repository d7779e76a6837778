import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pathsOf } from '../../lambdas/console/api/paths.ts';
import { profileRoutes } from '../../lambdas/console/people/profiles.routes.ts';
import { Person, START, track } from '../support/people.ts';
import { runs } from '../support/runs.ts';
import { Admin, type AdminRequest, adminFakes } from './admin.ts';

const fakes = adminFakes();
const api = new Admin(fakes);
const settings = (request: AdminRequest) => api.call('PUT', '/api/schema/settings', request);

describe('an id in a path', () => {
  it.each(['a/b', '..', '.', '50%', '%2F', 'a b', 'a+b', '💌', 'x#y', '/', 'a\nb', ':id', '{userId}', '*', 'a/recent'])(
    'arrives as it is: %j',
    async (userId) => {
      const { profile } = new Person().receives({ ...track('A', START), user: `k#${userId}` });
      if (profile) fakes.profiles.stored.set(profile.key, profile);
      expect((await api.call('GET', `/api/profiles/${userId}`)).json.userId).toBe(userId);
      expect((await api.call('GET', '/api/profiles', { query: { userId } })).json.userId).toBe(userId);
    },
  );

  it('can be any text', () => {
    const find = pathsOf(profileRoutes(fakes));
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (id) => {
        const { path = '' } = find(`/api/profiles/${id}`, 'GET') ?? {};
        expect(decodeURIComponent(path.slice('/api/profiles/'.length))).toBe(id.replace(/\p{Cs}/gu, '\ufffd'));
      }),
      runs(200),
    );
  });

  it('takes what is between, unless a route says more', () => {
    const find = pathsOf(
      ['/a/{id}', '/a/{id}/recent', '/a/known', '/b/{type}/{key}'].map((path) => ({ path, method: 'get' })),
    );
    expect(find('/a/x/y', 'GET')?.path).toBe('/a/x%2Fy');
    expect(find('/a/x/y/recent', 'GET')?.path).toBe('/a/x%2Fy/recent');
    expect(find('/a/known', 'GET')?.path).toBe('/a/known');
    expect(find('/b/x/y', 'GET')?.path).toBe('/b/x/y');
    expect(find('/b/x/y/z', 'GET')).toBeUndefined();
    expect(find('/a/', 'GET')).toBeUndefined();
  });
});

describe('what can be asked for under a fixed text', () => {
  const find = pathsOf([
    { path: '/a/{key}', method: 'get' },
    { path: '/a/known', method: 'post' },
  ]);

  it('keeps nothing of the same name from being asked for in another way', () => {
    expect(find('/a/known', 'GET')?.methods).toEqual(['GET']);
    expect(find('/a/known', 'POST')?.methods).toEqual(['POST']);
    expect(find('/a/known', 'PUT')?.methods).toEqual(['POST']);
  });
});

describe('a method that is not there', () => {
  it('is answered with those that are', async () => {
    const { status, headers, json } = await api.call('POST', '/api/audit', { body: {} });
    expect([status, headers.allow, json.code]).toEqual([405, 'GET', 'method_not_allowed']);
  });
});

describe('a body', () => {
  const answerTo = async (request: AdminRequest) => {
    const { status, headers, json } = await settings(request);
    expect(headers['content-type']).toBe(status === 200 ? 'application/json' : 'application/problem+json');
    return [status, json.code];
  };

  it('is read whatever the gateway took it for', async () => {
    const body = { personal: ['größe'] };
    expect((await settings({ body, base64: true })).json.personal).toEqual(['größe']);
    expect((await settings({ body })).status).toBe(200);
  });

  it('is bounded before anybody walks through it', async () => {
    const deep = `${'['.repeat(15_000)}${']'.repeat(15_000)}`;
    expect(await answerTo({ body: `{"personal":${deep}}` })).toEqual([400, 'too_deep']);
    expect(await answerTo({ body: JSON.stringify({ personal: ['x'.repeat(1_048_576)] }) })).toEqual([413, 'too_large']);
    expect(await answerTo({ body: JSON.stringify({ personal: ['字'.repeat(400_000)] }) })).toEqual([413, 'too_large']);
    expect(await answerTo({ body: 'personal' })).toEqual([400, 'invalid_json']);
    expect(await answerTo({ body: '{"__proto__":{"personal":["a"]}}' })).toEqual([400, 'invalid_settings']);
  });

  it('that is wrong is answered with where and what, everything at once', async () => {
    const invalid = { severity: 'error', code: 'invalid' };
    const { json } = await settings({ body: { personal: ['a', 7], unknownEvents: 'reject', knowEvents: [] } });
    expect(json).toMatchObject({ title: 'Bad Request', status: 400, code: 'invalid_settings' });
    expect(json.problems).toEqual(
      expect.arrayContaining([
        { path: 'body/unknownEvents', message: expect.stringContaining('accept, refuse'), ...invalid },
        { path: 'body/personal/1', message: expect.stringContaining('a text'), ...invalid },
        { path: 'body', message: expect.stringContaining('knownEvents'), ...invalid, code: 'unknown-name' },
      ]),
    );
    expect(json.detail).toContain('body/personal/1: ');
  });

  it('is not looked at before it is known who sends it', async () => {
    expect(await answerTo({ body: '{', role: 'viewer' })).toEqual([403, 'role_too_low']);
  });
});

describe('a query', () => {
  it.each([
    ['limit=0', 'query/limit'],
    ['limit=101', 'query/limit'],
    ['limt=5', 'query'],
    ['limit=1e1', 'query/limit'],
    ['limit=5&limit=6', 'query/limit'],
    ['cursor=x', 'query/cursor'],
    [`cursor=${'x'.repeat(1_001)}`, 'query/cursor'],
    [`cursor=${Buffer.from('{"before":7}').toString('base64url')}`, 'query/cursor'],
  ])('with %s is answered with where it is wrong', async (query, path) => {
    const { status, json } = await api.call('GET', '/api/audit', { query });
    expect([status, json.code, json.problems[0].path]).toEqual([400, 'invalid_query', path]);
  });
});

describe('whatever is sent', () => {
  const path = fc.oneof(
    fc.constantFrom('/api/profiles', '/api/trace', '/api/audit', '/api/schema/settings', '/api/quarantine/release'),
    fc.string({ unit: 'binary' }).map((id) => `/api/profiles/${id}`),
    fc.string({ unit: 'binary', maxLength: 2_000 }).map((id) => `/api/trace/${id}`),
    fc.string({ unit: 'binary' }).map((rest) => `/api/${rest}`),
  );
  const name = fc.constantFrom(
    'userId',
    'email',
    'phone',
    'id',
    'from',
    'to',
    'limit',
    'cursor',
    '__proto__',
    'toString',
  );
  const query = fc.oneof(
    fc.string(),
    fc
      .array(fc.tuple(name, fc.oneof(fc.string({ unit: 'binary' }), fc.string({ minLength: 250, maxLength: 3_000 }))))
      .map((pairs) =>
        pairs.map(([key, value]) => `${key}=${encodeURIComponent(value.replace(/\p{Cs}/gu, '?'))}`).join('&'),
      ),
  );
  const body = fc.oneof(fc.json(), fc.string({ unit: 'binary' }), fc.constantFrom('null', '7', '[]', '{}', ''));

  it('is answered as it is documented, and never with an error of ours', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('GET', 'POST', 'PUT', 'HEAD', 'DELETE'), path, query, body, async (...sent) => {
        const [method, at, asked, text] = sent;
        const { status } = await api.call(method, at, { query: asked, body: text });
        expect(status).toBeLessThan(500);
      }),
      runs(300),
    );
  });
});

describe('an error of ours', () => {
  it('is answered without its words, and logged by its name', async () => {
    const failing = adminFakes();
    failing.profiles.get = () => Promise.reject(new RangeError('ada@shop.example'));
    const { status, json } = await new Admin(failing).call('GET', '/api/profiles/ada');
    expect([status, json.code]).toEqual([500, 'failed']);
    expect(JSON.stringify(json)).not.toContain('ada@');
    expect(failing.log.codes).toEqual(['admin-request-failed']);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DocumentedAnswers, type OpenApiDocument } from '../support/documented-answers.ts';
import { Laptop } from '../support/laptop.ts';

let laptop: Laptop;
let answers: DocumentedAnswers;
beforeAll(async () => {
  laptop = await Laptop.start();
  answers = new DocumentedAnswers((await (await laptop.admin('/api/openapi.json')).json()) as OpenApiDocument);
  for (const userId of ['ada', 'a/b', 'x?y', '..', '50%'])
    expect((await laptop.post('/v1/track', { userId, event: 'Seen' })).status).toBe(200);
});
afterAll(() => laptop.stop());

/** Asks as somebody with a role, and holds the answer against the API's document. */
async function ask(method: string, path: string, token = laptop.perennial.adminToken, body?: unknown) {
  const answer = await fetch(`${laptop.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const json = (await answer.json()) as Record<string, unknown>;
  const seen = { status: answer.status, contentType: answer.headers.get('content-type') ?? '', json };
  const [asked = ''] = path.split('?');
  expect(answers.problemsOf(method, decodeURIComponent(asked), seen)).toEqual([]);
  return { ...seen, headers: answer.headers };
}

describe('the admin API over HTTP', () => {
  it.each([
    '/api/profiles/ada',
    '/api/sources',
    '/api/quarantine',
    '/api/schema',
    '/api/trace/x',
    '/api/audit',
    '/api/me',
  ])('answers %s as it documents it', async (path) => {
    const { status, headers } = await ask('GET', path);
    expect(status).toBe(path === '/api/trace/x' ? 404 : 200);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it.each(['a/b', '50%'])('finds the id %s by the path', async (userId) => {
    expect((await ask('GET', `/api/profiles/${encodeURIComponent(userId)}`)).json).toMatchObject({ userId });
  });

  it.each(['a/b', 'x?y', '..', '50%'])('finds the id %s by the query', async (userId) => {
    expect((await ask('GET', `/api/profiles?userId=${encodeURIComponent(userId)}`)).json).toMatchObject({ userId });
  });

  it('lets nobody do what her role is too low for, and tells afterwards who did what', async () => {
    const { json } = await laptop.control('/local/token', { role: 'marketer', subject: 'bea' });
    const settings = { personal: ['coupon'] };
    const refused = await ask('PUT', '/api/schema/settings', String(json.token), settings);
    expect(refused).toMatchObject({ status: 403, contentType: 'application/problem+json' });
    expect(refused.json).toMatchObject({ title: 'Forbidden', status: 403, code: 'role_too_low' });

    const cem = laptop.perennial.token('admin', 'cem');
    expect((await ask('PUT', '/api/schema/settings', cem, settings)).status).toBe(200);
    expect((await ask('GET', '/api/audit')).json).toEqual({
      entries: [
        expect.objectContaining({
          ...{ action: 'changeSchemaSettings', by: { subject: 'cem', role: 'admin' }, outcome: 'done' },
          after: expect.objectContaining(settings),
        }),
      ],
      next: null,
    });
  });

  it('lets nobody in whose token names no role', async () => {
    const { iss, aud } = JSON.parse(atob(laptop.perennial.adminToken.split('.')[1] ?? '')) as Record<string, unknown>;
    const token = laptop.perennial.cloud.token({ iss, aud, sub: 'dan', exp: 9_999_999_999 });
    expect((await ask('GET', '/api/me', token)).json).toMatchObject({ code: 'no_role' });
  });
});

describe('POST /local/token', () => {
  it.each([
    [{}],
    [{ role: 'owner', subject: 'bea' }],
    [{ role: 'viewer' }],
    [{ role: 'viewer', subject: 'b a' }],
    [[]],
  ])('with %j says what to send', async (body) => {
    const { status, json } = await laptop.control('/local/token', body);
    expect([status, json.message]).toEqual([400, expect.stringContaining('{"role":"viewer","subject":"bea"}')]);
  });
});

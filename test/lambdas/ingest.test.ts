import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openSource } from '../../domain/events/source.ts';
import { decodeInputs } from '../../domain/state/input-message.ts';
import { rememberSources, type SourceDirectory } from '../../lambdas/adapters/source-directory.ts';
import { ingest } from '../../lambdas/events/ingest.handler.ts';
import type { HttpEvent } from '../../lambdas/runtime/http.ts';
import { START } from '../support/people.ts';
import { FakeQueue, ingestFakes } from './fakes.ts';

const known: SourceDirectory = {
  find: async (key) => (key === 'wk' ? openSource('web', 'client') : undefined),
};
const basic = (user: string) => `Basic ${Buffer.from(user).toString('base64')}`;

function post(body: string | Buffer, { sources = known, headers = { authorization: basic('wk:') } as object } = {}) {
  const live = new FakeQueue();
  const event = {
    rawPath: '/v1/batch',
    headers,
    body: typeof body === 'string' ? body : body.toString('base64'),
    isBase64Encoded: typeof body !== 'string',
    requestContext: { http: { method: 'POST' }, timeEpoch: START, requestId: 'request-1' },
  } as unknown as HttpEvent;
  return { live, event, send: () => ingest({ ...ingestFakes(), sources, live }, event) };
}

const batch = (count: number, size = 0) =>
  JSON.stringify({
    batch: Array.from({ length: count }, (_, i) => ({
      type: 'track',
      event: 'A',
      userId: `u${i}`,
      properties: { pad: 'x'.repeat(size) },
    })),
  });

describe('ingest', () => {
  it('packs a request into messages of at most 64 KB, in order', async () => {
    const { live, send } = post(batch(200, 1_000));
    expect((await send()).statusCode).toBe(200);
    expect(live.messages.length).toBeGreaterThan(1);
    for (const { body } of live.messages) expect(Buffer.byteLength(body)).toBeLessThanOrEqual(64 * 1_024);
    const users = live.messages.flatMap(({ body }) => decodeInputs(body).inputs.map(({ user }) => user));
    expect(users).toEqual(Array.from({ length: 200 }, (_, i) => `k#u${i}`));
  });

  it('answers 503 when the queue did not take everything, so that the SDK sends again', async () => {
    const { live, send } = post(batch(200, 1_000));
    live.refuses = (message) => message.body.includes('k#u199');
    expect(await send()).toMatchObject({ statusCode: 503, headers: { 'retry-after': '1' } });
  });

  it('answers 503, never 401, when nobody can tell whether the key exists', async () => {
    const sources = { find: async () => Promise.reject(new Error('throttled')) };
    expect((await post(batch(1), { sources }).send()).statusCode).toBe(503);
  });

  it.each([
    ['Basic with a colon', { authorization: basic('wk:') }],
    ['Basic without one', { authorization: basic('wk') }],
    ['the scheme in any case', { authorization: basic('wk:').replace('Basic', 'bASIC') }],
  ])('knows the write key from %s', async (_what, headers) => {
    expect((await post(batch(1), { headers }).send()).statusCode).toBe(200);
  });

  it('knows the write key from the body', async () => {
    const body = JSON.stringify({ ...JSON.parse(batch(1)), writeKey: 'wk' });
    expect((await post(body, { headers: {} }).send()).statusCode).toBe(200);
  });

  it('reads gzip by its first bytes, and stops a bomb at the limit', async () => {
    expect((await post(gzipSync(batch(3))).send()).statusCode).toBe(200);
    const bomb = await post(gzipSync(Buffer.alloc(50_000_000, 32))).send();
    expect(bomb).toMatchObject({ statusCode: 400 });
    expect(bomb.body).toContain('payload_too_large');
  });
});

describe('a worker’s memory of sources', () => {
  it('asks again after a minute for a key that exists and after ten seconds for one that does not', async () => {
    let now = 0;
    const asked: string[] = [];
    const directory: SourceDirectory = {
      find(key) {
        asked.push(key);
        return known.find(key);
      },
    };
    const sources = rememberSources(directory, () => now);
    for (const seconds of [0, 5, 11, 59, 61]) {
      now = seconds * 1_000;
      await sources.find('wk');
      await sources.find('nobody');
    }
    expect(asked.filter((key) => key === 'wk')).toHaveLength(2);
    expect(asked.filter((key) => key === 'nobody')).toHaveLength(3);
  });

  it('does not remember a look-up that failed', async () => {
    let fails = true;
    const sources = rememberSources(
      { find: async (key) => (fails ? Promise.reject(new Error('throttled')) : known.find(key)) },
      () => 0,
    );
    await expect(sources.find('wk')).rejects.toThrow();
    fails = false;
    expect(await sources.find('wk')).toEqual(openSource('web', 'client'));
  });
});

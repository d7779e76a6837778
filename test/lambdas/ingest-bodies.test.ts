import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../domain/events/limits.ts';
import { fakeLog } from './fakes.ts';
import { send } from './ingest-request.ts';

const good = '{"batch":[{"type":"page","userId":"u1"}]}';
/** A batch whose text has exactly so many bytes; what makes it that long costs no event its limit. */
const batchOf = (bytes: number, fill = 'x') => {
  const [head, tail] = ['{"batch":[{"type":"page","userId":"u1"}],"pad":"', '"}'];
  const room = bytes - head.length - tail.length;
  const unit = Buffer.byteLength(fill);
  return head + fill.repeat(Math.floor(room / unit)) + 'x'.repeat(room % unit) + tail;
};

describe('the limit of a request', () => {
  it.each([
    ['as text', (text: string) => text],
    ['as bytes', (text: string) => Buffer.from(text)],
    ['compressed: it counts after decompression', (text: string) => gzipSync(text)],
  ])('holds exactly, %s', async (_how, wrap) => {
    const at = await send({ body: wrap(batchOf(LIMITS.requestBytes)) });
    expect([at.status, at.events.length]).toEqual([200, 1]);
    const over = await send({ body: wrap(batchOf(LIMITS.requestBytes + 1)) });
    expect([over.status, over.json.code, over.events.length]).toEqual([400, 'payload_too_large', 0]);
  });

  it('counts bytes of UTF-8, not characters', async () => {
    const text = batchOf(LIMITS.requestBytes + 1, '\u{1f600}');
    expect(text.length).toBeLessThan(LIMITS.requestBytes);
    expect((await send({ body: text })).json.code).toBe('payload_too_large');
    expect((await send({ body: batchOf(LIMITS.requestBytes, '\u{1f600}') })).status).toBe(200);
  });

  it('refuses what is too large before it is decompressed, and stops a bomb at the limit', async () => {
    const bomb = gzipSync(Buffer.alloc(100_000_000, 32));
    expect(bomb.length).toBeLessThan(LIMITS.requestBytes);
    expect((await send({ body: bomb })).json.code).toBe('payload_too_large');
  });
});

describe('the limit of an event', () => {
  const event = (bytes: number) => {
    const [head, tail] = ['{"type":"page","userId":"u1","properties":{"a":"', '"},"context":{}}'];
    return head + 'x'.repeat(bytes - head.length - tail.length) + tail;
  };

  it('holds exactly, and costs no neighbour', async () => {
    const [at, over] = [event(LIMITS.eventBytes), event(LIMITS.eventBytes + 1)];
    const { status, json, events } = await send({ body: `{"batch":[${over},${at},${over}]}` });
    expect(status).toBe(200);
    expect(json.rejected?.map(({ index, code }) => [index, code])).toEqual([
      [0, 'event_too_large'],
      [2, 'event_too_large'],
    ]);
    expect(events).toHaveLength(1);
  });

  it('is that of what is stored: space between names and values does not count', async () => {
    const spaced = `{"type":"page",${' '.repeat(LIMITS.eventBytes)}"userId":"u1"}`;
    expect((await send({ body: `{"batch":[${spaced}]}` })).events).toHaveLength(1);
  });

  it('includes the context of its batch, which is stored with it', async () => {
    const context = JSON.stringify({ note: 'x'.repeat(LIMITS.eventBytes) });
    const { json } = await send({ body: `{"batch":[{"type":"page","userId":"u1"}],"context":${context}}` });
    expect(json.rejected).toMatchObject([{ index: 0, code: 'event_too_large' }]);
  });
});

describe('the limit of a batch', () => {
  const batch = (count: number) => `{"batch":[${Array(count).fill('{"type":"page","userId":"u1"}').join()}]}`;

  it('is 2,500 events', async () => {
    expect((await send({ body: batch(2_500) })).events).toHaveLength(2_500);
    const over = await send({ body: batch(2_501) });
    expect([over.status, over.json.code, over.events.length]).toEqual([400, 'too_many_events', 0]);
  });
});

describe('an encoding of the body', () => {
  const gzipped = gzipSync(good);

  it.each<[string, string | Buffer]>([
    ['plain text', good],
    ['bytes', Buffer.from(good)],
    ['gzip', gzipped],
    ['gzip in two members', Buffer.concat([gzipSync(good.slice(0, 20)), gzipSync(good.slice(20))])],
    ['gzip with zeros behind it, as some writers leave', Buffer.concat([gzipped, Buffer.alloc(64)])],
    ['a byte order mark', `\ufeff${good}`],
    ['a byte order mark in gzip', gzipSync(`\ufeff${good}`)],
    ['space around it', `\r\n\t ${good} \n`],
  ])('that is %s is read', async (_what, body) => {
    const { status, events } = await send({ body });
    expect([status, events.length]).toEqual([200, 1]);
  });

  it.each<[string, string | Buffer | undefined]>([
    ['nothing', undefined],
    ['an empty text', ''],
    ['no bytes', Buffer.alloc(0)],
    ['gzip of nothing', gzipSync('')],
    ['gzip that ends early', gzipped.subarray(0, gzipped.length - 9)],
    ['gzip with a wrong checksum', Buffer.concat([gzipped.subarray(0, gzipped.length - 8), Buffer.alloc(8)])],
    ['nothing but the first bytes of gzip', Buffer.from([0x1f, 0x8b])],
    ['gzip of gzip', gzipSync(gzipped)],
    ['UTF-16', Buffer.from(`\ufeff${good}`, 'utf16le')],
    ['two byte order marks', `\ufeff\ufeff${good}`],
    ['JSON that ends early', good.slice(0, -1)],
    ['two JSON texts', good + good],
    ['a form', 'data=eyJiYXRjaCI6W119'],
    ['JSON with a comment', `/* batch */${good}`],
    ['NaN', '{"batch":[NaN]}'],
  ])('that is %s is refused, and nothing is taken', async (_what, body) => {
    const { status, json, events } = await send({ ...(body !== undefined && { body }) });
    expect([status, json.code, events.length]).toEqual([400, 'invalid_json', 0]);
  });

  it('is what its flag says: base64 is not guessed', async () => {
    const base64 = Buffer.from(good).toString('base64');
    expect((await send({ body: base64 })).json.code).toBe('invalid_json');
    // Text under the flag of base64 is whatever base64 makes of it.
    expect((await send({ body: Buffer.from(good, 'base64') })).json.code).toBe('invalid_json');
  });

  it('that something took for text is refused by its own code, and logged: those events are lost', async () => {
    const log = fakeLog();
    const mangled = gzipped.toString('utf8');
    const { status, json } = await send({ body: mangled }, { log });
    expect([status, json.code]).toEqual([400, 'body_mangled']);
    expect(log.codes).toEqual(['body-mangled']);
  });

  it('is refused by what is wrong with it even where only it could have held the key', async () => {
    const { status, json } = await send({ headers: {}, body: gzipped.toString('utf8') });
    expect([status, json.code]).toEqual([400, 'body_mangled']);
  });
});

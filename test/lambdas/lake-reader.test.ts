import { gzipSync } from 'node:zlib';
import { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../../domain/calendar.ts';
import { type LakeReader, s3LakeReader } from '../../lambdas/adapters/lake-reader.ts';
import { ObjectStore } from '../../local/cloud/services/s3/object-store.ts';
import { S3 } from '../../local/cloud/services/s3/s3.ts';
import { accountOf, allow } from '../local/permissions/support.ts';
import { clientOf, TestClock } from '../local/services/support.ts';
import { START, track } from '../support/people.ts';

const never = new AbortController().signal;

function given() {
  const objects = new ObjectStore();
  objects.createBucket('lake');
  const client = new S3Client(clientOf(new S3({ clock: new TestClock(), objects })));
  const put = (key: string, text: string, at = START) => {
    objects.put('lake', { key, body: key.endsWith('.gz') ? gzipSync(text) : Buffer.from(text), at });
    return { key, at, bytes: text.length };
  };
  return { put, lake: s3LakeReader(client, 'lake') };
}

const eventOf = (messageId: string, properties = {}) => track('Seen', START, { messageId, properties }).event;
const lineOf = (messageId: string, properties = {}) => `${JSON.stringify(eventOf(messageId, properties))}\n`;

describe('the lake', () => {
  it('lists the objects of an hour, newest first, and those of no other', async () => {
    const { put, lake } = given();
    put('raw/2026/03/02/11/a.gz', '', START - MINUTE);
    put('raw/2026/03/02/12/b.gz', '', START + MINUTE);
    put('raw/2026/03/02/12/a.gz', '', START + 2 * MINUTE);
    put('refused/2026/03/02/12/c.gz', '', START);
    expect(await lake.hour(START + 30 * MINUTE, never)).toMatchObject([
      { key: 'raw/2026/03/02/12/a.gz', at: START + 2 * MINUTE },
      { key: 'raw/2026/03/02/12/b.gz', at: START + MINUTE },
    ]);
    expect(await lake.hour(START + HOUR, never)).toEqual([]);
  });

  it.each(['.gz', ''])('finds an event wherever it stands in an object (%j)', async (suffix) => {
    const { put, lake } = given();
    const filling = (n: number) => lineOf(`f${n}`, { text: 'ä'.repeat(30_000) });
    const lines = Array.from({ length: 20 }, (_, n) => filling(n));
    lines.splice(11, 0, lineOf('wanted "ü"', { answer: 42 }));
    const object = put(`raw/x${suffix}`, lines.join(''));
    for (const id of ['f0', 'wanted "ü"', 'f19']) expect((await lake.find(object, id, never))?.messageId).toBe(id);
    expect(await lake.find(object, 'f', never)).toBeUndefined();
  });

  it('takes an id in somebody’s properties for no event', async () => {
    const { put, lake } = given();
    const quoting = lineOf('other', { messageId: 'm', list: ['m', 'm'] });
    expect(await lake.find(put('raw/a', quoting), 'm', never)).toBeUndefined();
    expect(await lake.find(put('raw/b', quoting + lineOf('m')), 'm', never)).toEqual(eventOf('m', {}));
    expect(await lake.find(put('raw/c', lineOf('m').trimEnd()), 'm', never)).toEqual(eventOf('m', {}));
  });

  it('gives the last of several events with one id, over all lines that nobody can read', async () => {
    const { put, lake } = given();
    const broken = '{"messageId":"m","prop\n';
    const filling = lineOf('f', { text: 'x'.repeat(200_000) });
    const object = put('raw/a', broken + lineOf('m', { n: 1 }) + filling + lineOf('m', { n: 2 }) + broken + filling);
    expect(await lake.find(object, 'm', never)).toEqual(eventOf('m', { n: 2 }));
    expect(await lake.find(put('raw/b', broken), 'm', never)).toBeUndefined();
  });

  it('forgets: an object that is gone holds nothing', async () => {
    expect(await given().lake.find({ key: 'raw/gone.gz', at: START, bytes: 1 }, 'm', never)).toBeUndefined();
  });

  it('forgets, also for who may list nothing else and is told that what is gone is forbidden', async () => {
    const listing = allow('s3:ListBucket', 'arn:aws:s3:::lake', { StringLike: { 's3:prefix': 'raw/*' } });
    const readerWith = (...statements: Parameters<typeof accountOf>[0]) =>
      s3LakeReader(new S3Client(accountOf(statements).client()), 'lake');
    const find = (lake: LakeReader, key: string) => lake.find({ key, at: START, bytes: 1 }, 'm', never);

    const lake = readerWith(listing, allow('s3:GetObject', 'arn:aws:s3:::lake/raw/*'));
    expect(await find(lake, 'raw/gone.gz')).toBeUndefined();
    // One that is there and may not be read is a mistake that somebody should see.
    await expect(find(readerWith(listing), 'raw/a b')).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('is left when it takes too long', async () => {
    const { put, lake } = given();
    const object = put('raw/a', lineOf('m'));
    await expect(lake.find(object, 'm', AbortSignal.abort())).rejects.toThrow();
    await expect(lake.hour(START, AbortSignal.abort())).rejects.toThrow();
  });
});

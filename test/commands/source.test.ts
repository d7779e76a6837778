import { beforeEach, describe, expect, it } from 'vitest';
import { administer, type SourceRequest } from '../../commands/sources/administer.ts';
import { DAY } from '../../domain/calendar.ts';
import { dynamoSourceDirectory, type SourceDirectory } from '../../lambdas/adapters/source-directory.ts';
import { dynamoSourceRegistry, type SourceRegistry } from '../../lambdas/adapters/source-registry.ts';
import { makeUserToken, userTokensOf } from '../../lambdas/events/user-token.ts';
import { START } from '../support/people.ts';
import { tables } from '../support/tables.ts';

let registry: SourceRegistry;
let directory: SourceDirectory;
let now: number;
let made: number;

beforeEach(() => {
  const { client } = tables();
  now = START;
  made = 0;
  registry = dynamoSourceRegistry(client, 'definitions');
  directory = dynamoSourceDirectory(client, 'definitions', () => now);
});

const run = (action: string, request: Partial<SourceRequest> = {}) =>
  administer({ action, id: 'web', ...request }, { registry, random: () => `random-${made++}`, now });

/** The lines an action prints, which has to succeed. */
async function lines(action: string, request: Partial<SourceRequest> = {}): Promise<readonly string[]> {
  const answer = await run(action, request);
  if (answer.outcome === 'problem') throw new Error(answer.message);
  return answer.lines;
}

const create = (request: Partial<SourceRequest> = {}) => lines('create', { kind: 'client', ...request });

describe('npm run source', () => {
  it('creates a source with a key, by which it is found', async () => {
    const [key = ''] = await create({ origins: ['https://shop.example'], eventsPerDay: 1_000 });
    expect(key).toBe('wk_random-0');
    expect(await directory.find(key)).toEqual({
      id: 'web',
      kind: 'client',
      identity: 'open',
      identitySecrets: [],
      origins: ['https://shop.example'],
      eventsPerDay: 1_000,
    });
    expect(await directory.find('wk_other')).toBeUndefined();
  });

  it('takes a key that apps in the field have already, and never one of another source', async () => {
    const key = 'an-old-key-of-segment';
    expect(await create({ key })).toEqual([key]);
    expect((await directory.find(key))?.id).toBe('web');
    expect(await run('create', { id: 'other', kind: 'client', key })).toMatchObject({
      outcome: 'problem',
      message: 'This key belongs to "web" already.',
    });
  });

  it('changes settings and leaves the others', async () => {
    const [key = ''] = await create({ eventsPerSecond: 10, origins: ['https://shop.example'] });
    await lines('set', { eventsPerSecond: 0, eventsPerDay: 5 });
    const source = await directory.find(key);
    expect(source).toMatchObject({ eventsPerDay: 5, origins: ['https://shop.example'] });
    expect(source?.eventsPerSecond).toBeUndefined();
    await lines('set', { origins: [''] });
    expect((await directory.find(key))?.origins).toEqual([]);
  });

  it('has a server send activity, and takes that back', async () => {
    const [key = ''] = await create({ kind: 'server', activity: true });
    expect((await directory.find(key))?.activity).toBe(true);
    expect(await lines('set', { eventsPerDay: 5 })).toEqual(['web: server, open, sends activity, ≤ 5 events/day']);
    expect(await lines('set', { activity: false })).toEqual(['web: server, open, ≤ 5 events/day']);
    expect(await directory.find(key)).not.toHaveProperty('activity');
    expect(await lines('set', { activity: true })).toEqual(['web: server, open, sends activity, ≤ 5 events/day']);
  });

  it('rotates a key: the old one is taken until the overlap is over', async () => {
    const [old = ''] = await create();
    const [fresh = ''] = await lines('rotate-key', { overlap: 'P7D' });
    now += 7 * DAY - 1;
    expect([await directory.find(old), await directory.find(fresh)]).toMatchObject([{ id: 'web' }, { id: 'web' }]);
    now += 1;
    expect(await directory.find(old)).toBeUndefined();
    expect(await directory.find(fresh)).toBeDefined();
  });

  it('rotating again does not prolong a key that is on its way out', async () => {
    const [old = ''] = await create();
    await lines('rotate-key', { overlap: 'P7D' });
    await lines('rotate-key', { overlap: 'P30D' });
    now += 7 * DAY;
    expect(await directory.find(old)).toBeUndefined();
  });

  it('revokes one key at once, by its hint or whole, however like it is to another', async () => {
    await create({ key: 'sk_live_aaaaaaaa' });
    await lines('add-key', { key: 'sk_live_bbbbbbbb' });
    const [first] = (await registry.keys()).filter(({ hint }) => hint.startsWith('sk_l'));
    await lines('revoke-key', { hint: first?.hint });
    expect((await registry.keys()).filter(({ expiresAt }) => expiresAt === now)).toMatchObject([{ hint: first?.hint }]);
    expect(await run('revoke-key', { hint: first?.hint })).toMatchObject({ outcome: 'problem' });
    await lines('add-key', { key: 'sk_live_cccccccc' });
    await lines('revoke-key', { key: 'sk_live_cccccccc' });
    expect(await directory.find('sk_live_cccccccc')).toBeUndefined();
  });

  it.each(['a:b:c:d:e:f:g:h:i', 'short', 'with spaces in between', 'x'.repeat(201)])(
    'takes no key that could not be used or guessed: %s',
    async (key) => expect(await run('create', { kind: 'client', key })).toMatchObject({ outcome: 'problem' }),
  );

  it('makes a signed source with its secret, and rotates that with an overlap', async () => {
    const [key = '', line = ''] = await create({ identity: 'signed' });
    const secret = line.replace('identity secret: ', '');
    const holds = async (of: string) => {
      const source = await directory.find(key);
      return source !== undefined && userTokensOf(source, now)('ada', makeUserToken(of, 'ada'));
    };
    expect([await holds(secret), await holds('another')]).toEqual([true, false]);
    const [rotated = ''] = await lines('rotate-secret', { overlap: 'P1D' });
    const fresh = rotated.replace('identity secret: ', '');
    expect([await holds(secret), await holds(fresh)]).toEqual([true, true]);
    now += DAY;
    expect([await holds(secret), await holds(fresh)]).toEqual([false, true]);
  });

  it('gives an open source a secret when it becomes signed', async () => {
    await create();
    expect(await lines('set', { identity: 'signed' })).toEqual(['identity secret: random-1']);
    expect((await registry.sources())[0]).toMatchObject({
      identity: 'signed',
      identitySecrets: [{ secret: 'random-1' }],
    });
  });

  it('lists sources and keys without anything one could send with', async () => {
    expect(await lines('list')).toEqual(['There is no source yet.']);
    await create({ key: 'aaaaaaaa-secret-of-a-source-0000', eventsPerSecond: 5 });
    now += 1;
    await lines('rotate-key', { overlap: 'P7D', key: 'bbbbbbbb-secret-of-a-source-0000' });
    expect(await lines('list')).toEqual([
      'web: client, open, ≤ 5 events/s',
      expect.stringMatching(/^ {2}aaaaaaaa…[0-9a-f]{4} of 2026-03-02, until 2026-03-09$/),
      expect.stringMatching(/^ {2}bbbbbbbb…[0-9a-f]{4} of 2026-03-02$/),
    ]);
  });

  it.each([
    ['a second source of the same name', 'create', { kind: 'client' }, /already/],
    ['no kind', 'create', { id: 'app' }, /needs a kind/],
    ['an odd kind', 'create', { id: 'app', kind: 'both' }, /client or server/],
    ['an id with spaces', 'create', { id: 'my app', kind: 'client' }, /small letters/],
    ['a signed server', 'create', { id: 'app', kind: 'server', identity: 'signed' }, /only a client/],
    ['activity of a new client', 'create', { id: 'app', kind: 'client', activity: true }, /only a server/],
    ['activity of a client', 'set', { activity: true }, /only a server/],
    ['an origin with a path', 'set', { origins: ['https://shop.example/en'] }, /without a path/],
    ['a limit that is no number', 'set', { eventsPerDay: Number.NaN }, /number/],
    ['another kind', 'set', { kind: 'server' }, /stays/],
    ['a source nobody knows', 'set', { id: 'app' }, /no source/],
    ['an overlap that is none', 'rotate-key', { overlap: 'a month' }, /duration/],
  ])('refuses %s', async (_what, action, request, message) => {
    await create();
    const before = [await registry.sources(), await registry.keys()];
    expect(await run(action, request)).toMatchObject({ outcome: 'problem', message: expect.stringMatching(message) });
    expect([await registry.sources(), await registry.keys()]).toEqual(before);
  });
});

import { describe, expect, it } from 'vitest';
import { DAY } from '../../domain/calendar.ts';
import type { LiveCatalog } from '../../domain/catalog/live-catalog.ts';
import { compilePlan } from '../../domain/decisions/plan.ts';
import type { UserKey } from '../../domain/state/user-key.ts';
import { UTC } from '../../domain/zone.ts';
import { identify, Person, START, track } from '../support/people.ts';
import { Admin, adminFakes } from './admin.ts';
import { FakeProfiles } from './fakes.ts';

/** A person per user id with her traits, each a second younger than the one before, and an index that says what it is told. */
function given(people: Record<string, { email?: string; phone?: string }>) {
  const profiles = new FakeProfiles();
  for (const [index, [userId, traits]] of Object.entries(people).entries()) {
    const { profile } = new Person().receives(identify(traits, START + index * 1_000, { userId }));
    if (profile) profiles.stored.set(profile.key, profile);
  }
  const index = { keys: [] as UserKey[], more: false };
  const asked: string[] = [];
  const having = async (kind: string, value: string, limit: number) => {
    asked.push(`${kind} ${value}`);
    return { keys: index.keys.slice(0, limit), more: index.more };
  };
  const api = new Admin({ ...adminFakes(), profiles, people: { having } });
  const find = async (query?: Record<string, string>) => {
    const { status, json } = await api.call('GET', '/api/profiles', { query });
    return { status, json };
  };
  return { profiles, index, asked, find };
}

const idsIn = ({ json }: { json: { profiles: { userId: string }[] } }) => json.profiles.map(({ userId }) => userId);

describe('GET /api/profiles', () => {
  it.each([[undefined], [{}], [{ userId: '' }], [{ name: 'ada' }], [{ userId: 'ada', email: 'ada@example.com' }]])(
    'takes exactly one question: not %j',
    async (query) => {
      const answer = await given({}).find(query as Record<string, string>);
      expect(answer).toMatchObject({ status: 400, json: { code: 'invalid_query' } });
    },
  );

  it('finds one by her id, and a device by its own', async () => {
    const { profiles, find } = given({ ada: {} });
    const seen = track('A', START);
    const { profile } = new Person().receives({ ...seen, user: 'a#ada' });
    if (profile) profiles.stored.set('a#ada', profile);
    expect(await find({ userId: 'ada' })).toMatchObject({ status: 200, json: { userId: 'ada', anonymousIds: [] } });
    expect(await find({ anonymousId: 'ada' })).toMatchObject({ json: { userId: null, anonymousIds: ['ada'] } });
    expect(await find({ anonymousId: 'nobody' })).toMatchObject({ status: 404, json: { code: 'unknown_user' } });
  });

  it.each([
    ['email', '  Ada@Example.COM ', 'email ada@example.com'],
    ['phone', '+49 (30) 90-18.20', 'phone +4930901820'],
    ['phone', ' 4930901820', 'phone +4930901820'],
    ['phone', '+41 (0)79 123 45 67', 'phone +41791234567'],
  ])('asks the index for the %s %s as profiles have it', async (kind, typed, question) => {
    const { asked, find } = given({});
    expect(await find({ [kind]: typed })).toEqual({ status: 200, json: { profiles: [], more: false } });
    expect(asked).toEqual([question]);
  });

  it.each([
    ['email', 'ada'],
    ['email', 'ada news@example.com'],
    ['email', 'ada@example.com,ben@example.com'],
    ['phone', '030 901820'],
    ['phone', 'ada@example.com'],
  ])('says what is wrong with the %s %s', async (kind, typed) => {
    const { asked, find } = given({});
    expect(await find({ [kind]: typed })).toMatchObject({ status: 400, json: { code: `invalid_${kind}` } });
    expect(asked).toEqual([]);
  });

  it('shows those who still have the address, whoever was heard of last first', async () => {
    const email = 'family@example.com';
    const { index, find } = given({ ada: { email }, ben: { email: 'Family@Example.com' }, cleo: { email: 'c@d.ef' } });
    index.keys = ['k#ada', 'k#ben', 'k#cleo', 'k#erased'];
    expect(idsIn(await find({ email }))).toEqual(['ben', 'ada']);
  });

  it('shows one person once who is found under two ids', async () => {
    const email = 'ada@example.com';
    const { profiles, index, find } = given({ ada: { email } });
    profiles.tombstones.set('k#ada-before', { key: 'k#ada-before', version: 1, heir: 'k#ada', state: undefined });
    index.keys = ['k#ada', 'k#ada-before'];
    expect(idsIn(await find({ email }))).toEqual(['ada']);
  });

  it('shows twenty, and says that there are more', async () => {
    const email = 'info@example.com';
    const { profiles, index, find } = given(
      Object.fromEntries(Array.from({ length: 25 }, (_, n) => [`user-${n}`, { email }])),
    );
    index.keys = [...profiles.stored.keys()];
    index.more = true;
    const answer = await find({ email });
    expect(idsIn(answer)).toHaveLength(20);
    expect(answer.json.more).toBe(true);
  });

  it('leaves out nobody silently whom a newer release has written', async () => {
    const { profiles, index, find } = given({ ada: { phone: '+4930901820' } });
    profiles.get = async () => ({ outcome: 'unknown-version', version: 99 }) as never;
    index.keys = ['k#ada'];
    expect(await find({ phone: '+4930901820' })).toMatchObject({ status: 503, json: { code: 'newer_profile' } });
  });
});

describe('the segments somebody is in', () => {
  const live: LiveCatalog = {
    ...{ number: 1, publishedAt: START, counters: [] },
    segments: [
      { id: 1, key: 'buyers', name: 'Customers', where: { event: 'Order Completed', times: { gte: 1 } } },
      { id: 2, key: 'drifting', name: 'Drifting away', where: { activity: 'last', ago: { gte: 'P10D' } } },
      { id: 3, key: 'speechless', name: 'No plan', where: { not: { trait: 'plan', exists: true } } },
      { id: 4, key: 'others', name: 'Others', where: { trait: 'plan', is: 'pro' } },
    ],
  };

  function given(now: number) {
    const dependencies = adminFakes();
    const { profile } = new Person(compilePlan(live, UTC)).receives(track('Order Completed', START)).waitsUntil(now);
    if (profile) dependencies.profiles.stored.set(profile.key, profile);
    const shown = async (catalog: LiveCatalog) => {
      const api = new Admin({ ...dependencies, readLive: async () => catalog, now: () => now });
      return (await api.call('GET', '/api/profiles/u1')).json.segments;
    };
    return { shown };
  }

  it('are shown with since when and by what, the last first', async () => {
    expect(await given(START + 12 * DAY).shown(live)).toEqual([
      {
        key: 'drifting',
        name: 'Drifting away',
        since: iso(START + 10 * DAY),
        reason: 'no activity for 10 days; last seen 2026-03-02',
      },
      { key: 'buyers', name: 'Customers', since: iso(START), reason: 'Order Completed' },
      { key: 'speechless', name: 'No plan', since: iso(START), reason: null },
    ]);
  });

  it('are called as they are called now, and not shown when they are gone', async () => {
    const { shown } = given(START);
    const [buyers] = live.segments;
    if (buyers === undefined) throw new Error('no segment');
    const renamed = { ...live, number: 2, segments: [{ ...buyers, name: 'Our customers' }] };
    expect(await shown(renamed)).toMatchObject([{ key: 'buyers', name: 'Our customers' }]);
  });

  it('cost nobody a reading who is in none', async () => {
    const dependencies = adminFakes();
    const { profile } = new Person().receives(identify({}, START));
    if (profile) dependencies.profiles.stored.set(profile.key, profile);
    const readLive = () => Promise.reject(new Error('asked'));
    const { json } = await new Admin({ ...dependencies, readLive }).call('GET', '/api/profiles/u1');
    expect(json.segments).toEqual([]);
  });
});

const iso = (time: number) => new Date(time).toISOString();

import { describe, expect, it } from 'vitest';
import { DAY } from '../../domain/calendar.ts';
import { handOff, type QuarantineEntry } from '../../domain/delivery/hand-off.ts';
import { decodeInputs } from '../../domain/state/input-message.ts';
import type { UserKey } from '../../domain/state/user-key.ts';
import { dynamoQuarantineList, dynamoQuarantineListReader } from '../../lambdas/adapters/quarantine-list.ts';
import { Person, START, track } from '../support/people.ts';
import { tables } from '../support/tables.ts';
import { Admin, adminFakes } from './admin.ts';
import { FakeProfiles, FakeQueue } from './fakes.ts';

const HOUR = DAY / 24;

/** The entry of somebody who was put into quarantine then, as dispatch hands it to the list. */
function entryOf(user: UserKey, at: number): QuarantineEntry {
  const effects = [{ kind: 'quarantine', at, until: at + DAY }] as const;
  const [entry] = handOff(user, 7, { lineage: 'l', effects }).flatMap((item) =>
    item.sink === 'quarantine' ? [item.entry] : [],
  );
  if (entry === undefined) throw new Error('Nothing was handed to the list');
  return entry;
}

function operators() {
  const profiles = new FakeProfiles();
  const bulk = new FakeQueue();
  const { client } = tables();
  const list = dynamoQuarantineList(client, 'ledger');
  const clock = { now: START };
  const dependencies = {
    profiles,
    bulk,
    quarantine: dynamoQuarantineListReader(client, 'ledger'),
    now: () => clock.now,
  };
  const given = async (user: UserKey, since: number, quarantinedUntil?: number) => {
    const { profile } = new Person().receives({ ...track('A', START - DAY), user });
    if (profile) profiles.stored.set(user, { ...profile, quarantinedUntil });
    await list.write([entryOf(user, since)]);
  };
  const api = new Admin({ ...adminFakes(), ...dependencies });
  return {
    ...{ profiles, bulk, list, clock, given },
    show: () => api.call('GET', '/api/quarantine'),
    release: async (body: unknown, requestId = 'r1') => {
      const { status, json } = await api.call('POST', '/api/quarantine/release', { body, requestId });
      return { status, json };
    },
  };
}

describe('GET /api/quarantine', () => {
  it('shows whose events are left aside, newest first, and who is out again', async () => {
    const { given, show, clock } = operators();
    await given('k#ada', START - 3 * HOUR, START + 21 * HOUR);
    await given('a#kiosk', START - HOUR, START + 23 * HOUR);
    await given('k#released', START - 2 * HOUR);
    const { json } = await show();
    expect(json.more).toBe(false);
    expect(json.users).toEqual([
      {
        ...{ userId: null, anonymousId: 'kiosk', quarantined: true },
        ...{ since: '2026-03-02T11:00:00.000Z', until: '2026-03-03T11:00:00.000Z' },
      },
      expect.objectContaining({ userId: 'released', anonymousId: null, quarantined: false }),
      expect.objectContaining({ userId: 'ada', quarantined: true }),
    ]);
    clock.now += DAY;
    expect((await show()).json.users.map(({ quarantined }: { quarantined: boolean }) => quarantined)).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('shows a user once, by her last time, and no more a week after it was over', async () => {
    const { given, show, clock } = operators();
    await given('k#ada', START - 3 * DAY);
    await given('k#ada', START, START + DAY);
    expect((await show()).json.users).toMatchObject([{ since: '2026-03-02T12:00:00.000Z', quarantined: true }]);
    clock.now += 8 * DAY;
    expect((await show()).json.users).toEqual([]);
  });

  it('shows a hundred, and says that there are more', async () => {
    const { list, show } = operators();
    await list.write(Array.from({ length: 101 }, (_, n) => entryOf(`k#user-${n}`, START + n)));
    const { json } = await show();
    expect([json.users.length, json.more]).toEqual([100, true]);
    expect([json.users[0].userId, json.users[99].userId]).toEqual(['user-100', 'user-1']);
  });
});

describe('POST /api/quarantine/release', () => {
  it('tells the reducer, each time as another input', async () => {
    const { bulk, given, release } = operators();
    await given('k#ada', START, START + DAY);
    await given('a#kiosk', START, START + DAY);
    expect(await release({ userId: 'ada' })).toEqual({ status: 202, json: { id: 'release-r1' } });
    expect(await release({ anonymousId: 'kiosk' }, 'r2')).toEqual({ status: 202, json: { id: 'release-r2' } });
    expect(bulk.messages.flatMap(({ body }) => decodeInputs(body).inputs)).toEqual([
      { kind: 'release', user: 'k#ada', id: 'release-r1', at: START },
      { kind: 'release', user: 'a#kiosk', id: 'release-r2', at: START },
    ]);
  });

  it('lets the person out whose the id has become', async () => {
    const { bulk, profiles, given, release } = operators();
    await given('k#ada', START, START + DAY);
    profiles.tombstones.set('a#kiosk', { key: 'a#kiosk', version: 2, heir: 'k#ada', state: undefined });
    expect((await release({ anonymousId: 'kiosk' })).status).toBe(202);
    expect(decodeInputs(bulk.messages[0]?.body ?? '').inputs).toMatchObject([{ user: 'k#ada' }]);
  });

  it.each([
    ['no JSON', '{', 400, 'invalid_json'],
    ['a list', ['ada'], 400, 'invalid_request'],
    ['nobody', {}, 400, 'invalid_request'],
    ['two at once', { userId: 'ada', anonymousId: 'kiosk' }, 400, 'invalid_request'],
    ['an id that is none', { userId: 7 }, 400, 'invalid_request'],
    ['a slip', { userId: 'ada', all: true }, 400, 'invalid_request'],
    ['somebody nobody has seen', { userId: 'nobody' }, 404, 'unknown_user'],
    ['somebody who is not in quarantine', { userId: 'free' }, 409, 'not_quarantined'],
  ])('with %s changes nothing and says why', async (_what, body, status, code) => {
    const { bulk, given, release } = operators();
    await given('k#free', START - 2 * DAY, START - DAY);
    expect(await release(body)).toMatchObject({ status, json: { code } });
    expect(bulk.messages).toEqual([]);
  });

  it('says so when the queue does not take it', async () => {
    const { bulk, given, release } = operators();
    await given('k#ada', START, START + DAY);
    bulk.refuses = () => true;
    expect(await release({ userId: 'ada' })).toMatchObject({ status: 503, json: { code: 'unavailable' } });
  });
});

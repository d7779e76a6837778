import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../domain/calendar.ts';
import { advance } from '../../domain/decisions/advance.ts';
import { effectId } from '../../domain/decisions/effect.ts';
import { DEFAULT_PLAN } from '../../domain/decisions/plan.ts';
import { handOff, type TimelineEffect } from '../../domain/delivery/hand-off.ts';
import { dueInput, type EventInput, type Input } from '../../domain/state/input.ts';
import { anonymousKey, type UserKey } from '../../domain/state/user-key.ts';
import type { LakeObject, LakeReader } from '../../lambdas/adapters/lake-reader.ts';
import type { Claim } from '../../lambdas/adapters/send-ledger-reader.ts';
import type { TraceDependencies } from '../../lambdas/console/trace/trace.ts';
import { identify, START, track } from '../support/people.ts';
import { Admin, adminFakes } from './admin.ts';
import { FakeProfiles } from './fakes.ts';

/** A deployment in memory, in which an hour has passed since START. */
class Deployment {
  readonly profiles = new FakeProfiles();
  readonly claims = new Map<string, Claim>();
  readonly lines = new Map<UserKey, TimelineEffect[]>();
  readonly objects = new Map<LakeObject, readonly EventInput[]>();
  /** Keys of the objects that were read. */
  readonly read: string[] = [];
  /** The object that takes longer to read than others. */
  slow = '';
  now = START + HOUR;
  #api: Admin | undefined;

  /** Reduces inputs, and does with what was decided as dispatch does. */
  receives(...inputs: Input[]): TimelineEffect[] {
    const user = inputs[0]?.user as UserKey;
    const stored = this.profiles.stored.get(user);
    const { profile, effects } = advance(stored, inputs, DEFAULT_PLAN);
    const version = profile.version + 1;
    this.profiles.stored.set(user, { ...profile, version });
    const added = handOff(user, version, { lineage: profile.lineage, effects }).flatMap((item) =>
      item.sink === 'timeline' ? [JSON.parse(item.entry.data) as TimelineEffect] : [],
    );
    this.lines.set(user, [...(this.lines.get(user) ?? []), ...added]);
    return added;
  }

  keeps(at: number, ...events: EventInput[]): void {
    this.objects.set({ key: `raw/${this.objects.size}`, at, bytes: 100 }, events);
  }

  claim(effect: TimelineEffect | undefined, user: UserKey, claim: Partial<Claim> = {}): string {
    const { id = '', at = 0 } = effect ?? {};
    const whole = {
      sendId: id,
      user,
      message: 'welcome',
      status: 'claimed',
      decidedAt: at,
      claimedAt: at + 1_000,
    } as const;
    this.claims.set(id, { ...whole, ...claim });
    return id;
  }

  async ask(id: string, query?: Record<string, string>) {
    this.#api ??= new Admin({ ...adminFakes(), ...this.#dependencies(), profiles: this.profiles });
    // An empty path is another's: the query takes it.
    if (id === '') return this.#api.call('GET', '/api/trace', { query });
    return this.#api.call('GET', `/api/trace/${id}`, { query });
  }

  #dependencies(): Omit<TraceDependencies, 'settings' | 'holds'> {
    const lake: LakeReader = {
      hour: async (hour) =>
        [...this.objects.keys()].filter(({ at }) => at >= hour && at < hour + HOUR).sort((a, b) => b.at - a.at),
      find: async (object, messageId) => {
        this.read.push(object.key);
        if (object.key === this.slow) for (let turn = 0; turn < 10; turn++) await undefined;
        return this.objects.get(object)?.find(({ id }) => id === messageId)?.event;
      },
    };
    return {
      profiles: this.profiles,
      timeline: {
        between: async (user, from, to) => ({
          effects: (this.lines.get(user) ?? []).filter(({ at }) => at >= from && at <= to),
          more: false,
        }),
        newest: async () => ({ lines: [], more: false }),
      },
      sends: {
        find: async (id) => this.claims.get(id),
        findByProviderId: async (id) => [...this.claims.values()].find(({ providerId }) => providerId === id),
      },
      // What programs ask for is traced in test/wire/messages.test.ts.
      asked: { find: async () => undefined },
      lake,
      now: () => this.now,
    };
  }
}

/** Somebody who said her address, got a transition and a welcome for it, and is in the lake. */
function greeted() {
  const deployment = new Deployment();
  const said = identify({ email: 'ada@shop.example', plan: 'pro' }, START, { messageId: 'm-1', userId: 'ada' });
  deployment.keeps(START + MINUTE, said, track('Other', START, { messageId: 'm-2', userId: 'bo' }));
  const [transition, message] = deployment.receives(said);
  const sendId = deployment.claim(message, said.user, { status: 'accepted', providerId: 'ses-1' });
  return { deployment, said, transition, message, sendId };
}

describe('a message id', () => {
  it('leads from the event to what was decided and to the message that left', async () => {
    const { deployment, said, transition, sendId } = greeted();
    const later: TimelineEffect = { id: 'x_9_0', kind: 'merged', other: 'k#bo', at: START + MINUTE, by: 'm-8' };
    deployment.lines.get(said.user)?.push(later);

    const { status, json } = await deployment.ask('m-1');

    expect(status).toBe(200);
    expect(json).toMatchObject({
      kind: 'messageId',
      event: { messageId: 'm-1', type: 'identify', userId: 'ada', receivedAt: '2026-03-02T12:00:00.000Z' },
      user: { userId: 'ada', anonymousId: null, counted: true },
      effects: [
        { id: transition?.id, kind: 'transition', to: 'new', by: 'm-1' },
        { id: sendId, kind: 'message', message: 'welcome', send: { status: 'accepted', providerId: 'ses-1' } },
      ],
      searched: { complete: true, objects: 1 },
      lake: { newestAt: '2026-03-02T12:01:00.000Z', ageSeconds: 59 * 60 },
    });
    expect(json.effects).toHaveLength(2);
  });

  it('shows personal values as little as the debugger does', async () => {
    const { json } = await greeted().deployment.ask('m-1');
    expect(json.event.traits).toEqual({ email: '‹personal›', plan: 'pro' });
    expect(JSON.stringify(json)).not.toContain('ada@shop');
  });

  it('of an event that set nothing going ends at the profile, which no longer tells after a day', async () => {
    const { deployment } = greeted();
    const seen = track('Seen', START + MINUTE, { messageId: 'm-3', userId: 'ada' });
    deployment.keeps(START + 2 * MINUTE, seen);
    deployment.receives(seen);
    expect((await deployment.ask('m-3')).json).toMatchObject({ user: { counted: true }, effects: [] });
    deployment.receives(track('Later', START + 2 * DAY, { userId: 'ada' }));
    expect((await deployment.ask('m-3')).json).toMatchObject({ user: { counted: null } });
  });

  it('leads to the segment it brought somebody into', async () => {
    const { deployment, said } = greeted();
    const entered: TimelineEffect = {
      ...{ id: 'x_9_0', kind: 'membership', segment: 'vip', entered: true, at: START, cause: 'activity', by: 'm-1' },
    };
    deployment.lines.get(said.user)?.push(entered);
    expect((await deployment.ask('m-1')).json.effects).toContainEqual({
      ...{ id: 'x_9_0', kind: 'membership', segment: 'vip', entered: true, cause: 'activity', by: 'm-1' },
      at: '2026-03-02T12:00:00.000Z',
    });
  });

  it('of a device leads to the person it became, and to what was decided under either key', async () => {
    const deployment = new Deployment();
    const seen = track('Seen', START, { messageId: 'm-1', userId: 'ada' });
    const device = anonymousKey('phone');
    const { userId: _, ...event } = { ...seen.event, anonymousId: 'phone' };
    const onDevice = { ...seen, user: device, event };
    deployment.keeps(START + MINUTE, onDevice);
    const [entered] = deployment.receives(seen);
    const quarantine: TimelineEffect = { id: 'x_1_0', kind: 'quarantine', at: START, until: START + DAY, by: 'm-1' };
    deployment.lines.set(device, [quarantine]);
    deployment.profiles.tombstones.set(device, { key: device, version: 2, heir: 'k#ada', state: undefined });

    const { json } = await deployment.ask('m-1');

    expect(json.user).toEqual({ userId: 'ada', anonymousId: null, counted: true });
    expect(json.event).toMatchObject({ userId: null, anonymousId: 'phone' });
    expect(json.effects.map(({ id }: { id: string }) => id)).toEqual(['x_1_0', entered?.id]);
  });

  it('is searched for newest first, and no further than asked', async () => {
    const { deployment } = greeted();
    deployment.keeps(START + 40 * MINUTE, track('A', START, { messageId: 'm-9' }));
    await deployment.ask('m-9');
    expect(deployment.read[0]).toBe('raw/1');

    const early = { from: '2026-03-02T11:00:00Z', to: '2026-03-02T11:30:00Z' };
    deployment.read.length = 0;
    const { status, json } = await deployment.ask('m-1', early);
    expect([status, deployment.read]).toEqual([404, []]);
    expect(json).toMatchObject({
      code: 'unknown_id',
      searched: { from: '2026-03-02T11:00:00.000Z', to: '2026-03-02T11:30:00.000Z', objects: 0, complete: true },
    });
  });

  it('that was used twice leads to the newest event, however fast the objects are read', async () => {
    const deployment = new Deployment();
    for (const [n, minute] of [1, 5].entries())
      deployment.keeps(START + minute * MINUTE, track(`Seen ${n}`, START + n * MINUTE, { messageId: 'm-1' }));
    deployment.slow = 'raw/0';
    const { json } = await deployment.ask('m-1');
    expect(json).toMatchObject({ event: { name: 'Seen 1' }, note: expect.stringContaining('newest event') });
  });

  it('that is not found says how far the search got and where to go on', async () => {
    const deployment = new Deployment();
    for (let i = 0; i < 1_600; i++) deployment.keeps(START - i * 10_000);
    const { status, json } = await deployment.ask('m-1');
    expect(status).toBe(404);
    expect(json.searched).toMatchObject({ complete: false, objects: 1_504 });
    expect(json.detail).toContain(`?to=${json.searched.from}`);

    const before = await deployment.ask('m-1', { from: '2026-03-01T12:00:00Z', to: json.searched.from });
    expect(before.json.searched.complete).toBe(true);
    expect(new Set(deployment.read).size).toBe(1_600);
  });

  it('is looked for where nothing was written for a day, and that is said', async () => {
    const { json } = await new Deployment().ask('m-1');
    expect(json).toMatchObject({ code: 'unknown_id', lake: { newestAt: null, ageSeconds: null } });
  });
});

describe('a send', () => {
  it('by our id or the provider’s leads back to the event that caused it', async () => {
    const { deployment, sendId } = greeted();
    for (const [id, kind] of [
      [sendId, 'sendId'],
      ['ses-1', 'providerId'],
    ] as const) {
      const { status, json } = await deployment.ask(id);
      expect(status).toBe(200);
      expect(json).toMatchObject({
        kind,
        event: { messageId: 'm-1' },
        user: { userId: 'ada', anonymousId: null },
        effects: [{ id: sendId, by: 'm-1', message: 'welcome', send: { status: 'accepted', providerId: 'ses-1' } }],
      });
    }
  });

  it('that time caused is in no lake, and none is searched', async () => {
    const { deployment } = greeted();
    for (let due = deployment.profiles.stored.get('k#ada')?.dueAt; due !== undefined; ) {
      deployment.receives(dueInput('k#ada', due));
      due = deployment.profiles.stored.get('k#ada')?.dueAt;
    }
    const missed = deployment.lines
      .get('k#ada')
      ?.find((line) => line.kind === 'message' && line.message === 'we-miss-you');
    const { json } = await deployment.ask(deployment.claim(missed, 'k#ada', { message: 'we-miss-you' }));
    expect(json).toMatchObject({ event: null, searched: null, effects: [{ by: expect.stringMatching(/^due-\d+$/) }] });
    expect(deployment.read).toEqual([]);
  });

  it('that an app’s message brought is looked for though its id looks like one of ours', async () => {
    const deployment = new Deployment();
    const said = identify({ email: 'ada@shop.example' }, START, { messageId: 'due-123', userId: 'ada' });
    deployment.keeps(START + MINUTE, said);
    const [, message] = deployment.receives(said);
    const { json } = await deployment.ask(deployment.claim(message, said.user));
    expect(json).toMatchObject({ event: { messageId: 'due-123' }, effects: [{ by: 'due-123' }] });
  });

  it('whose line of the timeline is not there shows its claim', async () => {
    const deployment = new Deployment();
    const sendId = effectId('RdJ9xk2A', 3, 0);
    const claim = { decidedAt: START, claimedAt: START, status: 'withheld', reason: 'no-address' } as const;
    deployment.claim({ id: sendId, at: START } as TimelineEffect, 'k#ada', claim);
    expect((await deployment.ask(sendId)).json.effects).toMatchObject([
      { id: sendId, by: null, send: { status: 'withheld', reason: 'no-address' } },
    ]);
  });
});

describe('a request', () => {
  it.each<[string, Record<string, string> | undefined, string]>([
    ['', undefined, 'invalid_id'],
    ['x'.repeat(201), undefined, 'invalid_id'],
    ['m', { from: 'yesterday' }, 'invalid_range'],
    ['m', { from: '2026-03-02T12:00:00Z', to: '2026-03-02T12:00:00Z' }, 'invalid_range'],
    ['m', { from: '2026-02-02', to: '2026-03-02' }, 'invalid_range'],
    ['m', { to: '1970-01-01' }, 'invalid_range'],
  ])('%j with %j is answered %s', async (id, query, code) => {
    const { status, json } = await new Deployment().ask(id, query);
    expect([status, json.code]).toEqual([400, code]);
  });

  it.each(['..', 'a/b', '#', '\u0000', '💌', '__proto__', 'a_1_0', '"', '%'])('for %j finds nothing', async (id) => {
    expect((await greeted().deployment.ask(id)).status).toBe(404);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR } from '../../domain/calendar.ts';
import type { TimelineEffect } from '../../domain/delivery/hand-off.ts';
import { knownKey, type UserKey } from '../../domain/state/user-key.ts';
import type { Claim } from '../../lambdas/adapters/send-ledger-reader.ts';
import { identify, Person, START } from '../support/people.ts';
import { Admin, adminFakes } from './admin.ts';
import { FakeProfiles } from './fakes.ts';

const message = (id: string, at = START): TimelineEffect => ({
  ...{ id, kind: 'message', message: 'we-miss-you', channel: 'email', at, notAfter: at + HOUR, by: 'due-1' },
});
const withheld = (id: string, at = START): TimelineEffect => ({
  ...{ id, kind: 'withheld', message: 'we-miss-you', channel: 'email', reason: 'consent withdrawn', at, by: 'due-1' },
});

/** People with these lines, a table that reads at most `atOnce` of them, and somebody who asks. */
function given(lines: Readonly<Record<string, readonly TimelineEffect[]>>, atOnce = 1_000) {
  const profiles = new FakeProfiles();
  const fakes = adminFakes();
  const claims = new Map<string, Claim>();
  const api = new Admin({
    ...fakes,
    profiles,
    sends: { ...fakes.sends, find: async (id: string) => claims.get(id) },
    timeline: {
      ...fakes.timeline,
      async newest(user: UserKey, limit: number, before: string | undefined) {
        const all = (lines[user] ?? [])
          .map((effect) => ({ entry: `${new Date(effect.at).toISOString()}#${effect.id}`, effect }))
          .filter(({ entry }) => before === undefined || entry < before)
          .sort((a, b) => (a.entry < b.entry ? 1 : -1));
        const some = all.slice(0, Math.min(limit, atOnce));
        return { lines: some, more: some.length < all.length };
      },
    },
  });
  const ask = (userId: string, query: Record<string, string> = {}) =>
    api.call('GET', `/api/profiles/${userId}/timeline`, { query, role: 'viewer' });
  return { profiles, claims, holds: fakes.holds, ask };
}

/** Somebody of whom it is known that `merged` are ids of hers, too. */
function knows(profiles: FakeProfiles, userId: string, ...merged: string[]) {
  const { profile } = new Person().receives(identify({}, START, { userId }));
  if (profile) profiles.stored.set(profile.key, { ...profile, mergedIds: merged });
}

describe('GET /api/profiles/{userId}/timeline', () => {
  it('says why a message that time decided was withheld, and what became of one that went', async () => {
    const { profiles, claims, ask } = given({ 'k#cleo': [message('a', START), withheld('b', START + 1)] });
    knows(profiles, 'cleo');
    const sent = { sendId: 'a', user: knownKey('cleo'), message: 'we-miss-you', decidedAt: START, claimedAt: START };
    claims.set('a', { ...sent, status: 'accepted' });
    const { status, json } = await ask('cleo');
    expect(status).toBe(200);
    expect(json).toMatchObject({
      effects: [
        { id: 'b', kind: 'withheld', message: 'we-miss-you', reason: 'consent withdrawn', by: 'due-1', until: null },
        { id: 'a', kind: 'message', send: { status: 'accepted' }, held: null },
      ],
      next: null,
    });
  });

  it('says what holds a message that nobody has claimed, as long as it is not too late for it', async () => {
    const { profiles, holds, ask } = given({ 'k#ivy': [message('old', START - 2 * HOUR), message('new')] });
    knows(profiles, 'ivy');
    await holds.hold({ what: 'email/marketing', since: START, by: 'bea', reason: 'a wrong price' });
    expect((await ask('ivy')).json.effects).toMatchObject([
      { id: 'new', send: null, held: { what: 'email/marketing', reason: 'a wrong price', by: 'bea' } },
      { id: 'old', send: null, held: null },
    ]);
  });

  it('tells everything once, newest first, however many ids she has and however little is read at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom('ada', 'al', 'ad'), fc.nat(20)), { maxLength: 30 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 4 }),
        async (decided, limit, atOnce) => {
          const lines: Record<string, TimelineEffect[]> = {};
          for (const [n, [user, at]] of decided.entries()) {
            const key = `k#${user}`;
            lines[key] = [...(lines[key] ?? []), withheld(`i${n}`, START + at)];
          }
          const { profiles, ask } = given(lines, atOnce);
          knows(profiles, 'ada', 'al', 'ad');
          const told: { id: string; at: string }[] = [];
          let next: string | null | undefined;
          do {
            const { json } = await ask('ada', { limit: String(limit), ...(next && { cursor: next }) });
            told.push(...json.effects);
            next = json.next;
          } while (next);
          expect(told.map(({ id }) => id).sort()).toEqual(decided.map((_, n) => `i${n}`).sort());
          expect(told.map(({ at }) => at)).toEqual(
            told
              .map(({ at }) => at)
              .sort()
              .reverse(),
          );
        },
      ),
      { numRuns: 25 },
    );
  });

  it('knows nobody of whom nothing was decided, and shows what a program sent to an id nobody knows', async () => {
    const { ask } = given({ 'k#ghost': [message('m')] });
    expect(await ask('nobody')).toMatchObject({ status: 404, json: { code: 'unknown_user' } });
    expect(await ask('ghost')).toMatchObject({ status: 200, json: { effects: [{ id: 'm' }] } });
  });
});

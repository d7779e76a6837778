import { describe, expect, it } from 'vitest';
import { SECOND } from '../../domain/calendar.ts';
import type { LiveCatalog } from '../../domain/catalog/live-catalog.ts';
import { compilePlan } from '../../domain/decisions/plan.ts';
import type { Profile } from '../../domain/state/profile.ts';
import type { UserKey } from '../../domain/state/user-key.ts';
import { UTC } from '../../domain/zone.ts';
import type { ScanPage } from '../../lambdas/adapters/profile-scan.ts';
import type { SegmentRoutesDependencies } from '../../lambdas/console/segments/segments.routes.ts';
import { identify, Person, START } from '../support/people.ts';
import { Admin, adminFakes } from './admin.ts';
import { segmentFakes } from './census-fakes.ts';

const live: LiveCatalog = {
  ...{ number: 3, publishedAt: START, counters: [] },
  segments: [
    { id: 1, key: 'vip', name: 'Our best', where: { trait: 'points', gte: 100 } },
    { id: 2, key: 'preview', where: { all: [{ segment: 'vip' }, { not: { consent: 'email' } }] } },
  ],
};

const api = (segments: Partial<SegmentRoutesDependencies>) =>
  new Admin({ ...adminFakes(), segments: { ...segmentFakes(), readLive: async () => live, ...segments } });

describe('a segment', () => {
  it('is listed with what people call it, and follows when it is called something else', async () => {
    const names = async (catalog: LiveCatalog) => {
      const { json } = await api({ readLive: async () => catalog }).call('GET', '/api/segments');
      return json.segments.map((one: { name: string }) => one.name);
    };
    expect(await names(live)).toEqual(['Our best', 'preview']);
    const renamed = live.segments.map((one) => ({ ...one, name: one.key.toUpperCase() }));
    expect(await names({ ...live, number: 4, segments: renamed })).toEqual(['VIP', 'PREVIEW']);
  });

  it('is shown with what it means, in words and as it was written, whatever its key is', async () => {
    const census = { at: START, number: 3, people: 9, members: { preview: 4 }, inStage: {} };
    const shown = api({ lastCensus: { read: async () => census } });
    expect((await shown.call('GET', '/api/segments/preview')).json).toEqual({
      ...{ key: 'preview', name: 'preview', status: 'live' },
      ...{ members: 4, countedAt: new Date(START).toISOString() },
      where: live.segments[1]?.where,
      words: 'in the segment “Our best” and not (has agreed to email)',
    });
    expect(await shown.call('GET', '/api/segments/nobody')).toMatchObject({
      ...{ status: 404, json: { code: 'unknown_segment' } },
    });
  });
});

describe('a page of members', () => {
  const personOf = (userId: string, points: number): Profile =>
    new Person(compilePlan(live, UTC)).receives(identify({ points }, START, { userId })).profile as Profile;

  /** A table of so many pages, each with one person who is in no segment but for the last; reading one takes so long. */
  function table(pages: number, { takes = 0, last = 'ada' } = {}) {
    const read: number[] = [];
    let now = START;
    const page = async (_slice: object, after: UserKey | undefined): Promise<ScanPage> => {
      const number = after === undefined ? 0 : Number(after.slice('k#'.length));
      read.push(number);
      now += takes;
      const isLast = number === pages - 1;
      const profile = isLast ? personOf(last, 100) : personOf(`u${number}`, 1);
      return { found: [[profile.key, { outcome: 'profile', profile }]], next: isLast ? undefined : `k#${number + 1}` };
    };
    const shown = api({ scan: { page }, now: () => now });
    const members = async (query: Record<string, string>) =>
      (await shown.call('GET', '/api/segments/vip/members', { query })).json;
    return { members, read };
  }

  it('reads ten megabytes at most, and goes on where it ended although nobody was there', async () => {
    const { members, read } = table(25);
    const first = await members({});
    expect([first.members, read.length]).toEqual([[], 10]);
    const second = await members({ cursor: first.next });
    const third = await members({ cursor: second.next });
    expect(third).toEqual({ members: [{ userId: 'ada', since: new Date(START).toISOString() }], next: null });
    expect(read).toEqual(Array.from({ length: 25 }, (_, page) => page));
  });

  it('begins no further reading when it has taken long, but always one', async () => {
    const { members, read } = table(3, { takes: 9 * SECOND });
    const first = await members({});
    expect([first.members, read.length]).toEqual([[], 1]);
    expect((await members({ cursor: (await members({ cursor: first.next })).next })).members).toHaveLength(1);
  });

  it('goes on after anybody, however her id is written', async () => {
    const id = '\u0001'.repeat(256);
    const { members } = table(1, { last: id });
    const { next } = await members({ limit: '1' });
    const after: (string | undefined)[] = [];
    const shown = api({
      scan: {
        page: async (_slice, from) => {
          after.push(from);
          return { found: [], next: undefined };
        },
      },
    });
    expect(await shown.call('GET', '/api/segments/vip/members', { query: { cursor: next } })).toMatchObject({
      status: 200,
    });
    expect(after).toEqual([`k#${id}`]);
  });
});

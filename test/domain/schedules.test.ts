import { describe, expect, it } from 'vitest';
import { DAY, MINUTE } from '../../domain/calendar.ts';
import type { LiveCatalog, LiveJourney } from '../../domain/catalog/live-catalog.ts';
import { type ScheduleEntry, type SchedulesSeen, schedulesDue } from '../../domain/decisions/census/schedules.ts';
import { type Zone, zoneNamed } from '../../domain/zone.ts';

const BERLIN = zoneNamed('Europe/Berlin') as Zone;
const at = (text: string) => Date.parse(text);
const daily = { every: { unit: 'day', at: '09:00', from: '2026-11-01' } } as const;

function journey(key: string, entry: Partial<ScheduleEntry>, over: Partial<LiveJourney> = {}): LiveJourney {
  const who = { activity: 'last', ago: { lt: 'P30D' } } as const;
  const body = { name: key, entries: [{ type: 'schedule', who, ...entry } as const], start: 'a', steps: {} };
  return { id: 1, key, versions: [{ version: 1, body }], ...over };
}
const live = (publishedAt: string, ...journeys: LiveJourney[]): LiveCatalog => ({
  ...{ number: 1, publishedAt: at(publishedAt), segments: [], counters: [], journeys },
});

/** Looks at these times, one after the other; answers with what began at each. */
function looks(catalog: LiveCatalog, times: readonly string[], begun: SchedulesSeen = {}) {
  let seen = begun;
  return times.map((time) => {
    const due = schedulesDue(catalog, seen, at(time), BERLIN);
    seen = due.seen;
    const { begin, missed, next } = due;
    return [
      begin.map(({ occurrence }) => occurrence),
      missed.length,
      next && new Date(next).toISOString().slice(0, 16),
    ];
  });
}

describe('what is scheduled', () => {
  it('begins when its time has come, once, and says when to look again', () => {
    const times = ['2026-11-30T07:00:00Z', '2026-11-30T08:00:00Z', '2026-11-30T08:00:30Z'];
    expect(looks(live('2026-11-29T12:00:00Z', journey('a', daily)), times)).toEqual([
      [[], 0, '2026-11-30T08:00'],
      [['2026-11-30T0900'], 0, '2026-12-01T08:00'],
      [[], 0, '2026-12-01T08:00'],
    ]);
  });

  it('by each person’s clock begins with the first clock on earth, and tells what hers has to show', () => {
    const catalog = live('2026-11-29T12:00:00Z', journey('a', { ...daily, zone: 'person', perMinute: 60 }));
    const { seen } = schedulesDue(catalog, {}, at('2026-11-29T18:59:00Z'), BERLIN);
    const { begin } = schedulesDue(catalog, seen, at('2026-11-29T19:00:00Z'), BERLIN);
    expect(begin).toEqual([
      {
        ...{ kind: 'enrol', journey: 'a', entry: 0, occurrence: '2026-11-30T0900', perMinute: 60 },
        at: at('2026-11-29T19:00:00Z'),
        ownClock: { day: at('2026-11-30') / DAY, timeOfDay: 540 * MINUTE },
      },
    ]);
  });

  it('by each person’s clock still begins for those whose time has not come when it is published', () => {
    const catalog = live('2026-11-30T12:00:00Z', journey('a', { ...daily, zone: 'person' }));
    const { begin } = schedulesDue(catalog, {}, at('2026-11-30T12:00:30Z'), BERLIN);
    expect(begin.map(({ occurrence, ownClock }) => [occurrence, ownClock?.notBefore])).toEqual([
      ['2026-11-30T0900', at('2026-11-30T11:55:00Z')],
    ]);
  });

  it('makes up for no time before it was published or changed, but for some minutes', () => {
    const [afternoon] = looks(live('2026-11-30T08:04:00Z', journey('a', daily)), ['2026-11-30T08:04:30Z']);
    expect(afternoon?.[0]).toEqual(['2026-11-30T0900']);
    const [late] = looks(live('2026-11-30T08:06:00Z', journey('a', daily)), ['2026-11-30T08:06:30Z']);
    expect(late?.[0]).toEqual([]);
    const { seen } = schedulesDue(
      live('2026-11-20T00:00:00Z', journey('a', daily)),
      {},
      at('2026-11-30T08:30:00Z'),
      BERLIN,
    );
    const earlier = { every: { ...daily.every, at: '08:00' } };
    expect(looks(live('2026-12-01T12:00:00Z', journey('a', earlier)), ['2026-12-01T12:00:30Z'], seen)).toEqual([
      [[], 0, '2026-12-02T07:00'],
    ]);
  });

  it('begins after an outage what came within a day, and tells of what came before', () => {
    const catalog = live('2026-11-20T12:00:00Z', journey('a', daily));
    const { seen } = schedulesDue(catalog, {}, at('2026-11-27T09:00:00Z'), BERLIN);
    expect(looks(catalog, ['2026-11-30T09:00:00Z'], seen)).toEqual([[['2026-11-30T0900'], 2, '2026-12-01T08:00']]);
  });

  it('begins while it is paused, and waits; not when it is closed or stopped', () => {
    const begins = (how: 'paused' | 'closed' | 'stopped') =>
      looks(live('2026-11-29T12:00:00Z', journey('a', daily, { halted: { how, since: 0 } })), [
        '2026-11-30T08:00:00Z',
      ])[0]?.[0];
    expect([begins('paused'), begins('closed'), begins('stopped')]).toEqual([['2026-11-30T0900'], [], []]);
  });
});

import { describe, expect, it } from 'vitest';
import { DAY, HOUR, SECOND } from '../../../domain/calendar.ts';
import { type CampaignBody, campaignSchema } from '../../../domain/catalog/campaign/campaign.ts';
import { journeyOf } from '../../../domain/catalog/campaign/journey-of.ts';
import type { LiveCatalog } from '../../../domain/catalog/live-catalog.ts';
import { nextOccurrence } from '../../../domain/decisions/times/schedule.ts';
import { emailsFor, reachedBy } from '../../../domain/insights/campaign-review/audience.ts';
import { conflictsOf } from '../../../domain/insights/campaign-review/conflicts.ts';
import { costOf } from '../../../domain/insights/campaign-review/price.ts';
import { type SendingTime, sendingTime } from '../../../domain/insights/campaign-review/sending-time.ts';
import { sayLength, sayTime } from '../../../domain/insights/campaign-review/words.ts';
import { UTC } from '../../../domain/zone.ts';

const WHO = { trait: 'points', gte: 20 };
const campaign = (more: object = {}): CampaignBody =>
  campaignSchema.parse({
    ...{ name: 'Sale', who: WHO, message: { send: [{ channel: 'email', template: 'sale' }] } },
    ...('every' in more ? {} : { once: { day: '2026-12-04', at: '09:00' } }),
    ...more,
  });

describe('sending takes', () => {
  const quota = { perSecond: 10, perDay: 100_000, sentInLastDay: 40_000 };
  const seconds = (days: number, rest: number) => (days * DAY) / SECOND + rest;

  it.each<[number, number | undefined, Partial<typeof quota>, SendingTime | undefined]>([
    [0, undefined, {}, { seconds: 0, waits: 0, by: 'rate' }],
    // Four fifths of ten a second.
    [8_000, undefined, {}, { seconds: 1_000, waits: 1_000, by: 'rate' }],
    [60_000, undefined, {}, { seconds: 7_500, waits: 7_500, by: 'rate' }],
    [60_008, undefined, {}, { seconds: seconds(1, 1), waits: seconds(1, 1), by: 'day' }],
    [160_000, undefined, {}, { seconds: seconds(1, 12_500), waits: seconds(1, 12_500), by: 'day' }],
    [160_008, undefined, {}, { seconds: seconds(2, 1), waits: seconds(2, 1), by: 'day' }],
    [60_008, undefined, { perDay: -1 }, { seconds: 7_501, waits: 7_501, by: 'rate' }],
    [1_000_000, undefined, { perSecond: 1 }, { seconds: 1_250_000, waits: 1_250_000, by: 'rate' }],
    [6_000, 60, {}, { seconds: 6_000, waits: 0, by: 'campaign' }],
    [6_000, 6_000, {}, { seconds: 750, waits: 690, by: 'rate' }],
    [1, undefined, { perSecond: 0 }, undefined],
    [1, undefined, { perDay: 0 }, undefined],
  ])('of %i emails, at %s a minute, with %o: %o', (emails, perMinute, more, expected) => {
    expect(sendingTime(emails, { ...quota, ...more }, perMinute)).toEqual(expected);
  });

  it('so long, in words', () => {
    const said = [1, 60, 5_400, 72_000, 200_000].map(sayLength);
    expect(said).toEqual(['less than a minute', '1 minute', '90 minutes', '20 hours', '2.3 days']);
    expect(sayTime({ seconds: 72_000, waits: 0, by: 'day' }, quota)).toBe(
      'At your quota of 100,000 emails in 24 hours this takes 20 hours.',
    );
  });
});

describe('a campaign', () => {
  it('costs what SES takes and what the deployment takes', () => {
    expect(costOf(1_000_000)).toEqual({ ses: 100, own: 11, usd: 111 });
    expect([emailsFor(1_000, 5), emailsFor(1_000, 10, 10), emailsFor(1_000)]).toEqual([950, 810, 1_000]);
  });

  it('reaches who can be reached and lets it come, by what the topic says', () => {
    const reachable = { channel: 'email', reachable: true };
    const refused = { not: { consent: 'email/news', is: 'refused' } };
    const news = [{ key: 'sale', topic: 'news' }];
    expect(reachedBy(campaign(), [{ key: 'sale' }], [])).toEqual({ all: [WHO, reachable] });
    expect(reachedBy(campaign(), news, [])).toEqual({ all: [WHO, reachable, refused] });
    expect(
      reachedBy(campaign({ who: { all: [WHO] } }), news, [{ key: 'news', consent: { email: 'required' } }]),
    ).toEqual({
      all: [
        WHO,
        reachable,
        refused,
        {
          any: [
            { consent: 'email/news', is: 'granted' },
            { consent: 'email', is: 'granted' },
          ],
        },
      ],
    });
  });
});

describe('against a campaign stands', () => {
  const AT = Date.UTC(2026, 11, 4, 9);
  const scheduled = (key: string, when: object, halted = {}) => ({
    ...{ id: key.length, key, versions: [{ version: 1, body: journeyOf(campaign(when)) }] },
    ...halted,
  });
  const conflicts = (live: Partial<LiveCatalog>, more: object = {}, waits = 0, topic: string | undefined = 'news') => {
    const body = campaign(more);
    return conflictsOf(
      {
        ...{ key: 'sale', campaign: body, templates: [{ key: 'sale', ...(topic && { topic }) }] },
        at: nextOccurrence(body, UTC, AT - HOUR)?.at,
        time: { seconds: waits / SECOND, waits: waits / SECOND, by: 'rate' },
      },
      {
        ...{ number: 1, publishedAt: 0, segments: [], counters: [] },
        topics: [{ key: 'news', consent: { email: 'assumed' } }],
        ...live,
      },
      UTC,
    );
  };
  const codes = (...given: Parameters<typeof conflicts>) => conflicts(...given).map(({ code }) => code);

  it('nothing, if there is nothing', () => expect(codes({})).toEqual([]));

  it('that its time is over', () =>
    expect(codes({}, { once: { day: '2026-12-03', at: '09:00' } })).toEqual(['time-is-over']));

  it('that it is paused', () =>
    expect(codes({ journeys: [{ ...scheduled('sale', {}), halted: { how: 'paused', since: 0 } }] })).toEqual([
      'halted',
    ]));

  it.each([
    [{ from: '22:00', to: '09:00' }, 0, []],
    [{ from: '08:00', to: '09:30' }, 0, ['It begins in quiet hours: the rest goes from 2026-12-04 09:30 on.']],
    [{ from: '20:00', to: '08:00' }, 10 * HOUR, []],
    [
      { from: '20:00', to: '08:00' },
      12 * HOUR,
      ['Its sending comes into quiet hours at 2026-12-04 20:00: the rest goes from 2026-12-05 08:00 on.'],
    ],
    [{ from: '08:00', to: '09:30', channels: ['sms' as const] }, 0, []],
    [{ from: '00:00', to: '00:00' }, 0, ['It is quiet from 2026-12-04 09:00 on until it would be too late.']],
  ])('that it is quiet: %o, while it sends for %i ms', (hours, waits, details) => {
    const found = conflicts({ settings: { quietHours: [hours] } }, {}, waits);
    expect(found.map(({ detail }) => detail)).toEqual(details);
  });

  it('that its last messages would be too late', () => {
    expect(codes({}, {}, 2 * DAY)).toEqual([]);
    expect(codes({}, {}, 2 * DAY + HOUR)).toEqual(['too-slow']);
    expect(codes({}, { atMostLate: 'P3D' }, 2 * DAY + HOUR)).toEqual([]);
    expect(codes({}, { atMostLate: 'PT1H' }, 2 * HOUR)).toEqual(['too-slow']);
  });

  it('another one on the same day, and the caps that it uses up', () => {
    const sameDay = [scheduled('summer', { once: { day: '2026-12-04', at: '18:00' } })];
    const weekly = { every: { unit: 'week', weekdays: ['friday', 'wednesday'], at: '08:00', from: '2026-11-01' } };
    const often = [scheduled('weekly', weekly)];
    const cap = (most: number, within: string, channel = false) => {
      const one = [{ most, within }];
      return { settings: { caps: channel ? { channels: { sms: one } } : { total: one } } };
    };
    expect(codes({ journeys: sameDay })).toEqual(['same-day']);
    expect(codes({ journeys: sameDay, ...cap(1, 'P1D') })).toEqual(['same-day']);
    expect(codes({ journeys: often, ...cap(2, 'P2D') })).toEqual(['same-day']);
    expect(codes({ journeys: often, ...cap(2, 'P3D') })).toEqual(['same-day', 'cap']);
    expect(codes({ journeys: often, ...cap(1, 'P1D', true) })).toEqual(['same-day']);
    expect(codes({ journeys: [{ ...scheduled('summer', {}), halted: { how: 'stopped', since: 0 } }] })).toEqual([]);
  });

  it('that nobody has said who gets what it is about', () => {
    expect(codes({}, {}, 0, '')).toEqual(['no-topic']);
    expect(codes({ topics: [{ key: 'news' }] })).toEqual(['no-consent-rule']);
    expect(codes({ topics: [{ key: 'news', doubleOptIn: true }] })).toEqual([]);
  });
});

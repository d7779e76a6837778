import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY } from '../../domain/calendar.ts';
import { hintsOn } from '../../domain/events/hints.ts';
import { PERSONAL } from '../../domain/events/masked-json.ts';
import { personalNames } from '../../domain/events/personal-names.ts';
import { OPEN_PLAN } from '../../domain/events/plan-settings.ts';
import { recentAccepted, recentRefused, viewRecent } from '../../domain/events/recent-event.ts';
import { identify, order, START, track } from '../support/people.ts';
import { runs } from '../support/runs.ts';
import { wideJson } from '../support/wide-json.ts';

const isPersonal = personalNames(OPEN_PLAN);
const rejected = {
  outcome: 'rejected',
  code: 'invalid_name',
  message: 'A track call needs a name in "event".',
} as const;

describe('an accepted event in the debugger', () => {
  it('is recognised by its developer and shows nothing of the person', () => {
    const { event } = identify({ email: 'ada@example.com', plan: 'pro' }, START, {
      userId: 'ada-lovelace',
      messageId: 'm1',
    });
    expect(recentAccepted({ ...event, originalTimestamp: START }, isPersonal)).toEqual({
      at: START,
      outcome: 'accepted',
      type: 'identify',
      messageId: 'm1',
      userId: 'ada…',
      traits: { email: PERSONAL, plan: 'pro' },
    });
  });

  it('has its name', () => {
    expect(recentAccepted(track('Product Viewed', START).event, isPersonal).name).toBe('Product Viewed');
  });
});

describe('an event about other ids', () => {
  it('shows which, as little of them as of any', () => {
    const { event } = track('A', START);
    const alias = { ...event, type: 'alias' as const, previousId: 'device-of-ada', groupId: 'acme-corporation' };
    expect(recentAccepted(alias, isPersonal)).toMatchObject({ previousId: 'dev…', groupId: 'acm…' });
  });
});

describe('hints', () => {
  const on = { originalTimestamp: START };
  const event = track('A', START).event;
  it.each([
    ['nothing to say', { ...event, ...on }, undefined],
    ['no timestamp', event, undefined],
    ['an unreadable timestamp', { ...event, timeUnreadable: true as const }, 'timestamp'],
    ['a timestamp in the future', { ...event, ...on, time: START + DAY }, 'future'],
    [
      'an order of nothing',
      { ...track('Order Completed', START, { properties: { revenue: '9,99' } }).event, ...on },
      'amount',
    ],
    ['a refund of nothing', track('Order Refunded', START).event, 'refund'],
    ['a refund', track('Order Refunded', START, { properties: { total: 5 } }).event, undefined],
    ['a cancellation of nothing', track('Order Cancelled', START).event, 'no more'],
    [
      'an order in a currency that is none',
      track('Order Completed', START, { properties: { revenue: 5, currency: '€' } }).event,
      'currency',
    ],
    [
      'an order that gives money back',
      track('Order Completed', START, { properties: { revenue: -5 } }).event,
      'below zero',
    ],
    ['a refund below zero', track('Order Refunded', START, { properties: { revenue: -5 } }).event, undefined],
    ['a page called after an order', { ...track('Order Refunded', START).event, type: 'page' as const }, undefined],
    ['a consent to nothing', track('Consent Granted', START).event, 'channel'],
    [
      'a refusal of a sentence',
      track('Consent Withdrawn', START, { properties: { channel: 'all mail' } }).event,
      'channel',
    ],
    [
      'a consent',
      track('Consent Granted', START, { properties: { channel: 'email', topic: 'news' } }).event,
      undefined,
    ],
    ['a token of no device', { ...event, context: { device: { token: 't' } } }, 'token'],
    ['a token of a device', { ...event, context: { device: { id: 'd', token: 't' } } }, undefined],
    ['a device without a token', { ...event, context: { device: { type: 'ios' } } }, undefined],
    ['a name in another convention', track('order_completed', START).event, 'Did you mean "Order Completed"?'],
    ['a name run together', track('OrderCompleted', START).event, 'Did you mean "Order Completed"?'],
    ['a name in American spelling', track('Order Canceled', START).event, 'Did you mean "Order Cancelled"?'],
    ['a name in small letters', track('consent withdrawn', START).event, 'Did you mean "Consent Withdrawn"?'],
    ['a page called like an order', { ...track('order_completed', START).event, type: 'page' as const }, undefined],
    ['an order', { ...order(START).event, ...on }, undefined],
    ['no address', { ...identify({ email: 'ada' }, START).event, ...on }, 'e-mail'],
    ['an address', { ...identify({ email: 'ada@example.com' }, START).event, ...on }, undefined],
    ['no number', identify({ phone: '079 123 45 67' }, START).event, 'phone'],
    ['a number', identify({ phone: '+41 (0)79 123 45 67' }, START).event, undefined],
    ['no birth', identify({ createdAt: 'last week' }, START).event, 'createdAt'],
    ['no birth under its other name', identify({ created_at: 0 }, START).event, 'createdAt'],
    ['a birth', identify({ createdAt: '2024-01-31' }, START).event, undefined],
    ['a birth in seconds', identify({ created_at: 1_706_695_200 }, START).event, undefined],
    ['traits taken back', identify({ email: null, phone: null, createdAt: null }, START).event, undefined],
    ['no zone', { ...event, ...on, context: { timezone: 'GMT+0000' } }, 'timezone'],
    ['a zone that does not exist', { ...event, ...on, context: { timezone: 'Europe/Atlantis' } }, 'timezone'],
    ['a zone', { ...event, ...on, context: { timezone: 'America/Argentina/Buenos_Aires' } }, undefined],
  ])('%s', (_what, event, hint) => {
    expect(hintsOn(event)).toEqual(hint === undefined ? [] : [expect.stringContaining(hint)]);
  });
});

describe('a refused event in the debugger', () => {
  it('says why, and what it was', () => {
    const item = { type: 'track', userId: 4711, messageId: 'm1', properties: { phone: '+49 1', sku: 'a' } };
    expect(recentRefused(START, { ...rejected, item }, isPersonal)).toEqual({
      at: START,
      ...rejected,
      type: 'track',
      messageId: 'm1',
      userId: '47…',
      properties: { phone: PERSONAL, sku: 'a' },
    });
  });

  it('masks what a message quotes', () => {
    const message = 'The trait "ada@example.com" has more than 1024 bytes.';
    expect(recentRefused(START, { ...rejected, message }, isPersonal).message).not.toContain('ada@');
  });

  it.each([
    ['a text', 'ada@example.com', '‹email›'],
    ['15,000 nested arrays', JSON.parse(`${'['.repeat(15_000)}${']'.repeat(15_000)}`), [[[['…']]]]],
    ['null', null, null],
  ])('may be no event at all: %s', (_what, item, received) => {
    expect(recentRefused(START, { ...rejected, item }, isPersonal)).toMatchObject({ received });
  });

  it('is small, whatever was sent', () => {
    const long = 'ü'.repeat(200_000);
    const item = {
      type: long,
      event: long,
      userId: long,
      messageId: long,
      traits: { [long]: long },
      properties: Array(500).fill(long),
    };
    const bytes = (entry: object) => Buffer.byteLength(JSON.stringify(entry));
    expect(bytes(recentRefused(START, { ...rejected, item }, isPersonal))).toBeLessThan(1_100);
    fc.assert(
      fc.property(wideJson, wideJson, fc.constantFrom('字', '"', 'x'), (properties, traits, character) => {
        const name = character.repeat(120);
        const ids = { event: name, type: name, messageId: name, userId: name, anonymousId: name };
        const item = { ...ids, properties, traits };
        const message = `The trait "${name}" has more than 1024 bytes.`;
        const entry = recentRefused(START, { ...rejected, message, item }, isPersonal);
        expect(bytes(entry)).toBeLessThan(1_500);
        // Its time is text then, and nothing else has changed.
        expect(viewRecent(entry, isPersonal)).toEqual({ ...entry, at: '2026-03-02T12:00:00.000Z' });
        const { event } = track('A', START, { properties: { properties, traits } as never });
        expect(bytes(recentAccepted(event, isPersonal))).toBeLessThan(1_100);
      }),
      runs(300),
    );
    const empty = Array(20).fill(Array(20).fill(Array(20).fill([])));
    expect(bytes(recentRefused(START, { ...rejected, item: { properties: empty } }, isPersonal))).toBeLessThan(1_000);
  });

  it('hides what has become personal since it was stored', () => {
    const entry = recentRefused(
      START,
      { ...rejected, item: { properties: { coupon: 'X1', list: [1, 2] } } },
      isPersonal,
    );
    expect(viewRecent(entry, personalNames({ personal: ['coupon'] }))).toMatchObject({
      at: '2026-03-02T12:00:00.000Z',
      properties: { coupon: PERSONAL, list: [1, 2] },
    });
  });
});

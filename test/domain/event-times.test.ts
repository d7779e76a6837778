import { describe, expect, it } from 'vitest';
import { eventTimes } from '../../domain/events/time.ts';

const NOON = Date.parse('2026-03-02T12:00:00Z');
const at = (text: string) => Date.parse(text);

describe('a client’s clock', () => {
  it.each<[string, unknown, unknown, string]>([
    ['right: the event happened when it says', '2026-03-02T11:59:00Z', '2026-03-02T12:00:00Z', '2026-03-02T11:59:00Z'],
    ['a year slow', '2025-03-02T11:59:00Z', '2025-03-02T12:00:00Z', '2026-03-02T11:59:00Z'],
    ['a year fast', '2027-03-02T11:59:00Z', '2027-03-02T12:00:00Z', '2026-03-02T11:59:00Z'],
    ['set between event and sending', '2026-03-02T14:00:00Z', '2026-03-02T12:00:00Z', '2026-03-02T14:00:00Z'],
    ['in another zone', '2026-03-02T12:59:00+01:00', '2026-03-02T12:00:00Z', '2026-03-02T11:59:00Z'],
    ['in a zone without a colon', '2026-03-02T12:59:00+0100', '2026-03-02T12:00:00Z', '2026-03-02T11:59:00Z'],
    ['without a zone: UTC', '2026-03-02T11:59:00', '2026-03-02T12:00:00', '2026-03-02T11:59:00Z'],
    ['with a space, as some databases write it', '2026-03-02 11:59:00', undefined, '2026-03-02T11:59:00Z'],
    ['in microseconds, as Python writes it', '2026-03-02T11:59:00.123456+00:00', undefined, '2026-03-02T11:59:00.123Z'],
    ['in nanoseconds, as Go writes it', '2026-03-02T11:59:00.123456789Z', undefined, '2026-03-02T11:59:00.123Z'],
    ['with a day alone', '2026-03-01', undefined, '2026-03-01T00:00:00Z'],
    ['gone: an import of long ago stands', '1999-12-31T23:59:59Z', undefined, '1999-12-31T23:59:59Z'],
    ['unreadable at sending: its word stands', '2026-03-01T12:00:00Z', 'now', '2026-03-01T12:00:00Z'],
    ['unreadable at the event: when it arrived', 'Mon Mar 02 2026', '2026-03-02T12:00:00Z', '2026-03-02T12:00:00Z'],
    ['never set: when it arrived', '1980-01-01T00:00:00Z', undefined, '2026-03-02T12:00:00Z'],
    ['a day ahead, which is the most', '2026-03-03T12:00:00Z', undefined, '2026-03-03T12:00:00Z'],
    ['more than a day ahead', '2026-03-03T12:00:01Z', undefined, '2026-03-03T12:00:00Z'],
    ['beyond what a date can be', '+010000-01-01T00:00:00Z', undefined, '2026-03-02T12:00:00Z'],
  ])('that is %s', (_what, timestamp, sentAt, time) => {
    expect(new Date(eventTimes({ timestamp, sentAt }, NOON).time).toISOString()).toBe(new Date(at(time)).toISOString());
  });

  it('is read from the next best where it cannot be read', () => {
    const clock = {
      timestamp: 'x',
      originalTimestamp: '2026-03-02T10:59:00Z',
      sentAt: '',
      batchSentAt: '2026-03-02T11:00:00Z',
    };
    expect(eventTimes(clock, NOON).time).toBe(at('2026-03-02T11:59:00Z'));
  });

  it('is kept as it was, beside what was made of it; what cannot be read is not', () => {
    const kept = eventTimes({ timestamp: '2027-03-02T11:59:00Z', sentAt: '2027-03-02T12:00:00Z' }, NOON);
    expect(kept).toMatchObject({ originalTimestamp: at('2027-03-02T11:59:00Z'), sentAt: at('2027-03-02T12:00:00Z') });
    expect(eventTimes({ timestamp: 'yesterday', sentAt: 7 }, NOON)).toEqual({ time: NOON, timeUnreadable: true });
    expect(eventTimes({ timestamp: null, sentAt: '' }, NOON)).toEqual({ time: NOON });
  });
});

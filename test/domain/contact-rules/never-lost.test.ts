import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../domain/calendar.ts';
import type { Effect, MessageEffect } from '../../../domain/decisions/effect.ts';
import type { ContactSettings } from '../../../domain/delivery/rules/contact-rules.ts';
import { parseDuration } from '../../../domain/duration.ts';
import type { Profile } from '../../../domain/state/profile.ts';
import { stored } from '../../support/lives.ts';
import { identify, Person, START } from '../../support/people.ts';
import { runs } from '../../support/runs.ts';
import { showsQuiet } from './clocks.ts';
import { did, messagesOf, planWith, promo, withheldOf } from './promos.ts';

const ZONES = ['Europe/Berlin', 'America/New_York', 'Asia/Tokyo', 'Australia/Lord_Howe', 'America/Sao_Paulo'];
const PROMOS = ['A', 'B', 'C', 'D', 'E'].map((name, n) =>
  promo(name, { priority: 3 + n, lifetime: (n + 1) * 18 * HOUR }),
);

const hours = fc.constantFrom(
  ...[
    { from: '22:00', to: '08:00' },
    { from: '20:30', to: '09:15', weekdays: ['friday' as const, 'saturday' as const] },
    { from: '12:00', to: '14:00' },
    { from: '00:00', to: '00:00', weekdays: ['sunday' as const] },
  ],
);
const cap = fc.record({
  most: fc.integer({ min: 1, max: 4 }),
  within: fc.constantFrom('PT1H', 'PT12H', 'P1D', 'P3D'),
});
const settings: fc.Arbitrary<ContactSettings> = fc
  .record({
    quietHours: fc.option(fc.array(hours, { minLength: 1, maxLength: 2 })),
    total: fc.option(fc.array(cap, { minLength: 1, maxLength: 2 })),
    email: fc.option(fc.array(cap, { minLength: 1, maxLength: 1 })),
  })
  .map(({ quietHours, total, email }) => ({
    ...(quietHours && { quietHours }),
    caps: { ...(total && { total }), ...(email && { channels: { email } }) },
  }));

const step = fc.record({
  minutes: fc.oneof(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 2_000 })),
  what: fc.constantFrom('A', 'B', 'C', 'D', 'E', 'A', 'B', 'C', 'D', 'E', 'moves', 'leaves', 'looks'),
  zone: fc.constantFrom(...ZONES),
});
// Two of these times are about to have their clocks changed.
const start = fc.constantFrom(START, Date.parse('2026-03-27T09:00:00Z'), Date.parse('2026-10-23T19:00:00Z'));

const inputOf = (what: string, at: number, id: string, zone: string) => {
  if (what === 'moves') return did('Landed', at, id, zone);
  return what === 'leaves' ? did('Consent Withdrawn', at, id, undefined, { channel: 'email' }) : did(what, at, id);
};

const isAboutMessages = ({ kind }: Effect) => kind === 'message' || kind === 'withheld';

function expectAllowed(
  { at, notAfter }: MessageEffect,
  sent: readonly MessageEffect[],
  rules: ContactSettings,
  zone: string,
) {
  expect(showsQuiet(at, rules.quietHours ?? [], zone)).toBe(false);
  expect(at).toBeLessThanOrEqual(notAfter);
  for (const { most, within } of [...(rules.caps?.total ?? []), ...(rules.caps?.channels?.email ?? [])]) {
    const length = parseDuration(within) ?? 0;
    expect(sent.filter((one) => one.at > at - length && one.at <= at).length).toBeLessThanOrEqual(most);
  }
}

/** One that is decided at this very moment does not wait for what has waited. */
function expectDistance(
  { at, by }: MessageEffect,
  sent: readonly MessageEffect[],
  waited: ReadonlySet<string | undefined>,
) {
  const others = sent.filter((one) => one.by !== by && one.at <= at && one.at > at - 15 * MINUTE);
  expect(others.filter((one) => one.at < at || waited.has(one.by))).toEqual([]);
}

it('what was decided is sent, withheld with a reason, or waits: never in quiet hours, above a cap, or too late', () => {
  let [sentInAll, waitedInAll, withheldInAll] = [0, 0, 0];
  fc.assert(
    fc.property(settings, start, fc.array(step, { minLength: 5, maxLength: 40 }), (rules, begin, steps) => {
      const person = new Person(planWith(rules, PROMOS));
      const inputs = [identify({ email: 'ada@shop.example' }, begin, { messageId: 'born' })];
      person.receives(...inputs);
      const moves: { at: number; zone: string }[] = [{ at: Number.NEGATIVE_INFINITY, zone: 'UTC' }];
      const decided: string[] = [];
      let at = begin;
      for (const [n, { minutes, what, zone }] of steps.entries()) {
        at += minutes * MINUTE;
        person.waitsUntil(at - 1);
        if (what === 'moves') moves.push({ at, zone });
        if (what.length === 1) decided.push(`m${n}`);
        const input = inputOf(what, at, `m${n}`, zone);
        inputs.push(input);
        person.receives(input);
        expect(person.profile?.dueAt ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(
          Math.min(Number.POSITIVE_INFINITY, ...(person.profile?.waiting ?? []).map(({ until }) => until)),
        );
        person.profile = stored(person.profile as Profile);
      }
      const ends = () => [
        ...messagesOf(person).map(({ by }) => by ?? ''),
        ...withheldOf(person).flatMap(({ by = '', until }) => (until === undefined ? [by] : [])),
      ];
      // Each stands in one place, at any time.
      expect([...ends(), ...(person.profile?.waiting ?? []).map(({ by }) => by)].sort()).toEqual([...decided].sort());
      person.waitsUntil(at + 10 * DAY);
      expect(ends().sort()).toEqual([...decided].sort());

      // Whoever looks late, at all of it at once, finds the same.
      const late = new Person(person.plan);
      late.receivesTogether(inputs);
      late.waitsUntil(at + 10 * DAY);
      expect(late.effects.filter(isAboutMessages)).toEqual(person.effects.filter(isAboutMessages));

      const sent = messagesOf(person);
      const waited = new Set(withheldOf(person).flatMap(({ by, until }) => (until === undefined ? [] : [by])));
      for (const message of sent) {
        const zone = moves.findLast((move) => move.at <= message.at)?.zone ?? 'UTC';
        expectAllowed(message, sent, rules, zone);
        if (waited.has(message.by)) expectDistance(message, sent, waited);
      }
      sentInAll += sent.length;
      waitedInAll += waited.size;
      withheldInAll += decided.length - sent.length;
    }),
    runs(60),
  );
  expect(Math.min(sentInAll, waitedInAll, withheldInAll)).toBeGreaterThan(40);
});

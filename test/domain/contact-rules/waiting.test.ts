import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../domain/calendar.ts';
import { handOff } from '../../../domain/delivery/hand-off.ts';
import type { ContactSettings } from '../../../domain/delivery/rules/contact-rules.ts';
import { dueInput } from '../../../domain/state/input.ts';
import { type Profile, WAITING } from '../../../domain/state/profile.ts';
import { stored } from '../../support/lives.ts';
import { identify, Person, START, track } from '../../support/people.ts';
import { clock, did, messagesOf, planWith, promo, sentAt, withheldOf } from './promos.ts';

const NIGHT: ContactSettings = { quietHours: [{ from: '22:00', to: '08:00' }] };
const capped = (most: number, within: string): ContactSettings => ({ caps: { total: [{ most, within }] } });
const PROMOS = ['A', 'B', 'C'].map((name) => promo(name));

/** On Monday at noon, UTC. */
const ada = (plan = planWith(NIGHT, PROMOS)) =>
  new Person(plan).receives(identify({ email: 'ada@shop.example' }, START, { messageId: 'born' }));

const told = (person: Person) =>
  withheldOf(person).map(({ message, reason, until }) =>
    until === undefined ? `${message}: ${reason}` : `${message}: ${reason} until ${clock(until)}`,
  );

describe('a message that may not go yet', () => {
  it('leaves when the quiet hours on her clock are over, and its first line says so', () => {
    const person = ada().receives(did('A', START + 6 * HOUR, 'a', 'Asia/Kolkata'));
    expect(told(person)).toEqual(['A: quiet hours until Tue 02:30']);
    const { profile } = person;
    expect([profile?.dueAt, profile?.dueBy]).toEqual([START + 14.5 * HOUR, WAITING]);
    expect(profile?.waiting).toMatchObject([{ message: 'A', reason: 'quiet hours', by: 'a' }]);

    person.waitsUntil(START + 3 * DAY);
    expect(sentAt(person, 'Asia/Kolkata')).toEqual(['A Tue 08:00']);
    expect(messagesOf(person)).toMatchObject([{ by: 'a', notAfter: START + 6 * HOUR + 3 * DAY }]);
    expect(person.profile?.waiting).toEqual([]);
    expect(person.profile?.contacts).toEqual([{ at: START + 14.5 * HOUR, channel: 'email' }]);
  });

  it('is kept where she is stored', () => {
    const person = ada().receives(did('A', START + 11 * HOUR, 'a'));
    expect(stored(person.profile as Profile)).toEqual(person.profile);
  });

  it('waits on where she has moved west meanwhile, and leaves at once where east', () => {
    const west = ada().receives(did('A', START + 11 * HOUR, 'a', 'Europe/London'));
    west.receives(did('Landed', START + 19 * HOUR, 'm', 'America/New_York')).waitsUntil(START + 3 * DAY);
    expect(sentAt(west, 'America/New_York')).toEqual(['A Tue 08:00']);

    const east = ada().receives(did('A', START + 11 * HOUR, 'a', 'Europe/London'));
    east.receives(did('Landed', START + 13 * HOUR, 'm', 'Asia/Tokyo'));
    expect(sentAt(east, 'Asia/Tokyo')).toEqual(['A Tue 10:00']);
  });

  it('is withheld when she leaves meanwhile', () => {
    const person = ada().receives(did('A', START + 11 * HOUR, 'a'));
    person.receives(did('Consent Withdrawn', START + 12 * HOUR, 'no', undefined, { channel: 'email' }));
    person.waitsUntil(START + 3 * DAY);
    expect(sentAt(person)).toEqual([]);
    expect(told(person)).toEqual(['A: quiet hours until Tue 08:00', 'A: consent withdrawn']);
  });

  it('is withheld when it would be too late', () => {
    const plan = planWith(capped(1, 'P7D'), PROMOS);
    const person = ada(plan).receives(did('A', START + HOUR, 'a'), did('B', START + 2 * HOUR, 'b'));
    expect(told(person)).toEqual(['B: too late: cap on all channels']);
    expect(person.profile?.waiting).toEqual([]);
  });

  it('is withheld when what is published meanwhile leaves it too late, or when nobody looked in time', () => {
    const person = ada(planWith(NIGHT, [promo('A', { lifetime: 10 * HOUR })]));
    person.receives(did('A', START + 11 * HOUR, 'a'));
    person.plan = planWith({ quietHours: [{ from: '22:00', to: '12:00' }] }, PROMOS, {
      ...{ number: 1, publishedAt: START + 12 * HOUR },
    });
    expect(told(person.waitsUntil(START + DAY))).toContain('A: too late: quiet hours');

    const late = ada().receives(did('A', START + 11 * HOUR, 'a'));
    late.plan = planWith({}, PROMOS, { number: 1, publishedAt: START + 5 * DAY });
    late.receives(did('Looked', START + 6 * DAY, 'l'));
    expect(told(late)).toContain('A: too late');
    expect(sentAt(late)).toEqual([]);
  });

  it('leaves when the quiet hours are taken away', () => {
    const person = ada().receives(did('A', START + 11 * HOUR, 'a'));
    person.plan = planWith({}, PROMOS, { number: 1, publishedAt: START + 12 * HOUR });
    person.receives(did('Looked', START + 13 * HOUR, 'l'));
    expect(sentAt(person)).toEqual(['A Tue 00:00']);
  });

  it('is decided by its own moment, however late anybody looks', () => {
    const person = ada().receives(did('A', START + 11 * HOUR, 'a'));
    const due = dueInput('k#u1', person.profile?.dueAt ?? 0);
    const onTime = new Person(person.plan);
    onTime.profile = person.profile;
    onTime.receives(due, did('Looked', START + 2 * DAY, 'l'));
    person.receives(did('Looked', START + 2 * DAY, 'l'));
    expect(messagesOf(person)).toEqual(messagesOf(onTime));
    expect(sentAt(person)).toEqual(['A Tue 08:00']);
  });
});

describe('of several', () => {
  it('where there is room for one only, the more urgent goes, then the one decided first', () => {
    const plan = planWith(capped(1, 'P1D'), [promo('A'), promo('B'), promo('C', { priority: 8 }), promo('D')]);
    const person = ada(plan).receives(
      ...['D', 'A', 'B', 'C'].map((name, n) => did(name, START + (n + 1) * HOUR, name)),
    );
    person.waitsUntil(START + 10 * DAY);
    expect(sentAt(person)).toEqual(['D Mon 13:00', 'C Tue 13:00', 'A Wed 13:00', 'B Thu 13:00']);
  });

  it('that waited for the same morning, each keeps a quarter of an hour from the one before', () => {
    const person = ada().receives(...['A', 'B', 'C'].map((name, n) => did(name, START + 11 * HOUR + n * MINUTE, name)));
    person.waitsUntil(START + 2 * DAY);
    expect(sentAt(person)).toEqual(['A Tue 08:00', 'B Tue 08:15', 'C Tue 08:30']);
    expect(told(person).slice(3)).toEqual([
      'B: another message just left until Tue 08:15',
      'C: another message just left until Tue 08:15',
      'C: another message just left until Tue 08:30',
    ]);
  });

  it('the same one goes once', () => {
    const person = ada().receives(did('A', START + 11 * HOUR, 'a1'), did('A', START + 12 * HOUR, 'a2'));
    person.waitsUntil(START + 2 * DAY);
    expect(messagesOf(person).map(({ by }) => by)).toEqual(['a1']);
    expect(told(person)).toEqual(['A: quiet hours until Tue 08:00', 'A: the same message is ahead of it']);
  });

  it('twenty wait, and the least urgent of more is withheld', () => {
    const names = Array.from({ length: 25 }, (_, n) => `P${n}`);
    const person = ada(
      planWith(
        NIGHT,
        names.map((name, n) => promo(name, { priority: n === 24 ? 9 : 5 })),
      ),
    );
    person.receives(...names.map((name, n) => did(name, START + 11 * HOUR + n * MINUTE, name)));
    expect(person.profile?.waiting.map(({ message }) => message)).toEqual(['P24', ...names.slice(0, 19)]);
    expect(told(person).filter((line) => line.endsWith('too many messages wait'))).toHaveLength(5);
    expect(stored(person.profile as Profile)).toEqual(person.profile);
  });

  it('those of two people who turn out to be one go once each', () => {
    const plan = planWith(NIGHT, PROMOS);
    const ben = ada(plan).receives(did('A', START + 11 * HOUR, 'a'), did('B', START + 11 * HOUR, 'b'))
      .profile as Profile;
    const heir = ada(plan).receives(did('A', START + 10.5 * HOUR, 'a0'));
    const seen = track('Signed In', START + 12 * HOUR);
    heir.receivesTogether([seen], new Map([[seen.id, [{ ...ben, key: 'k#ben' }]]]));
    expect(heir.profile?.waiting.map(({ message, by }) => [message, by])).toEqual([
      ['A', 'a0'],
      ['B', 'b'],
    ]);
    heir.waitsUntil(START + 2 * DAY);
    expect(sentAt(heir)).toEqual(['A Tue 08:00', 'B Tue 08:15']);
    expect(told(heir)).toContain('A: the same message is ahead of it');
  });

  it('that are late by hours leave a quarter of an hour apart, and those decided at once do not', () => {
    const message = { kind: 'message', message: 'welcome', channel: 'email', notAfter: START + DAY } as const;
    const delays = (...moments: number[]) => {
      const effects = moments.map((at) => ({ ...message, at }));
      return handOff('k#ada', 1, { lineage: 'l', effects }).flatMap((item) =>
        item.sink === 'email' ? [item.delay ?? 0] : [],
      );
    };
    expect(delays(START, START)).toEqual([0, 0]);
    expect(delays(START, START + HOUR)).toEqual([0, 15 * MINUTE]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../domain/calendar.ts';
import type { ContactSettings } from '../../../domain/delivery/rules/contact-rules.ts';
import { type DeferredInput, deferredInput } from '../../../domain/state/input.ts';
import { decodeInputs, encodeInputs } from '../../../domain/state/input-message.ts';
import { identify, Person, START } from '../../support/people.ts';
import { clock, did, messagesOf, planWith, promo, sentAt, withheldOf } from './promos.ts';

const NIGHT: ContactSettings = { quietHours: [{ from: '22:00', to: '08:00' }] };
const PROMOS = ['A', 'B'].map((name) => promo(name));

const ada = (settings: ContactSettings = NIGHT) =>
  new Person(planWith(settings, PROMOS)).receives(
    identify({ email: 'ada@shop.example' }, START, { messageId: 'born' }),
  );

/** Her last message, found at `at` to have to wait. */
const deferred = (person: Person, at: number): DeferredInput => {
  const { message, at: decidedAt, notAfter, by } = messagesOf(person).at(-1) ?? fail();
  return deferredInput('k#u1', { sendId: 's1', message, decidedAt, notAfter, ...(by && { by }) }, at);
};
const fail = (): never => {
  throw new Error('Nothing was decided');
};

const told = (person: Person) =>
  withheldOf(person).map(({ message, reason, until, by }) => [message, reason, until && clock(until), by]);

describe('a message that may not leave when its turn comes', () => {
  it('waits for the morning, and leaves then as what it was: brought by the same, until the same time', () => {
    const person = ada().receives(did('A', START + 9 * HOUR, 'a'));
    person.receives(deferred(person, START + 11 * HOUR));
    expect(told(person)).toEqual([['A', 'quiet hours', 'Tue 08:00', 'a']]);
    expect(person.profile?.waiting).toMatchObject([{ message: 'A', decidedAt: START + 9 * HOUR, by: 'a' }]);
    expect(person.profile?.contacts).toEqual([]);

    person.waitsUntil(START + 3 * DAY);
    expect(sentAt(person)).toEqual(['A Mon 21:00', 'A Tue 08:00']);
    expect(messagesOf(person)[1]).toMatchObject({ by: 'a', notAfter: START + 9 * HOUR + 3 * DAY });
    expect(person.profile?.contacts).toEqual([{ at: START + 20 * HOUR, channel: 'email' }]);
  });

  it('counts once, however often that is told', () => {
    const person = ada().receives(did('A', START + 9 * HOUR, 'a'));
    const input = deferred(person, START + 11 * HOUR);
    person.receives(input, { ...input, at: input.at + 7 * MINUTE }).waitsUntil(START + 2 * DAY);
    person.receives({ ...input, at: START + 23 * HOUR + 11 * HOUR }).waitsUntil(START + 3 * DAY);
    expect(sentAt(person)).toEqual(['A Mon 21:00', 'A Tue 08:00']);
  });

  it('takes its place under a cap again when she has travelled to where it is day', () => {
    const person = ada({ ...NIGHT, caps: { total: [{ most: 1, within: 'P1D' }] } });
    person.receives(did('A', START + 9 * HOUR, 'a'));
    person.receives(deferred(person, START + 11 * HOUR));
    // In New York it is evening: A may go at once, and then B has to wait.
    person.receives(did('B', START + 12 * HOUR, 'b', 'America/New_York'));
    expect(sentAt(person).slice(1)).toEqual(['A Tue 00:00']);
    expect(told(person).at(-1)).toEqual(['B', 'cap on all channels', 'Wed 00:00', 'b']);
  });

  it('is asked about consent again, and is not sent when it is too late', () => {
    const left = ada().receives(did('A', START + 9 * HOUR, 'a'));
    left.receives(did('Consent Withdrawn', START + 10 * HOUR, 'no', undefined, { channel: 'email' }));
    left.receives(deferred(left, START + 11 * HOUR));
    expect(told(left)).toEqual([['A', 'consent withdrawn', undefined, 'a']]);

    const late = ada().receives(did('A', START + 9 * HOUR, 'a'));
    late.receives({ ...deferred(late, START + 11 * HOUR), notAfter: START + 12 * HOUR });
    expect(told(late)).toEqual([['A', 'too late: quiet hours', undefined, 'a']]);
    expect([left, late].map(({ profile }) => profile?.waiting)).toEqual([[], []]);
  });

  it('leaves at once when it may by then', () => {
    const person = ada().receives(did('A', START + 9 * HOUR, 'a'));
    person.receives(deferred(person, START + 21 * HOUR));
    expect(sentAt(person)).toEqual(['A Mon 21:00', 'A Tue 09:00']);
  });

  it('of somebody who is not there any more brings nobody into being', () => {
    const person = new Person(planWith(NIGHT, PROMOS));
    person.receives(deferredInput('k#u1', { sendId: 's', message: 'A', decidedAt: START, notAfter: START }, START));
    expect([person.profile, person.effects]).toEqual([undefined, []]);
  });

  it('is deferred any number of times, and sent or withheld in the end: under caps, one at a time', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 6 }), (delays) => {
        const person = ada({ ...NIGHT, caps: { total: [{ most: 1, within: 'PT6H' }] } });
        person.receives(did('A', START + 9 * HOUR, 'a'));
        for (const [n, hours] of delays.entries()) {
          const sends = messagesOf(person).length;
          const at = (person.profile?.asOf ?? START) + hours * HOUR;
          person.receives({ ...deferred(person, at), id: `deferred-s${n}` }).waitsUntil(at + 2 * DAY);
          if (messagesOf(person).length === sends) break;
        }
        expect(person.profile?.waiting).toEqual([]);
        // Each time it was sent, and had been before, it was taken back: one contact is left, or none where it was too late.
        const isWithheld = told(person).some(([, , until]) => until === undefined);
        expect(person.profile?.contacts).toHaveLength(isWithheld ? 0 : 1);
      }),
      { numRuns: 200 },
    );
  });

  it('travels in a message that releases before it leave alone', () => {
    const input = deferredInput(
      'k#u1',
      { sendId: 's', message: 'A', decidedAt: START, notAfter: START, by: 'a' },
      START,
    );
    const [text = ''] = encodeInputs([input]);
    expect(JSON.parse(text)).toMatchObject({ v: 2 });
    expect(decodeInputs(text)).toEqual({ inputs: [input], hops: 0 });
    expect(JSON.parse(encodeInputs([did('A', START, 'a')])[0] ?? '')).toMatchObject({ v: 1 });
  });
});

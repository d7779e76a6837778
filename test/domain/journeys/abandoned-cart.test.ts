import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../../../domain/calendar.ts';
import { goalsOf, mail, mailsOf, planWithJourneys, runsOf } from '../../support/journeys.ts';
import { identify, order, Person, START, track } from '../../support/people.ts';

const CART = {
  entries: [{ type: 'event', event: 'Product Added' }],
  again: 'after-exit',
  goal: { reached: { event: 'Order Completed' }, within: 'P3D', revenue: 'revenue' },
  start: 'an-hour',
  steps: {
    'an-hour': { type: 'wait', for: 'PT1H', next: 'remind' },
    remind: mail('cart-reminder', 'a-day'),
    'a-day': { type: 'wait', for: 'P1D', next: 'again' },
    again: mail('cart-again', 'end'),
    end: { type: 'exit' },
  },
};

const ada = () =>
  new Person(planWithJourneys({ cart: CART })).receives(
    identify({ email: 'ada@example.com' }, START),
    track('Product Added', START + MINUTE, { properties: { product: 'hat' } }),
  );

describe('a cart that was left', () => {
  it('is remembered by two messages, each in the second in which it is due', () => {
    const person = ada().waitsUntil(START + 100 * HOUR);
    expect(mailsOf(person).map(({ message, at }) => [message, at])).toEqual([
      ['cart-reminder', START + MINUTE + HOUR],
      ['cart-again', START + MINUTE + 25 * HOUR],
    ]);
    expect(runsOf(person).at(-1)).toMatchObject({ passed: [['a-day'], ['again', 'sent'], ['end']], left: 'finished' });
    expect(person.profile?.runs[0]?.about).toEqual({ product: 'hat' });
  });

  it('is forgotten when she buys, and the last message gets the credit', () => {
    const person = ada()
      .waitsUntil(START + 2 * HOUR)
      .receives(order(START + 3 * HOUR, 49.9))
      .waitsUntil(START + 100 * HOUR);
    expect(mailsOf(person).map(({ message }) => message)).toEqual(['cart-reminder']);
    expect(goalsOf(person)).toMatchObject([
      { journey: 'cart', step: 'remind', revenue: { micros: 49_900_000, currency: 'USD' } },
    ]);
    expect(runsOf(person).at(-1)).toMatchObject({ left: 'goal', passed: [] });
  });
});

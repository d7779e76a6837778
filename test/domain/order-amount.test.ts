import { describe, expect, it } from 'vitest';
import { currencyOf, orderAmount } from '../../domain/events/order-amount.ts';
import { Person, START, track } from '../support/people.ts';

describe('the amount of an order', () => {
  it.each([
    ['revenue before total', { revenue: 1, total: 2, value: 3 }, 1_000_000],
    ['total without revenue', { total: '2.50', value: 3 }, 2_500_000],
    ['total where revenue cannot be read', { revenue: '9,99', total: 9.99 }, 9_990_000],
    ['value where neither can', { revenue: '', total: [], value: 3 }, 3_000_000],
    ['a revenue of nothing', { revenue: 0, total: 5 }, 0],
    ['none', { revenue: '9,99' }, undefined],
    ['none without properties', undefined, undefined],
  ])('is %s', (_what, properties, micros) => {
    expect(orderAmount(properties)).toBe(micros);
  });
});

describe('the currency of an order', () => {
  it.each([
    ['one that is written', { currency: 'chf' }, 'CHF'],
    ['USD without one', {}, 'USD'],
    ['USD for null', { currency: null }, 'USD'],
    ['USD for an empty text', { currency: '' }, 'USD'],
    ['nobody’s for a sign', { currency: '€' }, undefined],
    ['nobody’s for a word', { currency: 'Euro' }, undefined],
    ['nobody’s for a number', { currency: 978 }, undefined],
  ])('is %s', (_what, properties, code) => {
    expect(currencyOf(properties)).toBe(code);
  });

  it('that nobody can read leaves the order and not its money', () => {
    const { profile } = new Person().receives(
      track('Order Completed', START, { properties: { revenue: 10, currency: '€' } }),
      track('Order Completed', START, { properties: { revenue: 10, currency: 'EUR' } }),
    );
    expect(profile?.purchases.count).toBe(2);
    expect([...(profile?.purchases.spentMicros ?? [])]).toEqual([['EUR', 10_000_000]]);
  });
});

import { describe, expect, it } from 'vitest';
import { EXPRESSIONS, type Expression, expressionSchema } from '../../../domain/catalog/expression.ts';
import { sayExpression } from '../../../domain/catalog/words/expression.ts';

const named = (key: string) => (key === 'vip' ? 'Our best' : key);
const bought = { event: 'Order Completed' };

const SAID: readonly (readonly [expression: Expression, words: string])[] = [
  [{ trait: 'plan', is: 'pro' }, 'her plan is “pro”'],
  [{ trait: 'age', gte: 30, lt: 40 }, 'her age is at least 30 and less than 40'],
  [{ trait: 'plan', notIn: ['a', 'b', 'c'] }, 'her plan is not “a”, “b” or “c”'],
  [
    { trait: 'plan', in: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] },
    'her plan is 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 or 2 others',
  ],
  [{ trait: 'renewal', withinNext: 'P1W' }, 'her renewal is in the next 7 days'],
  [{ trait: 'email', exists: false }, 'her email is missing'],
  [{ stage: 'dormant' }, 'in the stage dormant'],
  [{ stage: ['new', 'active'], for: { gte: 'P7D' } }, 'in the stage new or active for at least 7 days'],
  [{ segment: 'vip' }, 'in the segment “Our best”'],
  [{ score: 'engagement', gte: 10 }, 'the score engagement is at least 10'],
  [bought, 'Order Completed at least once ever'],
  [{ ...bought, times: { gte: 2 }, within: 'P30D' }, 'Order Completed at least 2 times in the last 30 days'],
  [{ ...bought, times: { eq: 0 }, within: 'PT36H' }, 'Order Completed exactly 0 times in the last 36 hours'],
  [{ ...bought, within: 'P1D' }, 'Order Completed at least once today'],
  [{ ...bought, between: ['P60D', 'P31D'] }, 'Order Completed at least once from 60 days to 31 days ago'],
  [{ ...bought, between: ['2026-11-01', '2026-11-30'] }, 'Order Completed at least once from 2026-11-01 to 2026-11-30'],
  [
    { ...bought, where: { all: [{ property: 'revenue', gt: 50 }, { not: { property: 'coupon', exists: true } }] } },
    'Order Completed (where revenue is more than 50 and not (coupon is there)) at least once ever',
  ],
  [
    { ...bought, sum: { property: 'revenue', gte: 100 }, within: 'P90D' },
    'the sum of revenue of Order Completed in the last 90 days is at least 100',
  ],
  [
    { ...bought, average: { property: 'revenue', lt: 5 } },
    'the average of revenue of Order Completed ever is less than 5',
  ],
  [{ event: 'Signed In', first: { ago: { lt: 'P1D' } } }, 'the first Signed In less than 1 day ago'],
  [{ event: 'Signed In', last: { ago: { gte: 'PT90M' } } }, 'the last Signed In at least 1 hour 30 minutes ago'],
  [
    { event: 'Product Viewed', within: 'P14D', comparedTo: 'previous', ratio: { lte: 0.5 } },
    'Product Viewed in the last 14 days at most 0.5 times as often as in the 14 days before',
  ],
  [
    { sequence: [{ event: 'Product Added' }, { not: bought }], within: 'PT24H' },
    'Product Added, then no Order Completed in the last 24 hours',
  ],
  [{ activity: 'last', ago: { gte: 'P30D' } }, 'last seen at least 30 days ago'],
  [{ activeDays: { gte: 12 }, within: 'P28D' }, 'active on at least 12 days in the last 28 days'],
  [{ purchases: { eq: 1 } }, 'exactly 1 order ever'],
  [{ spent: { gte: 500 }, currency: 'EUR' }, 'has spent at least 500 EUR in all'],
  [
    { silent: { gaps: 3, atLeast: 'P7D', unknown: 'P21D' } },
    'no activity for 3 times her usual gap and at least 7 days, or 21 days while nobody knows what is usual',
  ],
  [{ ended: true }, 'has left'],
  [{ ended: 'subscription' }, 'has ended the subscription'],
  [{ session: 'seconds', gte: 600 }, 'her last visit took at least 600 seconds'],
  [{ session: 'count', gt: 3 }, 'more than 3 visits'],
  [{ device: { platform: 'ios', installed: true } }, 'a device of hers: its platform is “ios” and the app is on it'],
  [{ consent: 'email/news' }, 'has agreed to email/news'],
  [{ channel: 'push', reachable: false }, 'cannot be reached by push'],
  [{ place: 'berlin-1', inside: true }, 'at berlin-1'],
  [{ country: ['DE', 'AT'] }, 'in the country DE or AT'],
  [{ language: 'de' }, 'her language is de'],
  [
    { group: { plan: 'business', seats: { gte: 10 } } },
    'a group of hers: its plan is “business” and its seats is at least 10',
  ],
  [
    {
      all: [{ any: [{ ended: true }, { language: 'de' }] }, { not: { all: [{ segment: 'vip' }, { country: 'DE' }] } }],
    },
    '(has left or her language is de) and not (in the segment “Our best” and in the country DE)',
  ],
  [{ all: [{ any: [{ all: [{ ended: true }] }, { language: 'de' }] }] }, 'has left or her language is de'],
];

describe('an expression in words', () => {
  it.each(SAID.map(([expression, words]) => [words, expression] as const))('is: %s', (words, expression) => {
    expect(expressionSchema.safeParse(expression).error).toBeUndefined();
    expect(sayExpression(expression, named)).toBe(words);
  });

  it('can be said of every kind of question', () => {
    const asked = JSON.stringify(SAID.map(([expression]) => expression));
    const unsaid = Object.keys(EXPRESSIONS).filter((name) => !asked.includes(`"${name}":`));
    expect(unsaid).toEqual([]);
  });
});

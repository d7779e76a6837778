import type { Expression } from '../../domain/catalog/expression.ts';

/** Twenty segments that between them ask most of what can be asked of the people of `random-lives.ts`. */
export const SEGMENTS: Readonly<Record<string, Expression>> = {
  pro: { trait: 'plan', is: 'pro' },
  'not-free': {
    all: [
      { trait: 'plan', exists: true },
      { trait: 'plan', isNot: 'free' },
    ],
  },
  'in-their-thirties': { trait: 'age', gte: 30, lt: 40 },
  'likes-hats': { trait: 'interests', contains: 'hats' },
  'has-bought': { event: 'Order Completed' },
  'bought-twice-in-a-month': { event: 'Order Completed', times: { gte: 2 }, within: 'P30D' },
  'big-spenders': { event: 'Order Completed', sum: { property: 'revenue', gte: 150 }, within: 'P90D' },
  'dear-orders': { event: 'Order Completed', where: { property: 'revenue', gt: 120 }, ever: true },
  'seldom-looks': { event: 'Page Viewed', times: { lte: 2 }, within: 'P14D' },
  'lives-here': { event: 'Page Viewed', where: { property: 'name', is: 'Home' }, times: { gte: 5 }, within: 'P28D' },
  'looks-less': { event: 'Product Viewed', within: 'P14D', comparedTo: 'previous', ratio: { lte: 0.5 } },
  'left-a-cart': { sequence: [{ event: 'Product Added' }, { not: { event: 'Order Completed' } }], within: 'PT24H' },
  'came-straight-to-it': {
    sequence: [{ event: 'Signed In' }, { not: { event: 'Page Viewed' } }, { event: 'Product Viewed' }],
    within: 'P5D',
  },
  'here-lately': { event: 'Product Viewed', times: { gte: 1 }, within: 'PT48H' },
  'asleep-for-a-week': { stage: 'dormant', for: { gte: 'P7D' } },
  'worth-a-call': {
    all: [
      { segment: 'has-bought' },
      { any: [{ stage: ['at-risk', 'dormant'] }, { activity: 'last', ago: { gte: 'P20D' } }] },
    ],
  },
  'silent-buyers': {
    all: [{ purchases: { gte: 1 }, within: 'P60D' }, { not: { event: 'Product Viewed', within: 'P10D' } }],
  },
  'has-said-something': { any: [{ consent: 'sms' }, { consent: 'email', is: 'refused' }] },
  'swiss-on-ios': { all: [{ country: 'CH' }, { device: { platform: 'ios' } }] },
  'large-teams': { group: { seats: { gte: 25 } } },
};

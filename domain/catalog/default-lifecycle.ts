import type { LifecycleBody } from './lifecycle.ts';

/** The stages every project starts with, for customers of any business that people come back to. */
export const DEFAULT_LIFECYCLE: LifecycleBody = {
  stages: [
    { name: 'churned', away: true, when: { any: [{ ended: true }, { activity: 'last', ago: { gte: 'P90D' } }] } },
    { name: 'dormant', away: true, when: { activity: 'last', ago: { gte: 'P30D' } } },
    { name: 'returning', when: { activity: 'return', ago: { lt: 'P7D' } } },
    { name: 'new', when: { activity: 'first', ago: { lt: 'P7D' } } },
    { name: 'at-risk', when: { silent: { gaps: 3, atLeast: 'P7D', unknown: 'P21D' } } },
    {
      name: 'loyal',
      when: {
        any: [
          { purchases: { gte: 3 }, within: 'P90D' },
          { activeDays: { gte: 12 }, within: 'P28D' },
        ],
      },
    },
  ],
  otherwise: 'active',
  ends: [
    { name: 'account', ends: ['Account Deleted'], resumes: ['Signed Up'] },
    {
      name: 'subscription',
      ends: ['Subscription Cancelled'],
      resumes: ['Subscription Started', 'Subscription Created', 'Order Completed'],
    },
  ],
};

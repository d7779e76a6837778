import { journeySchema } from '../domain/catalog/journey/journey.ts';
import type { LiveJourney } from '../domain/catalog/live-catalog.ts';

/** What somebody brings along who comes into journeys: the others' events are of the same names, and only looked at. */
export const DEAR = 199;

/**
 * Fifty journeys, each of which asks about every event of its name: a wait, a branch, a message, a wait for something she does,
 * with a goal and an exit. Whoever has left one comes into it again, so that runs are always in flight.
 */
export const benchJourneys = (): readonly LiveJourney[] =>
  Array.from({ length: 50 }, (_, n) => ({
    ...{ id: n + 1, key: `journey-${n}` },
    versions: [
      {
        version: 1,
        body: journeySchema.parse({
          name: `Journey ${n}`,
          entries: [{ type: 'event', event: `Event ${n}`, where: { property: 'price', gt: DEAR - 1 } }],
          ...{ again: 'after-exit', exits: [{ event: 'Account Deleted' }], start: 'wait' },
          goal: { reached: { event: 'Order Completed' }, within: 'P7D', revenue: 'revenue' },
          steps: {
            wait: { type: 'wait', for: n % 2 === 0 ? 'PT20H' : 'P2D', next: 'ask' },
            ask: {
              type: 'branch',
              branches: [{ when: { trait: 'plan', is: 'none' }, next: 'end' }],
              otherwise: 'write',
            },
            write: { type: 'message', send: [{ channel: 'email', template: `template-${n}` }], next: 'wait-for' },
            'wait-for': {
              ...{ type: 'wait-for', atMost: 'P3D', otherwise: 'end' },
              first: [
                { message: { step: 'write', was: 'clicked' }, next: 'end' },
                { event: 'Order Completed', next: 'end' },
              ],
            },
            end: { type: 'exit' },
          },
        }),
      },
    ],
  }));

import { expect, it } from 'vitest';
import { HOUR, MINUTE } from '../../../domain/calendar.ts';
import { checkSingle } from '../../../domain/catalog/checks/single.ts';
import type { Definition } from '../../../domain/catalog/definition.ts';
import { idOf } from '../../../domain/catalog/definition.ts';
import { itemsDecidedBy, liveCatalogOf } from '../../../domain/catalog/releases/live.ts';
import { nextRelease } from '../../../domain/catalog/releases/next-release.ts';
import { SYSTEM } from '../../../domain/catalog/releases/release.ts';
import type { CheckedDefinition } from '../../../domain/catalog/schemas.ts';
import { compilePlan } from '../../../domain/decisions/plan.ts';
import { START } from '../../support/people.ts';
import { type QuietHours, zone } from './clocks.ts';

const SETTINGS: Definition = {
  type: 'settings',
  key: 'default',
  body: {
    quietHours: [{ from: '22:00', to: '08:30', weekdays: ['sunday'], channels: ['email'] }],
    caps: { total: [{ most: 3, within: 'P1D' }], channels: { sms: [{ most: 1, within: 'PT30M' }] } },
    holdout: 10,
  },
};
const NEWS: Definition = {
  type: 'topic',
  key: 'news',
  body: { name: 'News', channels: ['email'], consent: { email: 'required' }, doubleOptIn: true },
};

it('settings and topics that are published are what the reducer asks', () => {
  const definitions = [SETTINGS, NEWS] as readonly CheckedDefinition[];
  const partOf = ({ type, key }: Pick<Definition, 'type' | 'key'>) => `${type}/${key}`;
  const release = nextRelease(undefined, {
    ...{ definitions, partOf, publishedAt: START, by: SYSTEM, startJourneys: false, fill: false },
  });
  expect(itemsDecidedBy(release).map(({ part }) => part)).toEqual(['settings/default', 'topic/news']);

  const live = liveCatalogOf(release, (item) => definitions.find((one) => idOf(one) === idOf(item))?.body);
  const berlin = zone('Europe/Berlin');
  expect(compilePlan(live, berlin).contactRules).toEqual({
    zone: berlin,
    quietHours: [
      {
        ...{ from: 22 * HOUR, to: 8.5 * HOUR, channels: new Set(['email']) },
        weekdays: [false, false, false, false, false, false, true],
      },
    ],
    caps: [
      { most: 3, within: 24 * HOUR, channel: undefined },
      { most: 1, within: 30 * MINUTE, channel: 'sms' },
    ],
    topics: new Map([['news', { consent: { email: 'required' }, doubleOptIn: true }]]),
  });
  // Nobody is in another stage or segment by it: nobody has to be looked at.
  expect(release.reconcile).toBeUndefined();
});

it('hours that are always quiet are told of', () => {
  const problemsOf = (quietHours: QuietHours) =>
    checkSingle({ ...SETTINGS, body: { quietHours } } as CheckedDefinition, { zone: 'UTC' } as never);
  expect(problemsOf([{ from: '22:00', to: '08:00' }])).toEqual([]);
  expect(problemsOf([{ from: '09:00', to: '09:00', channels: ['sms'] }])).toMatchObject([
    { severity: 'warning', message: 'it is always quiet on sms: all marketing there would be withheld' },
  ]);
});

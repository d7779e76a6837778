import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { dayOf, HOUR, startOfDay } from '../../domain/calendar.ts';
import { randomFrom } from '../../local/demo/random.ts';
import { LocalPerennial } from '../../local/perennial.ts';
import { type Purchase, readPurchaseLog } from '../../local/replay/purchase-log.ts';
import { firstMomentOf, runReplay } from '../../local/replay/run-replay.ts';
import { stagesOfBuyers } from '../support/stage-oracle.ts';

const quiet = { show: () => undefined, done: () => undefined };

async function replayed(purchases: readonly Purchase[], until: number) {
  const perennial = await LocalPerennial.start({
    assembly: inject('assembly'),
    startAt: firstMomentOf(purchases),
    ticking: false,
    port: 0,
  });
  try {
    return await runReplay(perennial, purchases, until, quiet);
  } finally {
    await perennial.stop();
  }
}

const nobody = { new: 0, active: 0, loyal: 0, returning: 0, 'at-risk': 0, dormant: 0, churned: 0 };

async function expectSameStages(purchases: readonly Purchase[], until: number): Promise<void> {
  const summary = await replayed(purchases, until);
  const lived = purchases.filter(({ day }) => day < until);
  expect(summary.stages).toEqual({ ...nobody, ...stagesOfBuyers(lived, startOfDay(until) + 2 * HOUR) });
  expect(summary.events).toBe(lived.length);
  expect(summary.people).toBe(new Set(lived.map(({ customer }) => customer)).size);
}

/** Buyers of many habits: daily, weekly, monthly, once; some twice a day, some with a long pause. */
function simulatedLog(people: number, days: number): Purchase[] {
  const random = randomFrom(1998);
  const first = dayOf(Date.parse('2026-01-05'));
  const purchases: Omit<Purchase, 'line'>[] = [];
  for (let person = 0; person < people; person++) {
    const pace = 1 + 45 * random() ** 2;
    const stopsAfter = random() < 0.4 ? random() * days : days;
    for (let day = random() * days * 0.7; day < stopsAfter; day += Math.max(0.3, pace * (0.3 + 1.4 * random())))
      purchases.push({
        customer: `c${person}`,
        day: first + Math.floor(day),
        spend: Math.round(random() * 5_000) / 100,
      });
  }
  return purchases.sort((a, b) => a.day - b.day).map((purchase, i) => ({ ...purchase, line: i + 2 }));
}

describe('a purchase log lived through the wire', () => {
  const log = simulatedLog(60, 150);
  const first = log[0]?.day ?? 0;

  it.each([40, 100, 170])('ends after %i days with everybody in the stage that her purchases say', async (days) => {
    await expectSameStages(log, first + days);
  });
});

/** Real purchases for those who have them: the folder of `cdnow_elog.csv`. They are not part of this repository. */
const folder = process.env.PERENNIAL_DATA;
const cdnow = folder === undefined ? undefined : join(folder, 'cdnow_elog.csv');

describe('CDNOW, 1997–98', () => {
  if (cdnow === undefined || !existsSync(cdnow)) {
    it.skip('needs PERENNIAL_DATA, the folder of cdnow_elog.csv', () => undefined);
    return;
  }
  const log = readPurchaseLog(cdnow);

  if (process.env.PERENNIAL_PROOF === undefined) {
    it('a tenth of its customers end 1997 in the stages that their purchases say', async () => {
      const tenth = log.filter(({ customer }) => Number(customer) % 10 === 0);
      await expectSameStages(tenth, dayOf(Date.parse('1998-01-01')));
    });
  } else {
    it('all its customers end in the stages that their purchases say', async () => {
      await expectSameStages(log, (log.at(-1)?.day ?? 0) + 1);
    });
  }
});

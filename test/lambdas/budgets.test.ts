import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../domain/calendar.ts';
import { UTC, zoneNamed } from '../../domain/zone.ts';
import { dynamoBudgets } from '../../lambdas/adapters/budgets.ts';
import { liveBudgets } from '../../lambdas/delivery/live-budgets.ts';
import { START } from '../support/people.ts';
import { tables } from '../support/tables.ts';
import { fakeLog } from './fakes.ts';

const zone = zoneNamed('Europe/Berlin') ?? UTC;

async function stage(bindings: Readonly<Record<string, object>>) {
  const { client } = tables();
  for (const [name, value] of Object.entries(bindings))
    await client.send(
      new PutItemCommand({
        TableName: 'definitions',
        Item: { kind: { S: 'binding' }, name: { S: name }, value: { S: JSON.stringify(value) } },
      }),
    );
  const budgets = dynamoBudgets(client, { ledger: 'ledger', definitions: 'definitions' }, zone);
  const log = fakeLog();
  let now = START;
  /** One worker of many: each has a memory of its own. */
  const worker = () => liveBudgets({ budgets, now: () => now, log }, 'email');
  const setNow = (time: number) => {
    now = time;
  };
  return { budgets, log, worker, setNow };
}

/** Sends as many of so many as it may; of those, some turn out not to be sent. */
async function batch(permitsOf: ReturnType<typeof liveBudgets>, of: number, unsent = 0): Promise<number> {
  const permits = permitsOf(of);
  const taken = (await Promise.all(Array.from({ length: of }, () => permits.take()))).filter(Boolean).length;
  const notSent = Math.min(unsent, taken);
  for (let n = 0; n < notSent; n++) permits.giveBack();
  await permits.end();
  return taken - notSent;
}

describe('budgets', () => {
  it('let through what they allow, to the last one, however many workers there are at once', async () => {
    const batches = fc.array(fc.record({ of: fc.integer({ min: 1, max: 10 }), unsent: fc.nat(3) }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 40 }), batches, async (perDay, all) => {
        const { budgets, worker } = await stage({ 'budget/day': { perDay } });
        const sent = await Promise.all(all.map(({ of, unsent }) => batch(worker(), of, unsent)));
        const total = sent.reduce((sum, one) => sum + one, 0);
        expect(total).toBeLessThanOrEqual(perDay);
        expect((await budgets.spent()).get('day')?.today ?? 0).toBe(total);
        // Whoever comes afterwards gets what is left, all of it.
        expect(total + (await batch(worker(), 100))).toBe(perDay);
      }),
      { numRuns: 20 },
    );
  });

  it('of which the one with the least room counts; what it did not let through is given back to the others', async () => {
    const { budgets, log, worker } = await stage({
      'budget/all': { perDay: 100 },
      'budget/email': { channel: 'email', perMonth: 4 },
      'budget/sms': { channel: 'sms', perDay: 0 },
      'sender/shop': { channel: 'email', address: 'shop@example.com' },
    });
    expect(await batch(worker(), 10)).toBe(4);
    const spent = await budgets.spent();
    expect([spent.get('all')?.today, spent.get('email')?.thisMonth, spent.get('sms')]).toEqual([4, 4, undefined]);
    expect(log.codes).toEqual(['budget-reached']);
  });

  it('begin anew with the day of the project, and with its month', async () => {
    const { worker, setNow } = await stage({ 'budget/both': { perDay: 3, perMonth: 5 } });
    // 2 March, 12:00 UTC.
    expect(await batch(worker(), 10)).toBe(3);
    setNow(START + 10 * HOUR);
    expect(await batch(worker(), 10)).toBe(0);
    // In Berlin it is the 3rd an hour before it is in UTC.
    setNow(START + 11 * HOUR);
    expect(await batch(worker(), 10)).toBe(2);
    setNow(START + 10 * DAY);
    expect(await batch(worker(), 10)).toBe(0);
    setNow(Date.parse('2026-04-01T08:00:00Z'));
    expect(await batch(worker(), 10)).toBe(3);
  });

  it('begin no day and no month twice, though another clock is behind at midnight', async () => {
    const { worker, setNow } = await stage({ 'budget/both': { perDay: 3, perMonth: 5 } });
    const midnight = Date.parse('2026-03-31T22:00:00Z');
    for (const [at, of, may] of [
      [midnight - HOUR, 10, 3],
      [midnight + 1, 2, 2],
      [midnight - 1, 10, 1],
      [midnight + 2, 10, 0],
    ] as const) {
      setNow(at);
      expect(await batch(worker(), of)).toBe(may);
    }
  });

  it('that are none let everything through, and nothing is written', async () => {
    const { budgets, worker } = await stage({});
    expect(await batch(worker(), 10)).toBe(10);
    expect((await budgets.spent()).size).toBe(0);
  });
});

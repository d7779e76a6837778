import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bill } from '../../local/bill/bill.ts';
import { PRICES } from '../../local/bill/prices.ts';
import { Laptop } from '../support/laptop.ts';

const EVENTS = 20;

let laptop: Laptop;
beforeAll(async () => {
  laptop = await Laptop.start();
});
afterAll(() => laptop.stop());

const visit = (userId: string, visitNumber: number) =>
  laptop.post('/v1/batch', {
    batch: Array.from({ length: EVENTS }, (_, i) => ({
      type: 'track',
      event: 'Product Viewed',
      userId,
      messageId: `${userId}-${visitNumber}-${i}`,
      properties: { product_id: `p-${i}` },
    })),
  });

const billOf = async (query = ''): Promise<Bill> =>
  (await (await fetch(`${laptop.url}/local/bill${query}`)).json()) as Bill;

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

describe('the bill of one visit by somebody known', () => {
  let bill: Bill;
  beforeAll(async () => {
    await visit('ada', 1);
    laptop.perennial.beginBill();
    await visit('ada', 2);
    bill = await billOf();
  });

  it('has exactly the units that its way through the wire takes', () => {
    const units = Object.fromEntries(
      bill.lines.byUse
        .filter(({ unit }) => unit !== 'lambda.gb-seconds')
        .map((line) => [[line.function, line.unit, line.resource].filter(Boolean).join(' '), line.units]),
    );
    expect(units).toEqual({
      'ingest http-api.requests': 1,
      'ingest lambda.requests': 1,
      // Its message is sent, received and deleted.
      'ingest sqs.requests InputsLiveQueue': 1,
      'advance sqs.requests InputsLiveQueue': 2,
      'advance lambda.requests': 1,
      'advance dynamodb.read-units Profiles': 1,
      'advance dynamodb.write-units Profiles': 1,
      // Twenty events of some 230 bytes.
      'advance firehose.bytes LakeStream': 5_120,
    });
    expect(bill.lines.byChannel).toEqual([]);
  });

  it('says at which k and u it was measured', () => {
    expect(bill.traffic).toEqual({ requests: 1, events: EVENTS, dues: 0, k: EVENTS, u: EVENTS, requestsPerBatch: 1 });
  });

  it('is the sum of its functions’ parts and of its services’ parts', () => {
    const { usd, byFunction, byService } = bill.perMillionEvents ?? { usd: 0, byFunction: {}, byService: {} };
    expect(usd).toBeCloseTo((sum(bill.lines.byUse.map((line) => line.usd)) * 1_000_000) / EVENTS, 4);
    expect(sum(Object.values(byFunction))).toBeCloseTo(usd, 4);
    expect(sum(Object.values(byService))).toBeCloseTo(usd, 4);
    expect(Object.keys(byFunction).sort()).toEqual(['advance', 'ingest']);
  });

  it('keeps apart what goes by the clock, and what is there without an event', () => {
    for (const { resource } of bill.lines.byClock) expect(['Ledger', 'Definitions', 'Lake']).toContain(resource);
    const { usd, costs } = bill.idlePerMonth;
    expect(usd).toBeCloseTo(sum(costs.map(({ usdPerMonth }) => usdPerMonth)), 4);
    expect(costs.map(({ what }) => what)).toContain('empty receives by Lambda');
    expect(costs.find(({ what }) => what.startsWith('runs of Sweep'))?.quantity).toBe(30 * 24 * 60);
  });

  it('says what was charged so far, in digits that can be read', async () => {
    const { byUse, byClock, byChannel } = bill.lines;
    const used = sum([...byUse, ...byClock, ...byChannel].map(({ usd }) => usd));
    const passed = Date.parse(bill.until) - Date.parse(bill.since);
    expect(bill.usd).toBeCloseTo(used + (bill.idlePerMonth.usd * passed) / (30 * 86_400_000), 9);
    expect(used).toBeGreaterThan(0);
    const prices = [...JSON.stringify(bill).matchAll(/"usd\w*":([^,}]+)/g)].map(([, text = '']) => text);
    expect(prices.length).toBeGreaterThan(20);
    for (const price of prices) expect(price.replace(/^[0.]+|e-\d+$|\./g, '').length).toBeLessThanOrEqual(6);
  });

  it('is for a million people with as many events as they are said to have', async () => {
    const few = (await billOf('?eventsPerUser=100')).perMillionUsers;
    const many = (await billOf('?eventsPerUser=1000')).perMillionUsers;
    expect(many?.events).toBeCloseTo((few?.events ?? 0) * 10, 1);
    expect(few?.events).toBeCloseTo((bill.perMillionEvents?.usd ?? 0) * 100, 1);
    expect((await fetch(`${laptop.url}/local/bill?eventsPerUser=many`)).status).toBe(400);
  });

  it('has no call without a price, and prices with a date', () => {
    expect(bill.notes.filter((note) => note.startsWith('NOT PRICED'))).toEqual([]);
    expect(new Date(PRICES.asOf).toISOString().slice(0, 10)).toBe(PRICES.asOf);
    expect(bill.prices).toEqual({ region: PRICES.region, asOf: PRICES.asOf });
    for (const { unit, usd } of [...bill.lines.byUse, ...bill.lines.byClock]) {
      expect(PRICES.units[unit].usd).toBeGreaterThan(0);
      expect(usd).toBeGreaterThan(0);
    }
  });
});

describe('what somebody new costs besides', () => {
  it('is an index entry each for due time and address, her timeline, her event and her message', async () => {
    laptop.perennial.beginBill();
    await laptop.post('/v1/identify', { userId: 'ben', messageId: 'b', traits: { email: 'ben@example.com' } });
    const { lines } = await billOf();
    const units = (name: string, unit: string) =>
      sum(lines.byUse.filter((line) => line.function === name && line.unit === unit).map((line) => line.units));
    expect(units('advance', 'dynamodb.index-write-units')).toBe(2);
    expect(units('dispatch', 'dynamodb.write-units')).toBe(2);
    expect(units('dispatch', 'eventbridge.events')).toBe(1);
    // Its place among those of a day, the claim, and what became of it; the latter enters the index of the provider's ids.
    expect(units('deliver-email', 'dynamodb.write-units')).toBe(3);
    expect(units('deliver-email', 'dynamodb.index-write-units')).toBe(1);
    expect(lines.byChannel).toMatchObject([{ function: 'deliver-email', unit: 'ses.recipients', units: 1 }]);
  });

  it('and a run of the sweep that finds her is told from one that finds nothing', async () => {
    const before = (await billOf()).idlePerMonth.costs.find(({ what }) => what.startsWith('runs of Sweep'));
    expect(before?.what).toContain('not priced');
    await laptop.control('/local/clock', { advance: 'P8D' });
    const { lines, idlePerMonth } = await billOf();
    const sweeps = idlePerMonth.costs.find(({ what }) => what.startsWith('runs of Sweep'));
    expect(sweeps?.what).not.toContain('not priced');
    expect(sweeps?.usdPerMonth).toBeGreaterThan(0);
    expect(
      lines.byUse.find((line) => line.function === 'sweep' && line.unit === 'sqs.requests')?.units,
    ).toBeGreaterThan(0);
    expect(
      lines.byClock.find((line) => line.function === 'sweep' && line.unit === 'lambda.requests')?.units,
    ).toBeGreaterThan(0);
  });
});

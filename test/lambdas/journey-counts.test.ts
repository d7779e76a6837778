import { describe, expect, it } from 'vitest';
import type { JourneyCount } from '../../domain/insights/journey-counts.ts';
import { dynamoJourneyCounts, dynamoJourneyCountsReader } from '../../lambdas/adapters/journey-counts.ts';
import { tables } from '../support/tables.ts';

const count = (id: string, more: Partial<JourneyCount> = {}): JourneyCount => ({
  ...{ journey: 'cart', version: 3, heldOut: false, id, adds: { entered: 2, 'at/remind/withheld/no address': 1 } },
  ...more,
});

function given() {
  const { client } = tables();
  return { counts: dynamoJourneyCounts(client, 'ledger'), reader: dynamoJourneyCountsReader(client, 'ledger') };
}

describe('the counts of journeys in the ledger', () => {
  it('are by journey and version, those held out apart', async () => {
    const { counts, reader } = given();
    const more = [count('b', { version: 12 }), count('c', { heldOut: true }), count('d', { journey: 'other' })];
    expect(await counts.add([count('a'), ...more])).toEqual([]);
    const adds = { entered: 2, 'at/remind/withheld/no address': 1 };
    expect((await reader.of('cart')).toSorted((a, b) => a.version - b.version)).toEqual([
      { version: 3, heldOut: false, adds },
      { version: 3, heldOut: true, adds },
      { version: 12, heldOut: false, adds },
    ]);
    expect(await reader.of('nothing')).toEqual([]);
  });

  it('count once what is added again because its answer was lost', async () => {
    const { counts, reader } = given();
    await counts.add([count('a')]);
    expect(await counts.add([count('a')])).toEqual([]);
    await counts.add([count('b')]);
    expect((await reader.of('cart'))[0]?.adds.entered).toBe(4);
  });

  it('give back what the table did not take, and only that', async () => {
    const { client } = tables();
    const { reader } = given();
    const broken = dynamoJourneyCounts(client, 'no-such-table');
    expect(await broken.add([count('a'), count('b', { version: 12 })])).toHaveLength(2);
    expect(await reader.of('cart')).toEqual([]);
  });

  it('take as many names as one write may have', async () => {
    const { counts, reader } = given();
    const adds = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`at/${'s'.repeat(60)}-${n}/came`, 1]));
    expect(await counts.add([count('a', { adds })])).toEqual([]);
    expect(Object.keys((await reader.of('cart'))[0]?.adds ?? {})).toHaveLength(100);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../domain/calendar.ts';
import type { LiveJourney } from '../../domain/catalog/live-catalog.ts';
import { RECEIVED } from '../../domain/delivery/receipts/consequence.ts';
import { encodeLook, type OwnLook, understandOwnLook } from '../../domain/delivery/receipts/own-look.ts';
import { understandSesEvent } from '../../domain/delivery/receipts/ses.ts';
import { decodeInputs } from '../../domain/state/input-message.ts';
import type { RunRef } from '../../domain/state/run.ts';
import { dynamoJourneyCounts, dynamoJourneyCountsReader } from '../../lambdas/adapters/journey-counts.ts';
import { dynamoReceiptCounts } from '../../lambdas/adapters/receipt-counts.ts';
import { dynamoReceiptLedger } from '../../lambdas/adapters/receipt-ledger.ts';
import { dynamoSendLedger } from '../../lambdas/adapters/send-ledger.ts';
import { dynamoSendLedgerReader } from '../../lambdas/adapters/send-ledger-reader.ts';
import { dynamoSoftBounces } from '../../lambdas/adapters/soft-bounces.ts';
import { dynamoSuppressionList, dynamoSuppressionListReader } from '../../lambdas/adapters/suppression-list.ts';
import { tellJourney } from '../../lambdas/delivery/journey-receipts.ts';
import { takeReceipts } from '../../lambdas/delivery/receipts.handler.ts';
import { liveJourney, mail } from '../support/journeys.ts';
import { START } from '../support/people.ts';
import { tables } from '../support/tables.ts';
import { FakeQueue, fakeLog, publishedJourneys, sqsEvent } from './fakes.ts';

const ADA = 'ada@example.com';

function given(...journeys: readonly LiveJourney[]) {
  const { client, dynamo } = tables();
  const timers = new FakeQueue();
  const lines: string[] = [];
  const trouble = { lake: false, counts: false };
  const counts = dynamoReceiptCounts(client, 'ledger');
  const log = fakeLog();
  const dependencies = {
    understandReceipt: (one: unknown) => understandOwnLook(one) ?? understandSesEvent(one),
    suppressions: dynamoSuppressionList(client, 'ledger'),
    softBounces: dynamoSoftBounces(client, 'ledger'),
    claims: dynamoReceiptLedger(client, 'sends'),
    timers,
    lake: {
      append: async (text: string) => {
        if (trouble.lake) throw new Error('no lake');
        lines.push(...text.trim().split('\n'));
      },
    },
    counts: {
      add: (all: Parameters<typeof counts.add>[0]) =>
        trouble.counts ? Promise.reject(new Error('no counts')) : counts.add(all),
    },
    journeyCounts: dynamoJourneyCounts(client, 'ledger'),
    tellJourney: tellJourney({ journeys: publishedJourneys(...journeys), timers }),
    now: () => START + DAY,
    log,
  };
  const sends = dynamoSendLedger(client, 'sends', async () => undefined);
  const sent = (sendId: string, of?: RunRef) =>
    sends.claim(
      { sendId, user: 'k#u1', message: 'welcome', decidedAt: START, notAfter: START, ...(of && { of }) },
      'h',
      START,
    );
  return {
    ...{ trouble, timers, lines, log, sent, sends, client },
    take: (...events: object[]) => takeReceipts(dependencies, sqsEvent(...events.map((one) => JSON.stringify(one)))),
    suppressed: async () => (await dynamoSuppressionListReader(client, 'ledger').find(ADA)).suppression,
    claim: (sendId: string) => dynamoSendLedgerReader(client, 'sends').find(sendId),
    counted: async () => (await dynamoJourneyCountsReader(client, 'ledger').of('cart')).map(({ adds }) => adds),
    ledger: () => JSON.stringify([...dynamo.scan('ledger')]),
    inputs: () => timers.messages.flatMap(({ body }) => decodeInputs(body).inputs),
  };
}

function event(eventType: string, own: object = {}, { sendId = 's1', at = START + 1_000, to = ADA } = {}) {
  const member = eventType.toLowerCase();
  const mail = { timestamp: new Date(START).toISOString(), messageId: 'p1', destination: [to] };
  return {
    time: new Date(at).toISOString(),
    detail: {
      eventType,
      mail: { ...mail, tags: { sendId: [sendId], message: ['welcome'] } },
      [member]: { timestamp: new Date(at).toISOString(), ...own },
    },
  };
}
const bounce = { bounceType: 'Permanent', bounceSubType: 'General' };
const DONE = { batchItemFailures: [] };
const again = (...ids: string[]) => ({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });

describe('a bounce', () => {
  it('suppresses the address, says so at the claim and tells the reducer; nowhere is the address itself', async () => {
    const { take, sent, suppressed, claim, inputs, timers, ledger, log } = given();
    await sent('s1');
    expect(await take(event('Bounce', bounce))).toEqual(DONE);
    expect(await suppressed()).toEqual({ reason: 'bounced', since: START + 1_000, sendId: 's1' });
    expect(await claim('s1')).toMatchObject({
      status: 'claimed',
      providerId: 'p1',
      receipt: { received: 'bounced', at: START + 1_000 },
    });
    expect(inputs()).toMatchObject([{ kind: 'receipt', user: 'k#u1', outcome: 'bounced', at: START + 1_000 }]);
    expect(JSON.stringify([ledger(), timers.messages])).not.toContain('ada');
    expect(log.codes).toEqual(['address-suppressed']);
  });

  it('holds even when the reducer cannot be told yet, and is told then', async () => {
    const { take, sent, suppressed, timers, inputs } = given();
    await sent('s1');
    timers.refuses = () => true;
    expect(await take(event('Bounce', bounce), event('Delivery'))).toEqual(again('m0'));
    expect(await suppressed()).toBeDefined();
    timers.refuses = () => false;
    await take(event('Bounce', bounce));
    expect(inputs()).toHaveLength(1);
  });

  it('of a message whose claim has ended suppresses all the same', async () => {
    const { take, suppressed, inputs, log } = given();
    expect(await take(event('Complaint'))).toEqual(DONE);
    expect(await suppressed()).toMatchObject({ reason: 'complained' });
    expect(inputs()).toEqual([]);
    expect(log.codes).toContain('receipt-unclaimed');
  });

  it('stays the reason until somebody complains; nothing takes that back', async () => {
    const { take, suppressed } = given();
    await take(event('Bounce', bounce));
    await take(event('Complaint', {}, { sendId: 's2', at: START + 2_000 }));
    await take(event('Bounce', bounce, { sendId: 's3', at: START + 3_000 }));
    expect(await suppressed()).toEqual({ reason: 'complained', since: START + 1_000, sendId: 's2' });
  });

  it('that is told of the future has happened by now', async () => {
    const { take, sent, claim } = given();
    await sent('s1');
    await take(event('Bounce', bounce, { at: START + 9 * DAY }));
    expect((await claim('s1'))?.receipt?.at).toBe(START + DAY);
  });
});

describe('soft bounces', () => {
  const soft = { bounceType: 'Transient', bounceSubType: 'General' };

  it('end an address on the third day, told twice or not', async () => {
    const { take, sent, suppressed, inputs } = given();
    for (const [n, days] of [0, 0, 1, 1, -5].entries()) {
      expect(await suppressed()).toBeUndefined();
      await sent(`s${n}`);
      const told = event('Bounce', soft, { sendId: `s${n}`, at: START - days * DAY });
      await take(told, told);
    }
    expect(await suppressed()).toMatchObject({ reason: 'soft-bounces' });
    expect(inputs().map(({ id }) => id)).toEqual(['receipt-bounced-s4', 'receipt-bounced-s4']);
  });

  it('of messages that have arrived are answers, and count for nothing', async () => {
    const { take, sent, ledger } = given();
    await sent('s1');
    await take(event('Delivery'));
    await take(event('Bounce', soft));
    expect(ledger()).not.toContain('soft-bounces');
  });
});

describe('a batch', () => {
  it('comes back whole as long as the lake does not take it, and has done nothing', async () => {
    const { take, trouble, suppressed, lines } = given();
    trouble.lake = true;
    await expect(take(event('Bounce', bounce))).rejects.toThrow();
    expect(await suppressed()).toBeUndefined();
    trouble.lake = false;
    await take(event('Bounce', bounce), event('Open', { userAgent: 'Mozilla/5.0' }));
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { kind: 'bounced', sendId: 's1', at: START + 1_000, event: { detail: { bounce } } },
      { kind: 'opened', machine: 'apple-mail-privacy' },
    ]);
  });

  it('is done though it cannot be counted', async () => {
    const { take, trouble, suppressed, log } = given();
    trouble.counts = true;
    expect(await take(event('Bounce', bounce))).toEqual(DONE);
    expect(await suppressed()).toBeDefined();
    expect(log.codes).toContain('receipts-uncounted');
  });

  it('drops what is nothing of ours, and does the rest', async () => {
    const { take, suppressed, log, lines } = given();
    const answer = await take({ detail: 'x' }, event('Bounce', bounce), event('Send', {}, { sendId: '' }));
    expect(answer).toEqual(DONE);
    expect(await suppressed()).toBeDefined();
    expect(log.codes).toEqual(expect.arrayContaining(['receipt-unknown', 'receipt-foreign']));
    expect(lines).toHaveLength(1);
  });

  it('counts what is new, by day and template', async () => {
    const { take, sent, ledger } = given();
    await sent('s1');
    await take(
      event('Delivery'),
      event('Click', { userAgent: 'Firefox', link: 'https://a.example' }, { at: START + DAY }),
    );
    await take(event('Delivery'), event('Open', { userAgent: 'Firefox' }));
    const items = JSON.parse(ledger()) as Record<string, { S?: string; N?: string }>[];
    expect(items).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          name: { S: '2026-03-02#welcome' },
          delivered: { N: '1' },
          'opened-by-machine': { N: '1' },
        }),
        expect.objectContaining({ name: { S: '2026-03-03#welcome' }, clicked: { N: '1' } }),
      ]),
    );
  });
});

describe('of a journey’s message', () => {
  const journey = liveJourney('cart', {
    entries: [{ type: 'event', event: 'Product Added' }],
    start: 'remind',
    steps: {
      remind: mail('welcome', 'opened'),
      opened: {
        ...{ type: 'wait-for', first: [{ message: { step: 'remind', was: 'opened' }, next: 'more' }] },
        ...{ atMost: 'P1D', otherwise: 'came' },
      },
      came: {
        type: 'branch',
        branches: [{ message: { step: 'remind', was: 'bounced' }, next: 'more' }],
        otherwise: 'more',
      },
      more: mail('welcome', 'end'),
      end: { type: 'exit' },
    },
  });
  const REMIND: RunRef = { journey: 'cart', version: 1, run: 'r1', step: 'remind' };
  const look = (kind: 'opened' | 'clicked', at: number, more: Partial<OwnLook> = {}) => ({
    ...JSON.parse(
      encodeLook({
        kind,
        sendId: 's1',
        message: 'welcome',
        sentAt: START,
        at,
        userAgent: 'Firefox',
        isOfJourney: true,
      }),
    ),
    ...more,
  });

  it('the reducer hears what a live journey asks for, and nothing else', async () => {
    const { take, sent, inputs } = given(journey);
    await sent('s1', REMIND);
    await sent('s2', { ...REMIND, step: 'more', run: 'r2' });
    await sent('s3');
    await take(event('Delivery'), look('opened', START + HOUR), look('clicked', START + HOUR + 1));
    await take(event('Bounce', bounce, { sendId: 's2' }), look('opened', START + HOUR, { sendId: 's2' }));
    await take(event('Bounce', bounce, { sendId: 's3' }), look('opened', START + HOUR, { sendId: 's3' }));
    await take(event('Bounce', { ...bounce, bounceType: 'Transient' }), event('Bounce', bounce));
    const told = inputs().filter(({ kind }) => kind === 'became');
    // Of SES's receipts the last one for `s1` only: nobody asks for what became of the others.
    expect(told).toEqual(
      [
        { at: START + HOUR, outcome: 'opened' },
        { at: START + HOUR + 1, outcome: 'clicked' },
        { at: START + 1_000, outcome: 'bounced' },
      ].map((one) => expect.objectContaining({ user: 'k#u1', run: 'r1', step: 'remind', decidedAt: START, ...one })),
    );
  });

  it('once, and never what a machine did', async () => {
    const { take, sent, inputs, counted } = given(journey);
    await sent('s1', REMIND);
    await take(look('opened', START + 1));
    await take(look('opened', START + HOUR), look('opened', START + 2 * HOUR), event('Delivery'), event('Delivery'));
    expect(inputs()).toMatchObject([{ kind: 'became', outcome: 'opened', at: START + HOUR }]);
    // That it was sent is told by whatever is told first.
    await take(event('Send'));
    expect(await counted()).toEqual([
      { 'at/remind/opened': 1, 'at/remind/opened-by-machine': 1, 'at/remind/delivered': 1, 'at/remind/sent': 1 },
    ]);
  });

  it('is told again where it could not be told', async () => {
    const { take, sent, inputs, timers } = given(journey);
    await sent('s1', REMIND);
    timers.refuses = () => true;
    expect(await take(look('opened', START + HOUR))).toEqual(again('m0'));
    timers.refuses = () => false;
    expect(await take(look('opened', START + HOUR))).toEqual(DONE);
    expect(inputs()).toMatchObject([{ outcome: 'opened' }]);
  });

  it('counts nowhere where somebody tries the journey, who goes on by it all the same', async () => {
    const { take, sent, inputs, ledger } = given(journey);
    await sent('s1', { ...REMIND, group: 'test' });
    await take(event('Delivery'), look('opened', START + HOUR));
    expect(inputs()).toMatchObject([{ kind: 'became', outcome: 'opened' }]);
    expect(JSON.parse(ledger())).toEqual([]);
  });
});

describe('a claim', () => {
  it('ends at the same whatever the order, and never goes back', async () => {
    const some = fc.array(
      fc.record({ received: fc.constantFrom(...RECEIVED), at: fc.integer({ min: START, max: START + 3 }) }),
      { minLength: 1, maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(some, fc.infiniteStream(fc.nat()), async (all, places) => {
        const { client, sent, claim } = given();
        const ledger = dynamoReceiptLedger(client, 'sends');
        const shuffled = all
          .map((one) => ({ one, place: places.next().value as number }))
          .sort((a, b) => a.place - b.place)
          .map(({ one }) => one);
        for (const [sendId, order] of [
          ['s1', all],
          ['s2', shuffled],
        ] as const) {
          await sent(sendId);
          for (const told of order) await ledger.note(sendId, { ...told, providerId: 'p1' });
        }
        expect((await claim('s1'))?.receipt).toEqual((await claim('s2'))?.receipt);
      }),
      { numRuns: 20 },
    );
  });

  it('is recorded by its worker whatever was told before', async () => {
    const { take, sent, sends, claim } = given();
    await sent('s1');
    await take(event('Delivery'));
    await sends.record({ sendId: 's1', holder: 'h' }, { status: 'accepted', providerId: 'p1' });
    expect(await claim('s1')).toMatchObject({ status: 'accepted', receipt: { received: 'delivered' } });
  });
});

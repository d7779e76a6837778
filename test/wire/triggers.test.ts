import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../domain/calendar.ts';
import { Laptop } from '../support/laptop.ts';
import { Publisher } from '../support/publisher.ts';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
const SUBJECT = '{{ person.firstName }}: {{ event.contract }}, {{ data.tone }}, {{ offer.code }} ({{ journey.key }})';

/** A code, a wait, a message with it; who follows its link is thanked, and who does not within a day is asked once more. */
const RENEWAL = {
  ...{ name: 'Renewal', entries: [{ type: 'trigger' }], again: 'after-exit', start: 'code' },
  steps: {
    code: {
      ...{ type: 'offer', code: { shared: 'STAY' }, expires: 'P14D' },
      ...{ redeemedBy: { event: 'Renewed', property: 'code' }, next: 'an-hour' },
    },
    'an-hour': { type: 'wait', for: 'PT1H', next: 'ask' },
    ask: { type: 'message', send: [{ channel: 'email', template: 'ask' }], data: { tone: 'kindly' }, next: 'clicked' },
    clicked: {
      ...{ type: 'wait-for', first: [{ message: { step: 'ask', was: 'clicked' }, next: 'thanks' }] },
      ...{ atMost: 'P1D', otherwise: 'more' },
    },
    thanks: { type: 'message', send: [{ channel: 'email', template: 'thanks' }], next: 'end' },
    more: { type: 'message', send: [{ channel: 'email', template: 'more' }], next: 'end' },
    end: { type: 'exit' },
  },
};

let laptop: Laptop;
let publisher: Publisher;
beforeAll(async () => {
  laptop = await Laptop.start();
  publisher = new Publisher(laptop);
  const value = { channel: 'email', address: 'news@shop.example' };
  await publisher.send('PUT', '/api/catalog/bindings/sender/news', { value });
  const footer = { en: { address: 'Shop Ltd', unsubscribe: 'Unsubscribe' } };
  const template = (key: string, subject: string) => ({
    ...{ type: 'template' as const, key },
    body: {
      ...{ name: key, channel: 'email' },
      locales: { en: { subject, html: '<a href="https://shop.example/">Go</a>' } },
    },
  });
  const builtInMessages = { welcome: false, 'we-miss-you': false };
  await publisher.definitions([
    {
      ...{ type: 'brand', key: 'default' },
      body: { name: 'Shop', website: 'https://shop.example', senders: { marketing: { sender: 'news' } }, footer },
    },
    ...[template('ask', SUBJECT), template('thanks', 'Thanks'), template('more', 'Once more')],
    { type: 'settings', key: 'default', body: { builtInMessages, tracking: { clicks: true, consent: 'assumed' } } },
    { type: 'journey', key: 'renewal', body: RENEWAL },
  ]);
  await later(MINUTE);
  for (const userId of ['ada', 'ben', 'cleo', 'dora'])
    await laptop.post('/v1/identify', {
      ...{ userId, messageId: `${userId}-comes` },
      traits: { firstName: userId, email: `${userId}@shop.example` },
    });
}, 60_000);
afterAll(() => laptop.stop());

const later = (time: number) => laptop.perennial.advanceTo(laptop.perennial.now() + time);

/** As a program would by curl. */
async function trigger(userId: string, messageId: string) {
  const answer = await fetch(`${laptop.url}/v1/trigger`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${laptop.perennial.serverKey}:`)}` },
    body: JSON.stringify({ journey: 'renewal', userId, messageId, data: { contract: 'C-17' } }),
  });
  await answer.arrayBuffer();
  await laptop.perennial.settle();
  return answer.status;
}

async function follow(userId: string) {
  const [message] = laptop.perennial.outbox(userId);
  const [, url = ''] = /<a href="([^"]*)"/.exec(message?.html ?? '') ?? [];
  const answer = await fetch(url, { redirect: 'manual', headers: { 'user-agent': FIREFOX } });
  await answer.arrayBuffer();
  await laptop.perennial.settle();
}

const ASKED = 'C-17, kindly, STAY (renewal)';
const counted = async () => {
  const { versions } = (await (await laptop.admin('/api/journeys/renewal/counts')).json()) as {
    versions: { people: { entered: number; steps: Record<string, { messages: object }> } }[];
  };
  return versions[0]?.people;
};

describe('whom a program takes into a journey', () => {
  it('gets what it sent along, once however often it asks, and goes on by the link she follows', async () => {
    expect([await trigger('ada', 'c-17'), await trigger('ada', 'c-17'), await trigger('ben', 'c-17b')]).toEqual([
      ...[202, 202, 202],
    ]);
    expect(laptop.subjects('ada')).toEqual([]);
    await later(HOUR + MINUTE);
    expect(laptop.subjects('ada')).toEqual([`ada: ${ASKED}`]);
    await later(HOUR);
    await follow('ada');
    await later(MINUTE);
    expect(laptop.subjects('ada')).toEqual([`ada: ${ASKED}`, 'Thanks']);
    await later(DAY);
    expect(laptop.subjects('ben')).toEqual([`ben: ${ASKED}`, 'Once more']);
    expect(await counted()).toMatchObject({ entered: 2, steps: { ask: { messages: { delivered: 2, clicked: 1 } } } });
  });

  it('has left email by the time it goes, and the journey goes on without her', async () => {
    await trigger('cleo', 'c-18');
    await laptop.post('/v1/track', { userId: 'cleo', event: 'Consent Withdrawn', properties: { channel: 'email' } });
    await later(2 * HOUR);
    expect(laptop.subjects('cleo')).toEqual([]);
    const { runs } = (await (await laptop.admin('/api/profiles/cleo/why?journey=renewal')).json()) as {
      runs: { steps: { step: string; says: string }[] }[];
    };
    expect(runs[0]?.steps.find(({ step }) => step === 'ask')?.says).toContain('consent');
  });
});

describe('somebody who tries a journey', () => {
  it('gets it within minutes, marked, and is counted nowhere', async () => {
    const before = await counted();
    const body = { users: ['dora'], data: { contract: 'C-1' } };
    expect(await publisher.send('POST', '/api/journeys/renewal/test', body)).toEqual({ users: 1 });
    await later(MINUTE);
    expect(laptop.subjects('dora')).toEqual(['[TEST] dora: C-1, kindly, STAY (renewal)']);
    await later(2 * MINUTE);
    expect(laptop.subjects('dora')).toEqual(['[TEST] dora: C-1, kindly, STAY (renewal)', '[TEST] Once more']);
    expect(await counted()).toEqual(before);
  });
});

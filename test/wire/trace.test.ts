import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY } from '../../domain/calendar.ts';
import { Laptop } from '../support/laptop.ts';
import { START } from '../support/people.ts';

let laptop: Laptop;

beforeAll(async () => {
  laptop = await Laptop.start();
  await laptop.post('/v1/identify', {
    messageId: 'said-hello',
    userId: 'ada',
    traits: { email: 'ada@shop.example', plan: 'pro' },
  });
}, 60_000);

afterAll(() => laptop.stop());

interface Trace {
  readonly kind: string;
  readonly event: { readonly messageId: string } | null;
  readonly effects: readonly {
    readonly id: string;
    readonly kind: string;
    readonly send?: { readonly providerId: string };
  }[];
  readonly lake: { readonly newestAt: string | null };
}

async function traced(id: string): Promise<Trace> {
  const answer = await laptop.admin(`/api/trace/${encodeURIComponent(id)}`);
  expect(answer.status).toBe(200);
  return (await answer.json()) as Trace;
}

const messageIn = ({ effects }: Trace) => effects.find(({ kind }) => kind === 'message');

describe('one event and its message', () => {
  it('are found by the message id, the send id and the provider’s id', async () => {
    const byEvent = await traced('said-hello');
    expect(byEvent).toMatchObject({
      kind: 'messageId',
      event: { type: 'identify', userId: 'ada', traits: { email: '‹personal›', plan: 'pro' } },
      user: { userId: 'ada', counted: true },
      effects: [
        { kind: 'transition', to: 'new', by: 'said-hello' },
        { kind: 'message', message: 'welcome', by: 'said-hello', send: { status: 'accepted' } },
      ],
      searched: { complete: true },
    });
    const message = messageIn(byEvent);

    const bySend = await traced(message?.id ?? '');
    const byProvider = await traced(message?.send?.providerId ?? '');

    expect(bySend).toMatchObject({ kind: 'sendId', event: { messageId: 'said-hello' }, effects: [message] });
    expect({ ...byProvider, kind: 'sendId' }).toEqual(bySend);
  });

  it('are found as one person with what she did on a device before', async () => {
    await laptop.post('/v1/track', { messageId: 'looked', anonymousId: 'phone', event: 'Product Viewed' });
    await laptop.post('/v1/identify', { anonymousId: 'phone', userId: 'ada' });
    expect(await traced('looked')).toMatchObject({
      event: { anonymousId: 'phone', userId: null },
      user: { userId: 'ada', counted: true },
    });
  });
});

describe('what is not found', () => {
  it.each(['nobody', 'ada', '..%2f', 'RdJ9xk2A_1_0', '%00', '💌', 'a b/c?d=e#f'])('is 404 for %j', async (id) => {
    const answer = await laptop.admin(`/api/trace?id=${encodeURIComponent(id)}`);
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([404, 'unknown_id']);
  });

  it('needs a token, and an id', async () => {
    expect((await laptop.admin('/api/trace/x', null)).status).toBe(401);
    expect((await laptop.admin('/api/trace')).status).toBe(400);
  });
});

describe('a message that time caused', () => {
  it('names the moment, and no event', async () => {
    await laptop.perennial.advanceTo(START + 31 * DAY);
    await laptop.perennial.settle();
    const [missed] = laptop.perennial.outbox('ada');
    expect(await traced(missed?.tags.sendId ?? '')).toMatchObject({
      kind: 'sendId',
      event: null,
      searched: null,
      effects: [{ message: 'we-miss-you', by: expect.stringMatching(/^due-\d+$/), send: { status: 'accepted' } }],
    });
  });
});

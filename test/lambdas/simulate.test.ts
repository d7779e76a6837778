import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../domain/calendar.ts';
import type { LiveCatalog, LiveJourney } from '../../domain/catalog/live-catalog.ts';
import { liveJourney, mail } from '../support/journeys.ts';
import { identify, Person, START } from '../support/people.ts';
import { Admin, adminFakes } from './admin.ts';
import { FakeProfiles } from './fakes.ts';

const CART = {
  name: 'Abandoned cart',
  entries: [{ type: 'event', event: 'Product Added', where: { property: 'price', gte: 10 } }, { type: 'trigger' }],
  goal: { reached: { event: 'Order Completed' }, within: 'P3D' },
  start: 'an-hour',
  steps: {
    'an-hour': { type: 'wait', for: 'PT1H', next: 'remind' },
    remind: mail('cart-reminder', 'looked'),
    looked: {
      type: 'wait-for',
      first: [{ message: { step: 'remind', was: 'clicked' }, next: 'end' }],
      atMost: 'P1D',
      otherwise: 'again',
    },
    again: mail('cart-again', 'end'),
    end: { type: 'exit' },
  },
};

function given(journey: LiveJourney = liveJourney('cart', CART)) {
  const live: LiveCatalog = {
    ...{ number: 1, publishedAt: START - DAY, segments: [], counters: [], journeys: [journey] },
    templates: ['cart-reminder', 'cart-again'].map((key) => ({ key, channel: 'email' as const })),
    settings: { builtInMessages: { welcome: false, 'we-miss-you': false } },
  };
  const profiles = new FakeProfiles();
  const { profile } = new Person().receives(identify({ email: 'ada@example.com' }, START));
  if (profile) profiles.stored.set(profile.key, profile);
  const fakes = adminFakes();
  const api = new Admin({ ...fakes, profiles, readLive: async () => live });
  const simulate = (body: object, key = 'cart') =>
    api.call('POST', `/api/journeys/${key}/simulate`, { body, role: 'viewer' });
  return { simulate, profiles };
}

const iso = (time: number) => new Date(time).toISOString();
interface Shown {
  readonly at: string;
  readonly input: number | null;
  readonly says: readonly string[];
}
const told = ({ json }: { json: { moments: readonly Shown[] } }) => json.moments.map(({ at, says }) => [at, ...says]);

describe('POST /api/journeys/{key}/simulate', () => {
  it('tells moment by moment what would happen to her, and changes nothing', async () => {
    const { simulate, profiles } = given();
    const before = structuredClone(profiles.stored.get('k#u1'));
    const inputs = [
      { clock: iso(START + MINUTE) },
      { event: 'Product Added', properties: { price: 20 } },
      { clock: iso(START + 2 * HOUR) },
      { message: { step: 'remind', was: 'clicked' } },
    ];
    const answer = await simulate({ userId: 'u1', inputs, until: iso(START + 3 * HOUR) });
    expect(answer.json).toMatchObject({ version: 'live', whole: true });
    expect(told(answer)).toEqual([
      [
        iso(START + MINUTE),
        'She comes into “cart” by “Product Added”.',
        'She is at “an-hour”.',
        'At “an-hour” she waits until 2026-03-02 13:01 at most.',
      ],
      [
        iso(START + HOUR + MINUTE),
        'The message “cart-reminder” would go by email.',
        'She passes “an-hour”, “remind” (sent).',
        'She is at “looked”.',
        'At “looked” she waits until 2026-03-03 13:01 at most.',
      ],
      [iso(START + 2 * HOUR), 'She passes “looked” (0), “end”.', 'She leaves “cart”: finished.'],
    ]);
    expect(profiles.stored.get('k#u1')).toEqual(before);
  });

  it('goes on by itself until the time that is said', async () => {
    const { simulate } = given();
    const inputs = [{ event: 'Product Added', properties: { price: 20 } }];
    const short = await simulate({ userId: 'u1', inputs, until: iso(START + 2 * HOUR) });
    expect(short.json.moments.at(-1).at).toBe(iso(START + HOUR));
    const whole = await simulate({ userId: 'u1', inputs });
    expect(told(whole).flat()).toContain('The message “cart-again” would go by email.');
  });

  it('says why what comes in takes nobody in', async () => {
    const cheap = { event: 'Product Added', properties: { price: 5 } };
    const { simulate } = given();
    expect(told(await simulate({ userId: 'u1', inputs: [cheap] })).flat()).toContain(
      'She does not come in: the event is not as the entry asks.',
    );
    const twice = [{ trigger: {} }, { trigger: {} }];
    expect(told(await simulate({ userId: 'u1', inputs: twice }))[1]).toContain('She does not come in: she is in it.');
    const paused = given({ ...liveJourney('cart', CART), halted: { how: 'paused', since: START } });
    expect(told(await paused.simulate({ userId: 'u1', inputs: [{ trigger: {} }] })).flat()).toContain(
      'She does not come in: the journey is paused.',
    );
  });

  it('makes somebody up where nobody is named, and withholds from who has no address', async () => {
    const { simulate } = given();
    const known = await simulate({ inputs: [{ identify: { email: 'sam@example.com' } }, { trigger: {} }] });
    expect(told(known).flat()).toContain('The message “cart-reminder” would go by email.');
    const unknown = await simulate({ inputs: [{ trigger: {} }] });
    expect(told(unknown).flat()).toContain('The message “cart-reminder” would not be sent: no address.');
  });

  it('tries a draft as if it were published, once it is checked', async () => {
    const { simulate } = given();
    const draft = {
      ...{ name: 'Trials', entries: [{ type: 'event', event: 'Trial Started' }], start: 'ask' },
      steps: {
        ask: {
          type: 'branch',
          branches: [{ when: { event: 'Seat Added', times: { gte: 2 }, within: 'P7D' }, next: 'note' }],
          otherwise: 'end',
        },
        note: { type: 'set-trait', traits: { team: true }, next: 'end' },
        end: { type: 'exit' },
      },
    };
    const inputs = [{ event: 'Seat Added' }, { event: 'Seat Added' }, { event: 'Trial Started' }];
    const answer = await simulate({ definition: draft, inputs }, 'trials');
    expect(answer.json).toMatchObject({ version: 'draft' });
    expect(told(answer).flat()).toContain('She passes “ask” (0), “note”, “end”.');
    const wrong = {
      ...draft,
      steps: { ...draft.steps, note: { type: 'exit' }, end: { type: 'wait', for: 'P1D', next: 'nowhere' } },
    };
    expect(await simulate({ definition: wrong, inputs }, 'trials')).toMatchObject({
      ...{ status: 422, json: { code: 'invalid_definitions' } },
    });
  });

  it('has an end: of days, of inputs, and of journeys that go round', async () => {
    const round = {
      ...{ ...CART, start: 'wait' },
      steps: {
        wait: { type: 'wait', for: 'PT1M', next: 'note' },
        note: { type: 'set-trait', traits: { n: 1 }, next: 'wait' },
      },
    };
    const { simulate } = given(liveJourney('cart', round));
    const endless = await simulate({ userId: 'u1', inputs: [{ trigger: {} }] });
    expect(endless.json.whole).toBe(false);
    expect(endless.json.moments.length).toBeLessThanOrEqual(1_001);
    const until = iso(START + 500 * DAY);
    expect(await simulate({ userId: 'u1', inputs: [], until })).toMatchObject({ json: { code: 'invalid_range' } });
    expect(await simulate({ userId: 'u1', inputs: Array(101).fill({ trigger: {} }) })).toMatchObject({ status: 400 });
    expect(await simulate({ userId: 'nobody', inputs: [] })).toMatchObject({ json: { code: 'unknown_user' } });
    expect(await simulate({ inputs: [] }, 'cort')).toMatchObject({ json: { code: 'unknown_journey' } });
  });
});

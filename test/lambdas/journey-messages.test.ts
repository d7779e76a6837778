import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '../../domain/calendar.ts';
import type { LiveCatalog, LiveJourney } from '../../domain/catalog/live-catalog.ts';
import { WHILE_HELD } from '../../domain/delivery/coming-back.ts';
import type { EmailTemplate } from '../../domain/delivery/email/prepare.ts';
import { emailRenderer } from '../../domain/delivery/email/render.ts';
import { handOff } from '../../domain/delivery/hand-off.ts';
import { decodeSendRequest, encodeSendRequest, type SendRequest } from '../../domain/delivery/send-request.ts';
import { type Input, triggerInput } from '../../domain/state/input.ts';
import { decodeInputs } from '../../domain/state/input-message.ts';
import { UTC } from '../../domain/zone.ts';
import type { OutgoingEmail } from '../../lambdas/adapters/email-provider.ts';
import { dynamoSendLedger } from '../../lambdas/adapters/send-ledger.ts';
import { dynamoSendLedgerReader } from '../../lambdas/adapters/send-ledger-reader.ts';
import { dynamoSendSlots } from '../../lambdas/adapters/send-slots.ts';
import { deliverEmail } from '../../lambdas/delivery/deliver-email.handler.ts';
import { emailChannel } from '../../lambdas/delivery/email-channel.ts';
import { liveJourneys } from '../../lambdas/delivery/live-journeys.ts';
import { liveRules } from '../../lambdas/delivery/live-rules.ts';
import { emailWords } from '../../lambdas/delivery/render-email.ts';
import { email, prepare } from '../domain/email/support.ts';
import { liveJourney, mail, planWithJourneys } from '../support/journeys.ts';
import { identify, order, Person, START, track } from '../support/people.ts';
import { tables } from '../support/tables.ts';
import { FakeProfiles, FakeQueue, fakeLog, publishedJourneys, sqsEvent } from './fakes.ts';

/** A code, a message about it, another code. */
const CART = {
  entries: [{ type: 'event', event: 'Product Added' }, { type: 'trigger' }],
  again: 'after-exit',
  priority: 3,
  goal: { reached: { event: 'Order Completed' }, within: 'P3D' },
  start: 'code',
  steps: {
    code: { ...offer('TEN'), next: 'remind' },
    remind: mail('reminder', 'more', { data: { tone: 'kind' } }),
    more: { ...offer('TWENTY'), next: 'end' },
    end: { type: 'exit' },
  },
};

function offer(code: string) {
  return { type: 'offer', code: { shared: code }, expires: 'P7D', redeemedBy: { event: 'Paid', property: 'code' } };
}

const WORDS = [
  '{{ person.firstName }}',
  '{{ event.product }}',
  '{{ data.tone }}',
  '{{ offer.code }}',
  '{{ offer.expiresAt | date: "%Y-%m-%d" }}',
  '{{ journey.key }}',
].join('|');

interface Given {
  readonly template?: Partial<EmailTemplate>;
  /** As they are when the message is looked at again. */
  readonly settings?: LiveCatalog['settings'];
  readonly provider?: 'accepted' | 'refused';
}

/** Ada in a cart, her message on its way, and a worker that sends it. */
function cart({ template = {}, settings = {}, provider = 'accepted' }: Given = {}, group?: 'test') {
  const journey = liveJourney('cart', CART);
  const plan = planWithJourneys([journey], {
    templates: [{ key: 'reminder', channel: 'email', ...classIn(template) }],
  });
  const ada = new Person(plan).receives(identify({ email: 'ada@shop.example', firstName: 'Ada' }, START));
  ada.receives(
    group === undefined
      ? track('Product Added', START + MINUTE, { properties: { product: 'hat' } })
      : triggerInput('k#u1', 'try', { at: START + MINUTE, journey: 'cart', data: { product: 'hat' }, group }),
  );
  const requests = handOff('k#u1', 1, { lineage: 'ada', effects: ada.effects }).flatMap((one) =>
    one.sink === 'email' ? [decodeSendRequest(one.body)] : [],
  );
  const [request] = requests;
  if (request === undefined) throw new Error('Nothing was to be sent');

  const { client } = tables();
  const clock = { now: START + MINUTE + SECOND };
  const profiles = new FakeProfiles();
  const [timers, marketing, transactional] = [new FakeQueue(), new FakeQueue(), new FakeQueue()];
  const sent: OutgoingEmail[] = [];
  const budget = { asked: 0 };
  const prepared = prepare(email({ subject: WORDS, html: '<p>{{ unsubscribe_url }}</p>' }, template));
  if (prepared.outcome === 'problems') throw new Error(JSON.stringify(prepared.problems));
  const templates = {
    ...{ email: async () => emailRenderer(prepared.email), brand: async () => undefined },
    ...{ defaultLocale: async () => undefined, tracking: async () => undefined, sender: async () => undefined },
    ...{ host: async () => undefined, topics: async () => [], contacts: async () => ({ settings }) },
  };
  const log = fakeLog();
  let tries = 0;
  const live: { journeys: readonly LiveJourney[] } = { journeys: [journey] };
  const deliver = async (what: SendRequest = request) => {
    if (ada.profile) profiles.stored.set('k#u1', ada.profile);
    const dependencies = {
      ...{ profiles, rules: liveRules(templates, UTC), journeys: publishedJourneys(...live.journeys) },
      suppressions: { find: async () => ({ refusals: new Map() }) },
      channel: emailChannel(
        {
          send: async (outgoing) => {
            sent.push(outgoing);
            return provider === 'accepted'
              ? { outcome: provider, providerId: 'p' }
              : { outcome: provider, reason: 'No' };
          },
        },
        emailWords({ templates, zone: 'UTC', now: () => clock.now, log }),
        async () => ({ unsubscribeUrl: 'https://l.example/u', preferencesUrl: 'https://l.example/p' }),
        async (_message, _profile, html) => html,
      ),
      limits: { dryRun: false },
      ...{ slots: dynamoSendSlots(client, 'sends'), sends: dynamoSendLedger(client, 'sends', async () => undefined) },
      holds: { trip: async () => undefined, over: async () => undefined },
      permits: () => ({
        take: async () => {
          budget.asked++;
          return true;
        },
        giveBack: () => undefined,
        end: async () => undefined,
      }),
      turns: { take: async () => ({ outcome: 'taken', giveBack: () => undefined }) as const },
      ...{ timers, queues: { marketing, transactional }, now: () => clock.now, random: () => ++tries / 1_000, log },
    };
    return deliverEmail(dependencies, sqsEvent(encodeSendRequest(what)));
  };
  const told = (): Input[] => timers.messages.flatMap(({ body: one }) => decodeInputs(one).inputs);
  const ended = async (sendId = request.sendId) => {
    const claim = await dynamoSendLedgerReader(client, 'sends').find(sendId);
    return claim && (claim.reason === undefined ? claim.status : `${claim.status}: ${claim.reason}`);
  };
  return { ada, journey, live, request, sent, clock, deliver, told, ended, marketing, budget };
}

const classIn = ({ class: of }: Partial<EmailTemplate>) => (of === 'transactional' ? ({ class: of } as const) : {});

const QUIET_NOW = { quietHours: [{ from: '11:00', to: '14:00' }] };

describe('a message of a journey', () => {
  it('reads what took her in, what its step says, and the offer she was given before it', async () => {
    const { deliver, sent, told } = cart();
    await deliver();
    expect(sent.map(({ subject }) => subject)).toEqual(['Ada|hat|kind|TEN|2026-03-09|cart']);
    expect(told()).toEqual([]);
  });

  it('is left alone by releases that do not know what it is about', () => {
    const { request } = cart();
    expect(JSON.parse(encodeSendRequest(request))).toMatchObject({ v: 3, occasion: 'cart/remind' });
  });

  const stopped = (journey: LiveJourney): LiveJourney => ({ ...journey, halted: { how: 'stopped', since: START } });
  const without = (journey: LiveJourney): LiveJourney =>
    liveJourney('cart', { ...CART, start: 'end', steps: { end: { type: 'exit' } } }, { id: journey.id });
  it.each<[string, (given: ReturnType<typeof cart>) => void, 'marketing' | 'transactional', string | undefined]>([
    ['she has bought since', ({ ada }) => ada.receives(order(START + MINUTE + 1)), 'marketing', undefined],
    [
      'she has bought before the way was over',
      ({ ada }) => {
        const [run] = ada.profile?.runs ?? [];
        if (ada.profile && run) ada.profile.runs = [{ ...run, left: 'goal' }];
      },
      'marketing',
      'she has left the journey',
    ],
    [
      'and the message is one that she waits for',
      ({ ada }) => {
        const [run] = ada.profile?.runs ?? [];
        if (ada.profile && run) ada.profile.runs = [{ ...run, left: 'goal' }];
      },
      'transactional',
      undefined,
    ],
    [
      'her run is gone, as by a merge',
      ({ ada }) => {
        if (ada.profile) ada.profile.runs = [];
      },
      'transactional',
      'she is not in the journey any more',
    ],
    [
      'somebody has stopped the journey',
      ({ live, journey }) => {
        live.journeys = [stopped(journey)];
      },
      'transactional',
      'the journey was stopped',
    ],
    [
      'the journey is not published any more',
      ({ live }) => {
        live.journeys = [];
      },
      'marketing',
      'the journey is not published any more',
    ],
    [
      'its version is kept no more, and the newest has no such step',
      ({ live, journey }) => {
        live.journeys = [without(journey)];
      },
      'marketing',
      'the journey has no such message any more',
    ],
  ])('%s', async (_what, happens, of, reason) => {
    const given = cart({ template: of === 'transactional' ? { class: of } : {} });
    happens(given);
    await given.deliver();
    expect(await given.ended()).toBe(reason === undefined ? 'accepted' : `withheld: ${reason}`);
    const { decidedAt, of: { run, step } = {} } = given.request;
    const became = { kind: 'became', user: 'k#u1', run, step, decidedAt, outcome: 'withheld' };
    const told = reason === undefined ? [] : [became];
    expect(given.told()).toMatchObject(told);
  });

  it('that the provider refuses was not sent, and the reducer hears so once, however often it is delivered', async () => {
    const { ada, deliver, told, sent } = cart({ provider: 'refused' });
    await deliver();
    await deliver();
    expect(sent).toHaveLength(1);
    ada.receives(...told());
    expect(ada.profile?.runs[0]?.notes.find(({ step }) => step === 'remind')?.became).toEqual(['withheld']);
  });

  it('that may go only later is decided anew, as urgent as its journey', async () => {
    const { ada, request, deliver, told, sent, ended } = cart({ settings: QUIET_NOW });
    await deliver();
    expect([sent.length, await ended()]).toEqual([0, 'deferred: quiet hours']);
    expect(told()).toMatchObject([{ kind: 'deferred', priority: 3, of: request.of, message: 'reminder' }]);
    ada.receives(...told());
    // The reducer of this test knows of no quiet hours: it goes at once.
    expect(ada.effects.filter(({ kind }) => kind === 'message')).toMatchObject([{}, { of: request.of }]);
  });

  it('waits while its journey is paused, and goes when it goes on', async () => {
    const { live, journey, deliver, sent, marketing, ended } = cart();
    live.journeys = [{ ...journey, halted: { how: 'paused', since: START } }];
    await deliver();
    expect([sent.length, await ended(), marketing.messages.map(({ delaySeconds }) => delaySeconds)]).toEqual([
      ...[0, undefined],
      [WHILE_HELD / SECOND],
    ]);
    live.journeys = [journey];
    await deliver(decodeSendRequest(marketing.messages[0]?.body ?? ''));
    expect(await ended()).toBe('accepted');
  });
});

describe('somebody tries a journey', () => {
  it('the message is marked, comes at once, and uses up nothing', async () => {
    const { request, deliver, sent, budget } = cart({ settings: QUIET_NOW }, 'test');
    await deliver();
    // Twice to the same address within a minute.
    await deliver({ ...request, sendId: 'again', decidedAt: START - HOUR });
    expect(sent.map(({ subject }) => subject)).toEqual(Array(2).fill('[TEST] Ada|hat|kind|TEN|2026-03-09|cart'));
    expect(budget.asked).toBe(0);
  });

  it('and who has left email gets none', async () => {
    const { ada, deliver, sent, ended } = cart({}, 'test');
    ada.receives(track('Consent Withdrawn', START + MINUTE + 1, { properties: { channel: 'email' } }));
    await deliver();
    expect([sent, await ended()]).toEqual([[], 'withheld: consent withdrawn']);
  });
});

describe('what a worker knows of journeys', () => {
  const journey = liveJourney('cart', CART);
  const catalog = (number: number, journeys: readonly LiveJourney[]): LiveCatalog => ({
    ...{ number, publishedAt: START, segments: [], counters: [], journeys },
  });

  function worker() {
    const clock = { now: START };
    const published = { live: undefined as LiveCatalog | undefined, reads: 0, fails: false };
    const readLive = async () => {
      published.reads++;
      if (published.fails) throw new Error('down');
      return published.live;
    };
    const log = fakeLog();
    return { clock, published, log, journeys: liveJourneys({ catalog: { readLive }, now: () => clock.now, log }) };
  }

  it('is read every ten seconds, once for all who wait, and kept when the table does not answer', async () => {
    const { clock, published, journeys, log } = worker();
    published.live = catalog(1, [journey]);
    expect((await Promise.all([journeys.find('cart'), journeys.find('cart'), journeys.all()]))[0]).toBe(journey);
    published.live = catalog(2, []);
    expect([await journeys.find('cart'), published.reads]).toEqual([journey, 1]);
    clock.now += 10 * SECOND;
    published.fails = true;
    expect([await journeys.find('cart'), log.codes]).toEqual([journey, ['catalog-unreadable']]);
    published.fails = false;
    clock.now += 10 * SECOND;
    expect(await journeys.find('cart')).toBe(undefined);
  });

  it('is read at once for what another worker has decided by a newer release', async () => {
    const { published, journeys } = worker();
    expect(await journeys.find('cart')).toBe(undefined);
    published.live = catalog(1, [journey]);
    expect(await journeys.find('cart')).toBe(undefined);
    expect(await journeys.find('cart', { version: 1, at: START - DAY })).toBe(journey);
  });

  it('and for what was decided after a journey that stood still went on', async () => {
    const { clock, published, journeys } = worker();
    published.live = catalog(1, [{ ...journey, halted: { how: 'paused', since: START } }]);
    expect((await journeys.find('cart'))?.halted?.how).toBe('paused');
    published.live = catalog(2, [journey]);
    clock.now += SECOND;
    expect((await journeys.find('cart', { version: 1, at: START - 1 }))?.halted?.how).toBe('paused');
    expect(await journeys.find('cart', { version: 1, at: START })).toBe(journey);
  });

  it('is told by nobody before it was read once', async () => {
    const { published, journeys } = worker();
    published.fails = true;
    await expect(journeys.find('cart')).rejects.toThrow('down');
  });
});

import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../domain/calendar.ts';
import type { EmailTemplate } from '../../domain/delivery/email/prepare.ts';
import { emailRenderer } from '../../domain/delivery/email/render.ts';
import type { SendRequest } from '../../domain/delivery/send-request.ts';
import type { StageLimits } from '../../domain/delivery/stage-limits.ts';
import { decodeInputs } from '../../domain/state/input-message.ts';
import { UTC } from '../../domain/zone.ts';
import { dynamoSendLedger } from '../../lambdas/adapters/send-ledger.ts';
import { dynamoSendLedgerReader } from '../../lambdas/adapters/send-ledger-reader.ts';
import { dynamoSendSlots } from '../../lambdas/adapters/send-slots.ts';
import { sendApart } from '../../lambdas/delivery/apart.ts';
import { type LiveRules, liveRules } from '../../lambdas/delivery/live-rules.ts';
import { lookAgain } from '../../lambdas/delivery/second-look.ts';
import { sendOnce } from '../../lambdas/delivery/send-once.ts';
import { email, prepare } from '../domain/email/support.ts';
import { identify, Person, START, track } from '../support/people.ts';
import { tables } from '../support/tables.ts';
import { FakeProfiles, FakeQueue, fakeLog, publishedJourneys } from './fakes.ts';

/** At 23:00, and not at noon. */
const AT_NIGHT = { settings: { quietHours: [{ from: '22:00', to: '08:00' }] } };
const NEWS = { topics: [{ key: 'news', consent: { email: 'required' as const } }] };

const REQUEST: SendRequest = {
  ...{ sendId: 's1', user: 'k#u1', message: 'welcome', by: 'born' },
  ...{ decidedAt: START, notAfter: START + 3 * DAY },
};

/** What was published when the message is looked at. */
interface Published {
  readonly template?: Partial<EmailTemplate>;
  readonly contacts?: Awaited<ReturnType<Parameters<typeof liveRules>[0]['contacts']>>;
}

function rulesOf({ template, contacts = {} }: Published): LiveRules {
  const prepared = template && prepare(email({}, template));
  if (prepared?.outcome === 'problems') throw new Error(JSON.stringify(prepared.problems));
  return liveRules(
    { email: async () => prepared && emailRenderer(prepared.email), contacts: async () => contacts },
    UTC,
  );
}

interface Given extends Published {
  readonly limits?: Partial<StageLimits>;
  readonly refusals?: Readonly<Record<string, number>>;
  readonly reason?: 'bounced' | 'soft-bounces' | 'complained';
}

/** A worker with Ada, whose address is `ada@shop.example`, and what reaches the provider. */
function worker({ limits, refusals = {}, reason, ...published }: Given = {}) {
  const { client } = tables();
  const clock = { now: START };
  const profiles = new FakeProfiles();
  const people = new Map<string, Person>();
  const has = (userId: string, ...inputs: Parameters<Person['receives']>) => {
    const person = people.get(userId) ?? new Person();
    people.set(userId, person.receives(...inputs));
    if (person.profile) profiles.stored.set(`k#${userId}`, person.profile);
  };
  has('u1', identify({ email: 'ada@shop.example' }, START));
  const sent: string[] = [];
  const answers: ('not-now' | 'refused' | 'unknown')[] = [];
  const timers = new FakeQueue();
  let tries = 0;
  const dependencies = {
    profiles,
    suppressions: {
      find: async () => ({
        ...(reason && { suppression: { reason, since: START, sendId: 'before' } }),
        refusals: new Map(Object.entries(refusals)),
      }),
    },
    channel: {
      canReach: () => ({ outcome: 'reachable', address: 'ada@shop.example' }) as const,
      render: async () =>
        ({ outcome: 'rendered', rendered: { subject: '', preheader: '', html: '', text: '' } }) as const,
      send: async (_to: string, _email: object, { sendId }: SendRequest) => {
        const outcome = answers.shift();
        if (outcome !== undefined) return { outcome, reason: 'Said' };
        sent.push(sendId);
        return { outcome: 'accepted', providerId: `p-${sendId}` } as const;
      },
    },
    rules: rulesOf(published),
    journeys: publishedJourneys(),
    limits: { dryRun: false, ...limits },
    slots: dynamoSendSlots(client, 'sends'),
    sends: dynamoSendLedger(client, 'sends', async () => undefined),
    holds: { trip: async () => undefined },
    timers,
    now: () => clock.now,
    random: () => ++tries / 10_000,
    log: fakeLog(),
  };
  const reader = dynamoSendLedgerReader(client, 'sends');
  const send = (request: Partial<SendRequest> = {}) => sendOnce(dependencies, { ...REQUEST, ...request });
  const ended = async (sendId = 's1') => {
    const claim = await reader.find(sendId);
    return claim && (claim.reason === undefined ? claim.status : `${claim.status}: ${claim.reason}`);
  };
  return { dependencies, clock, has, sent, answers, timers, send, ended };
}

const withdrawn = (topic?: string) =>
  track('Consent Withdrawn', START + MINUTE, { properties: { channel: 'email', ...(topic && { topic }) } });

describe('a message is looked at again before it leaves', () => {
  const transactional = { class: 'transactional' } as const;
  it.each<[string, Given, SendRequest['class'] | undefined, string | undefined]>([
    ['nothing has changed', {}, undefined, undefined],
    ['she has left email', { refusals: { email: START + 1 } }, undefined, 'withheld: consent withdrawn'],
    [
      'the template has a topic, which she never agreed to',
      { template: { topic: 'news' }, contacts: NEWS },
      undefined,
      'withheld: no consent',
    ],
    [
      'she refused the topic',
      { template: { topic: 'news' }, refusals: { 'email/news': START } },
      undefined,
      'withheld: consent withdrawn',
    ],
    [
      'she refused another topic',
      { template: { topic: 'news' }, refusals: { 'email/tips': START } },
      undefined,
      undefined,
    ],
    [
      'the template is transactional by now',
      { template: transactional, contacts: AT_NIGHT, refusals: { email: START } },
      undefined,
      undefined,
    ],
    [
      'the template is marketing by now',
      { template: {}, refusals: { email: START } },
      'transactional',
      'withheld: consent withdrawn',
    ],
    ['it is quiet where she is', { contacts: AT_NIGHT }, undefined, 'deferred: quiet hours'],
    [
      'it is always quiet',
      { contacts: { settings: { quietHours: [{ from: '00:00', to: '00:00' }] } } },
      undefined,
      'withheld: quiet at all hours',
    ],
    [
      'her caps are full, of which it is a part',
      { contacts: { settings: { caps: { total: [{ most: 1, within: 'P1D' }] } } } },
      undefined,
      undefined,
    ],
    [
      'the address has bounced',
      { reason: 'bounced', template: transactional },
      'transactional',
      'withheld: address bounced',
    ],
    ['it has bounced softly, too often', { reason: 'soft-bounces' }, undefined, 'withheld: address bounced'],
    ['its owner has complained', { reason: 'complained' }, undefined, 'withheld: complained of spam'],
    ['the stage writes to nobody', { limits: { dryRun: true } }, undefined, 'withheld: dry run'],
    [
      'the stage writes to others',
      { limits: { onlyTo: ['@example.com', 'ben@shop.example'] } },
      undefined,
      'withheld: not on the list of this stage',
    ],
    ['the stage writes to her', { limits: { onlyTo: ['@example.com', 'ADA@shop.example'] } }, undefined, undefined],
    [
      'the stage writes to her domain, and not to one that ends like it',
      { limits: { onlyTo: ['@Shop.example', '@p.example'] } },
      undefined,
      undefined,
    ],
  ])('%s', async (_what, given, of, end) => {
    const { dependencies, has } = worker(given);
    has('u1', track('Looked', START + 8 * HOUR));
    const look = await lookAgain(
      { ...dependencies, now: () => START + 11 * HOUR },
      { ...REQUEST, ...(of && { class: of }) },
    );
    const words =
      look.outcome === 'ready' ? undefined : 'reason' in look.end ? `${look.end.status}: ${look.end.reason}` : '';
    expect(words).toBe(end);
  });

  it('and in a dry run the log counts what would have gone', async () => {
    const { send, dependencies, sent } = worker({ limits: { dryRun: true } });
    await send();
    await send({ sendId: 's2', notAfter: START - 1 });
    expect([dependencies.log.codes, sent]).toEqual([['send-dry-run'], []]);
  });

  it('and by what she said since', async () => {
    const { has, send, ended, sent } = worker();
    has('u1', withdrawn());
    await send();
    expect([await ended(), sent]).toEqual(['withheld: consent withdrawn', []]);
  });

  it('and ends when it is too late, or would be in the morning', async () => {
    const { clock, send, ended } = worker({ contacts: AT_NIGHT });
    clock.now = START + 11 * HOUR;
    await send({ notAfter: START + 12 * HOUR });
    await send({ sendId: 's2', notAfter: START + 10 * HOUR });
    expect([await ended(), await ended('s2')]).toEqual(['withheld: too late: quiet hours', 'expired: too late']);
  });
});

describe('a message that may go later', () => {
  const night = () => {
    const all = worker({ contacts: AT_NIGHT });
    all.clock.now = START + 11 * HOUR;
    return all;
  };
  const inputsOn = ({ messages }: FakeQueue) => messages.flatMap(({ body }) => decodeInputs(body).inputs);

  it('ends as deferred, and the reducer is told', async () => {
    const { send, ended, sent, timers } = night();
    expect(await send()).toEqual({ isAsked: false });
    expect([await ended(), sent]).toEqual(['deferred: quiet hours', []]);
    expect(inputsOn(timers)).toEqual([
      {
        ...{ kind: 'deferred', user: 'k#u1', id: 'deferred-s1', at: START + 11 * HOUR, channel: 'email' },
        ...{ sendId: 's1', message: 'welcome', decidedAt: START, notAfter: START + 3 * DAY, by: 'born' },
      },
    ]);
  });

  it('is with the reducer though nobody could write down that it was deferred', async () => {
    const { dependencies, send, timers } = night();
    dependencies.sends.record = () => Promise.reject(new Error('throttled'));
    await expect(send()).rejects.toThrow('throttled');
    expect(inputsOn(timers).map(({ id }) => id)).toEqual(['deferred-s1']);
  });

  it('ends where a program asked for it: the reducer would send it without its data, and to her own address', async () => {
    const { send, ended, timers } = night();
    await send({ class: 'transactional', asked: { source: 'shop', to: 'ben@shop.example', data: { code: 17 } } });
    expect([await ended(), inputsOn(timers)]).toEqual(['withheld: quiet hours', []]);
  });

  it('comes back where the queue did not take it, and whoever finds it deferred tells the reducer again', async () => {
    const { send, timers, ended } = night();
    timers.refuses = () => true;
    await expect(send()).rejects.toThrow('deferred');
    expect(await ended()).toBe('deferred: quiet hours');
    timers.refuses = () => false;
    await send();
    await send();
    expect(inputsOn(timers).map(({ id }) => id)).toEqual(['deferred-s1', 'deferred-s1']);
  });
});

describe('two messages to one address', () => {
  const both = ['ben', 'cleo'] as const;
  const shared = () => {
    const all = worker();
    for (const userId of both) all.has(userId, identify({ email: 'ada@shop.example' }, START, { userId }));
    return all;
  };
  const to = (userId: string, parts: Partial<SendRequest> = {}) =>
    ({ user: `k#${userId}`, sendId: `s-${userId}`, ...parts }) as const;

  it('of one step, in 24 hours, are one', async () => {
    const { send, ended, sent, clock } = shared();
    await send(to('ben'));
    await send(to('cleo'));
    expect(sent).toEqual(['s-ben']);
    expect(await ended('s-cleo')).toBe('withheld: the address had it in the last 24 hours');
    clock.now += DAY;
    await send(to('cleo', { sendId: 's-next', decidedAt: clock.now }));
    expect(sent).toEqual(['s-ben', 's-next']);
  });

  it('are two where they are of two steps, about something of its own each, or transactional', async () => {
    const { send, sent } = shared();
    await send(to('ben'));
    await send(to('cleo', { occasion: 'spring' }));
    await send(to('ben', { sendId: 'o1', keyed: true }));
    await send(to('cleo', { sendId: 'o2', keyed: true }));
    expect(sent).toEqual(['s-ben', 's-cleo', 'o1', 'o2']);
    const asked = worker({ template: { class: 'transactional' } });
    for (const sendId of ['t1', 't2']) await asked.send({ sendId });
    expect(asked.sent).toEqual(['t1', 't2']);
  });

  it('that ask to confirm a topic are one, under however many user ids somebody says yes for it', async () => {
    const { send, sent, ended, clock } = shared();
    const asking = { message: 'confirm-subscription', class: 'transactional', topic: 'club' } as const;
    await send(to('ben', asking));
    await send(to('cleo', asking));
    await send(to('cleo', { ...asking, topic: 'tips', sendId: 'tips' }));
    expect([await ended('s-cleo'), sent]).toEqual([
      'withheld: the address had it in the last 24 hours',
      ['s-ben', 'tips'],
    ]);
    clock.now += DAY;
    await send(to('cleo', { ...asking, sendId: 's-next', decidedAt: clock.now, notAfter: clock.now + DAY }));
    expect(sent).toEqual(['s-ben', 'tips', 's-next']);
  });

  it('of a journey that writes daily come each day, to who got the first of them', async () => {
    const { dependencies, clock } = worker();
    const morning = (userId: string) => {
      const { profile } = new Person().receives(identify({}, START, { userId }));
      if (profile === undefined) throw new Error('Nobody');
      const of = { journey: 'day', version: 1, run: 'r', step: 'morning' };
      const request = {
        ...REQUEST,
        of,
        occasion: 'day/morning',
        sendId: `${userId}-${clock.now}`,
        decidedAt: clock.now,
      };
      const ready = { outcome: 'ready', profile, address: 'ada@shop.example', kind: { class: 'marketing' } } as const;
      return sendApart(dependencies, request, ready as never, async () => ({ status: 'accepted', providerId: 'p' }));
    };
    expect(await morning('ben')).toMatchObject({ status: 'accepted' });
    // Yesterday it had to wait its turn, and today it is the first.
    clock.now += DAY - MINUTE;
    expect(await morning('cleo')).toMatchObject({ reason: 'the address had it in the last 24 hours' });
    expect(await morning('ben')).toMatchObject({ status: 'accepted' });
  });

  it('the second goes where the first certainly did not, and not where nobody knows', async () => {
    for (const [answer, goes] of [
      ['not-now', true],
      ['refused', true],
      ['unknown', false],
    ] as const) {
      const { send, sent, answers } = shared();
      answers.push(answer);
      await send(to('ben'));
      await send(to('cleo'));
      expect([answer, sent]).toEqual([answer, goes ? ['s-cleo'] : []]);
      // What comes back finds that somebody has been there.
      await send(to('ben'));
      expect(sent).toEqual(goes ? ['s-cleo'] : []);
    }
  });

  it('the first keeps its place when it comes back after an answer was lost, and when two workers are at it', async () => {
    const { dependencies, send, sent } = shared();
    // The place was taken, and then its worker's table did not answer him.
    const { slots } = dependencies;
    const take = slots.take.bind(slots);
    slots.take = async (...asked) => {
      await take(...asked);
      slots.take = take;
      throw new Error('No answer');
    };
    await expect(send(to('ben'))).rejects.toThrow('No answer');
    await Promise.all([send(to('cleo')), send(to('ben'))]);
    expect(sent).toEqual(['s-ben']);
  });
});

describe('two late messages to one person', () => {
  it('leave a quarter of an hour apart, whenever they were decided', async () => {
    const { send, sent, clock } = worker();
    clock.now = START + 2 * HOUR;
    await send({ sendId: 'a', occasion: 'a' });
    expect(await send({ sendId: 'b', occasion: 'b', decidedAt: START + HOUR })).toEqual({
      isAsked: false,
      back: { after: 15 * MINUTE },
    });
    clock.now += 5 * MINUTE;
    expect(await send({ sendId: 'c', occasion: 'c' })).toMatchObject({ back: { after: 10 * MINUTE } });
    expect(sent).toEqual(['a']);
    clock.now += 10 * MINUTE;
    await send({ sendId: 'b', occasion: 'b', decidedAt: START + HOUR });
    expect(await send({ sendId: 'c', occasion: 'c' })).toMatchObject({ back: { after: 15 * MINUTE } });
    expect(sent).toEqual(['a', 'b']);
  });

  it('do not hold up what is on time, nor somebody else', async () => {
    const { send, sent, clock, has } = worker();
    clock.now = START + 2 * HOUR;
    has('ben', identify({ email: 'ben@shop.example' }, START, { userId: 'ben' }));
    await send({ sendId: 'a', occasion: 'a' });
    await send({ sendId: 'b', occasion: 'b', decidedAt: clock.now });
    await send({ sendId: 'c', occasion: 'c', user: 'k#ben' });
    expect(sent).toEqual(['a', 'b', 'c']);
  });

  it('the second ends where it would come too late, and goes at once where the first was not taken', async () => {
    const { send, sent, clock, answers, ended } = worker();
    clock.now = START + 2 * HOUR;
    answers.push('not-now');
    await send({ sendId: 'a', occasion: 'a' });
    await send({ sendId: 'b', occasion: 'b' });
    expect(sent).toEqual(['b']);
    await send({ sendId: 'c', occasion: 'c', notAfter: clock.now + 10 * MINUTE });
    expect(await ended('c')).toBe('expired: too late: another message just left');
    // It gave its other place back.
    clock.now += 15 * MINUTE;
    await send({ sendId: 'd', occasion: 'c' });
    expect(sent).toEqual(['b', 'd']);
  });
});

describe('a transactional message that may have left', () => {
  const transactional = { class: 'transactional' } as const;

  it('is sent no oftener when the provider, or a table of ours, refuses in between', async () => {
    const { dependencies, send, answers, ended } = worker({ template: transactional });
    let mayHaveLeft = 0;
    const { send: give } = dependencies.channel;
    dependencies.channel.send = async (...asked) => {
      const answer = await give(...asked);
      if (answer.outcome === 'unknown') mayHaveLeft++;
      return answer;
    };
    answers.push('unknown', 'not-now', 'unknown', 'not-now', 'unknown', 'not-now', 'unknown');
    const { get } = dependencies.profiles;
    for (let n = 0; n < 10; n++) {
      await send(transactional);
      dependencies.profiles.get = () => Promise.reject(new Error('throttled'));
      await send(transactional).catch(() => undefined);
      dependencies.profiles.get = get;
    }
    expect(mayHaveLeft).toBe(3);
    expect(await ended()).toBe('unknown: Said');
  });

  it('stays in doubt when it is too late to send it again', async () => {
    const { send, answers, clock, ended } = worker({ template: transactional });
    answers.push('unknown');
    await send(transactional);
    clock.now = REQUEST.notAfter + 1;
    await send(transactional);
    expect(await ended()).toBe('unknown: Said');
  });

  it('stays in doubt when there is nobody to send it to by now', async () => {
    const { dependencies, send, answers, sent, ended } = worker({ template: transactional });
    answers.push('unknown');
    await send(transactional);
    dependencies.profiles.stored.clear();
    expect(await send(transactional)).toEqual({ isAsked: false });
    expect([await ended(), sent]).toEqual(['unknown: not sent again', []]);
  });

  it('is not sent again where its template has become marketing', async () => {
    const { dependencies, send, answers, sent, ended } = worker({ template: transactional });
    answers.push('unknown');
    await send(transactional);
    dependencies.rules = rulesOf({ template: {} });
    await send(transactional);
    expect([await ended(), sent]).toEqual(['unknown: not sent again', []]);
  });
});

describe('a marketing message whose worker died', () => {
  it('is told of, since nobody will send it', async () => {
    const { dependencies, clock, send, sent } = worker();
    await dependencies.sends.claim(REQUEST, 'who died', START);
    clock.now += 3 * MINUTE;
    await send();
    expect([dependencies.log.codes, sent]).toEqual([['send-unknown'], []]);
  });
});

import { SESv2ServiceException } from '@aws-sdk/client-sesv2';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { DAY, MINUTE } from '../../domain/calendar.ts';
import type { Effect } from '../../domain/decisions/effect.ts';
import { encodeEffects } from '../../domain/decisions/effect-codec.ts';
import type { Hold } from '../../domain/delivery/hold.ts';
import { encodeSendRequest, type SendRequest } from '../../domain/delivery/send-request.ts';
import type { JourneyCount } from '../../domain/insights/journey-counts.ts';
import { decodeInputs } from '../../domain/state/input-message.ts';
import { UTC } from '../../domain/zone.ts';
import { answerTo, type EmailAnswer, type OutgoingEmail } from '../../lambdas/adapters/email-provider.ts';
import type { Claiming, HeldClaim, SendLedger, SendOutcome, TakenClaim } from '../../lambdas/adapters/send-ledger.ts';
import type { Listed, Suppression } from '../../lambdas/adapters/suppression-list.ts';
import { deliverEmail } from '../../lambdas/delivery/deliver-email.handler.ts';
import { dispatch } from '../../lambdas/delivery/dispatch.handler.ts';
import { emailChannel } from '../../lambdas/delivery/email-channel.ts';
import { liveHolds } from '../../lambdas/delivery/live-holds.ts';
import { liveRules } from '../../lambdas/delivery/live-rules.ts';
import { liveTemplates } from '../../lambdas/delivery/live-templates.ts';
import { redeliver } from '../../lambdas/delivery/redeliver.handler.ts';
import { emailWords } from '../../lambdas/delivery/render-email.ts';
import { identify, Person, START } from '../support/people.ts';
import { FakeProfiles, FakeQueue, fakeLog, publishedJourneys, sqsEvent } from './fakes.ts';

const EFFECTS: Effect[] = [
  { kind: 'transition', from: 'at-risk', to: 'dormant', at: START, cause: 'time', reason: 'no activity for 30 days' },
  { kind: 'message', message: 'we-miss-you', channel: 'email', at: START, notAfter: START + DAY },
  { kind: 'wake', at: START + 90_000 },
];

function outside() {
  const sink = <T>() => {
    const taken: T[] = [];
    const state = { down: false, refuses: false };
    const give = async (items: readonly T[]) => {
      if (state.down) throw new Error('down');
      if (state.refuses) return items;
      taken.push(...items);
      return [];
    };
    return Object.assign(state, { taken, give });
  };
  const timeline = sink<object>();
  const bus = sink<object>();
  const quarantine = sink<object>();
  const counts = sink<JourneyCount>();
  const [email, transactional, timers, retry] = [new FakeQueue(), new FakeQueue(), new FakeQueue(), new FakeQueue()];
  const calls = new FakeQueue();
  const dependencies = {
    timeline: { write: timeline.give as never },
    bus: { publish: bus.give as never },
    quarantine: { write: quarantine.give as never },
    journeyCounts: { add: counts.give },
    email: { marketing: email, transactional },
    calls,
    timers,
    retry,
    now: () => START,
    log: fakeLog(),
  };
  return { timeline, bus, quarantine, counts, email, transactional, timers, retry, dependencies };
}

const record = (sequence: string, fx: string) => ({
  dynamodb: { SequenceNumber: sequence, NewImage: { id: { S: 'k#ada' }, version: { N: '7' }, fx: { S: fx } } },
});
const stream = (...records: object[]) => ({ Records: records }) as DynamoDBStreamEvent;
const good = (sequence: string) => record(sequence, encodeEffects('lineage', EFFECTS));

describe('dispatch', () => {
  it('hands each effect to its sink, under the effect’s id', async () => {
    const { timeline, bus, email, timers, dependencies } = outside();
    expect(await dispatch(dependencies, stream(good('1')))).toEqual({ batchItemFailures: [] });
    expect(timeline.taken).toMatchObject([
      { user: 'k#ada', kind: 'transition', entry: `${new Date(START).toISOString()}#lineage_7_0` },
      { user: 'k#ada', kind: 'message', entry: `${new Date(START).toISOString()}#lineage_7_1` },
    ]);
    expect(JSON.parse((bus.taken[0] as { detail: string }).detail)).toMatchObject({
      id: 'lineage_7_0',
      userId: 'ada',
      from: 'at-risk',
      to: 'dormant',
    });
    expect(JSON.parse(email.messages[0]?.body ?? '')).toMatchObject({ sendId: 'lineage_7_1', message: 'we-miss-you' });
    expect(timers.messages[0]?.delaySeconds).toBe(90);
    expect(decodeInputs(timers.messages[0]?.body ?? '').inputs).toMatchObject([{ kind: 'due', at: START + 90_000 }]);
  });

  it('has a queue for each class: a campaign never stands before a password', async () => {
    const { email, transactional, retry, dependencies } = outside();
    const fx = encodeEffects('lineage', [...EFFECTS.slice(1, 2), { ...EFFECTS[1], class: 'transactional' } as Effect]);
    transactional.refuses = () => true;
    await dispatch(dependencies, stream(record('1', fx)));
    expect(email.messages).toHaveLength(1);
    transactional.refuses = () => false;
    await redeliver(dependencies, sqsEvent(...retry.messages.map(({ body }) => body)));
    expect([email.messages.length, transactional.messages.length]).toEqual([1, 1]);
    expect(JSON.parse(transactional.messages[0]?.body ?? '')).toMatchObject({ class: 'transactional' });
  });

  it('puts whoever is in quarantine on the list and tells the log, which knows no names', async () => {
    const { quarantine, bus, dependencies } = outside();
    const fx = encodeEffects('lineage', [{ kind: 'quarantine', at: START, until: START + DAY }]);
    await dispatch(dependencies, stream(record('1', fx)));
    const expiresAt = (START + 8 * DAY) / 1_000;
    expect(quarantine.taken).toEqual([{ user: 'k#ada', since: START, until: START + DAY, expiresAt }]);
    expect(bus.taken).toMatchObject([{ detailType: 'User Quarantined' }]);
    expect(dependencies.log.codes).toEqual(['user-quarantined']);
  });

  it('keeps whom the list did not take for later', async () => {
    const { quarantine, retry, dependencies } = outside();
    quarantine.down = true;
    const fx = encodeEffects('lineage', [{ kind: 'quarantine', at: START, until: START + DAY }]);
    await dispatch(dependencies, stream(record('1', fx)));
    const waiting = sqsEvent(...retry.messages.map(({ body }) => body));
    quarantine.down = false;
    expect(await redeliver(dependencies, waiting)).toEqual({ batchItemFailures: [] });
    expect(quarantine.taken).toHaveLength(1);
  });

  it('keeps what a sink refuses, or what a sink that is down would have got, on the retry queue', async () => {
    const { timeline, bus, email, retry, dependencies } = outside();
    timeline.refuses = true;
    bus.down = true;
    await dispatch(dependencies, stream(good('1')));
    expect(email.messages).toHaveLength(1);
    expect(retry.messages.map(({ body }) => JSON.parse(body).sink)).toEqual(['timeline', 'timeline', 'bus']);
  });

  it('fails the batch only when not even the retry queue takes it', async () => {
    const { bus, retry, dependencies } = outside();
    bus.down = true;
    retry.refuses = () => true;
    await expect(dispatch(dependencies, stream(good('1')))).rejects.toThrow();
  });

  it('hands on what stands around a record it cannot read, and gives that one back', async () => {
    const { email, dependencies } = outside();
    const answer = await dispatch(dependencies, stream(good('1'), record('2', '[99]'), good('3')));
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] });
    expect(email.messages).toHaveLength(2);
  });
});

describe('what happens in journeys', () => {
  const came = (run: string): Effect => ({
    ...{ kind: 'run', journey: 'cart', version: 3, run, at: START, entered: '“Product Added”', passed: [], to: 'wait' },
  });
  const entering = (sequence: string, run: string) => record(sequence, encodeEffects(run, [came(run)]));

  it('is counted together: one write for each version of a journey', async () => {
    const { counts, dependencies } = outside();
    await dispatch(dependencies, stream(entering('1', 'a'), entering('2', 'b')));
    expect(counts.taken).toMatchObject([{ journey: 'cart', version: 3, adds: { entered: 2, 'at/wait/came': 2 } }]);
  });

  it('counts once where a batch comes again: what was not handed on, and what stands behind the unreadable', async () => {
    const { counts, bus, retry, dependencies } = outside();
    bus.down = true;
    retry.refuses = () => true;
    await expect(dispatch(dependencies, stream(entering('1', 'a')))).rejects.toThrow();
    expect(counts.taken).toEqual([]);
    bus.down = false;
    await dispatch(dependencies, stream(entering('1', 'a'), record('2', '[99]'), entering('3', 'b')));
    await dispatch(dependencies, stream(entering('3', 'b')));
    expect(counts.taken.map(({ adds }) => adds.entered)).toEqual([1, 1]);
  });

  it('waits to be counted, under the same id, where the table takes nothing; and is lost before it blocks the rest', async () => {
    const { counts, retry, dependencies } = outside();
    counts.refuses = true;
    await dispatch(dependencies, stream(entering('1', 'a'), entering('2', 'b')));
    counts.refuses = false;
    await redeliver(dependencies, sqsEvent(...retry.messages.map(({ body }) => body)));
    expect(counts.taken).toMatchObject([{ adds: { entered: 2 } }]);
    counts.down = true;
    retry.refuses = () => true;
    expect(await dispatch(dependencies, stream(entering('3', 'c')))).toEqual({ batchItemFailures: [] });
    expect(dependencies.log.codes).toContain('journeys-uncounted');
  });
});

describe('redeliver', () => {
  it('hands over again, and lets come back what is refused again', async () => {
    const { bus, retry, dependencies } = outside();
    bus.down = true;
    await dispatch(dependencies, stream(good('1')));
    const waiting = sqsEvent(...retry.messages.map(({ body }) => body));
    expect(await redeliver(dependencies, waiting)).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
    bus.down = false;
    expect(await redeliver(dependencies, waiting)).toEqual({ batchItemFailures: [] });
    expect(bus.taken).toHaveLength(1);
  });

  it('leaves what a newer release handed to a sink of its own: taking it for done would lose it', async () => {
    const { dependencies } = outside();
    const newer = sqsEvent(JSON.stringify({ sink: 'push', body: '{}' }));
    expect(await redeliver(dependencies, newer)).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
  });
});

class FakeSends implements SendLedger {
  readonly claims = new Map<string, SendOutcome | { readonly status: 'claimed' }>();
  readonly #tries = new Map<string, Pick<TakenClaim, 'holder' | 'claimedAt' | 'tries'>>();
  readonly received = new Set<string>();

  async claim({ sendId }: { sendId: string }, holder: string, now: number): Promise<Claiming> {
    const taken = this.claims.get(sendId);
    const before = this.#tries.get(sendId);
    if (taken && before)
      return { outcome: 'taken', status: taken.status, ...before, isReceived: this.received.has(sendId) };
    this.claims.set(sendId, { status: 'claimed' });
    this.#tries.set(sendId, { holder, claimedAt: now, tries: 1 });
    return { outcome: 'claimed', claim: { sendId, holder } };
  }
  async claimAgain(sendId: string, taken: TakenClaim, holder: string, now: number) {
    if (this.#tries.get(sendId)?.holder !== taken.holder) return undefined;
    this.claims.set(sendId, { status: 'claimed' });
    this.#tries.set(sendId, { holder, claimedAt: now, tries: taken.tries + 1 });
    return { sendId, holder };
  }
  async record({ sendId }: HeldClaim, outcome: SendOutcome) {
    this.claims.set(sendId, outcome);
  }
  async release({ sendId }: HeldClaim) {
    this.claims.delete(sendId);
  }
}

/** Nothing is published. */
const templates = liveTemplates({
  reader: {
    readPointer: async () => undefined,
    readItems: async () => [],
    readPart: async () => ({}),
    readSender: async () => undefined,
    readHost: async () => undefined,
  },
  now: () => START,
  log: fakeLog(),
});
const words = emailWords({ templates, zone: 'UTC', now: () => START, log: fakeLog() });

function sender(answers: EmailAnswer[] = [], { class: of }: Pick<SendRequest, 'class'> = {}) {
  const profiles = new FakeProfiles();
  const { profile } = new Person().receives(identify({ email: 'Ada@Example.com', firstName: '<b>Ada</b>' }, START));
  if (profile) profiles.stored.set('k#u1', profile);
  const sends = new FakeSends();
  const sent: OutgoingEmail[] = [];
  const provider = {
    async send(email: OutgoingEmail): Promise<EmailAnswer> {
      sent.push(email);
      return answers.shift() ?? { outcome: 'accepted', providerId: 'p1' };
    },
  };
  const suppressed = new Map<string, Suppression>();
  const suppressions = {
    find: async (address: string): Promise<Listed> => {
      const suppression = suppressed.get(address);
      return { ...(suppression && { suppression }), refusals: new Map() };
    },
  };
  let now = START;
  const first = encodeSendRequest({
    sendId: 's1',
    user: 'k#u1',
    message: 'welcome',
    ...(of && { class: of }),
    decidedAt: START,
    notAfter: START + DAY,
  });
  let tries = 0;
  const queues = { marketing: new FakeQueue(), transactional: new FakeQueue() };
  const held: Hold[] = [];
  const log = fakeLog();
  const holds = liveHolds({
    holds: {
      list: async () => held,
      hold: async (hold) => {
        held.push(hold);
        return true;
      },
    },
    now: () => now,
    log,
  });
  const turns = { wait: 0, givenBack: 0 };
  const budget = { left: Number.POSITIVE_INFINITY };
  const deliver = (body = first) =>
    deliverEmail(
      {
        queues,
        holds,
        permits: () => ({
          take: async () => budget.left-- > 0,
          giveBack: () => void budget.left++,
          end: async () => undefined,
        }),
        turns: {
          take: async () =>
            turns.wait > 0
              ? { outcome: 'later', wait: turns.wait }
              : { outcome: 'taken', giveBack: () => void turns.givenBack++ },
        },
        profiles,
        sends,
        suppressions,
        rules: {
          ...liveRules(templates, UTC),
          kindOf: async (request) => ({ class: request.class ?? 'marketing', topic: request.topic }),
        },
        journeys: publishedJourneys(),
        limits: { dryRun: false },
        slots: { take: async () => ({ outcome: 'taken' }), giveBack: async () => undefined },
        timers: new FakeQueue(),
        channel: emailChannel(
          provider,
          words,
          async ({ sendId }) => ({ unsubscribeUrl: `https://links.example/u/${sendId}`, preferencesUrl: '' }),
          async (_message, _profile, html) => html,
        ),
        now: () => now,
        random: () => (++tries % 1_000) / 1_000,
        log,
      },
      sqsEvent(body),
    );
  /** What comes back has gone once and comes in as its queue has it. */
  const comeBack = (of: 'marketing' | 'transactional' = 'marketing') => {
    const { body, delaySeconds = 0 } = queues[of].messages.pop() ?? { body: '' };
    now += delaySeconds * 1_000;
    return deliver(body);
  };
  const setNow = (time: number) => {
    now = time;
  };
  return {
    profiles,
    sends,
    sent,
    suppressed,
    suppressions,
    queues,
    held,
    turns,
    budget,
    log,
    deliver,
    comeBack,
    setNow,
  };
}

const THROTTLED: EmailAnswer = { outcome: 'not-now', reason: 'TooManyRequestsException' };
const PAUSED: EmailAnswer = { outcome: 'account-refused', reason: 'SendingPausedException' };

const DONE = { batchItemFailures: [] };
const AGAIN = { batchItemFailures: [{ itemIdentifier: 'm0' }] };

describe('a message', () => {
  it('is sent once, however often it is delivered to us', async () => {
    const { sends, sent, deliver } = sender();
    expect([await deliver(), await deliver()]).toEqual([DONE, DONE]);
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ to: 'ada@example.com', subject: 'Welcome!', tags: { sendId: 's1' } });
    expect(sends.claims.get('s1')).toEqual({ status: 'accepted', providerId: 'p1' });
  });

  it('has what a person wrote escaped in its HTML', async () => {
    const { sent, deliver } = sender();
    await deliver();
    expect(sent[0]?.html).toContain('&lt;b&gt;Ada&lt;/b&gt;');
    expect(sent[0]?.text).toContain('<b>Ada</b>');
  });

  it('is not sent again when nobody knows whether it left', async () => {
    const { sends, sent, deliver } = sender([{ outcome: 'unknown', reason: 'TimeoutError' }]);
    expect([await deliver(), await deliver()]).toEqual([DONE, DONE]);
    expect(sent).toHaveLength(1);
    expect(sends.claims.get('s1')).toEqual({ status: 'unknown', reason: 'TimeoutError' });
  });

  it('is not sent by anybody else when its worker dies after claiming it', async () => {
    const { sends, sent, deliver, setNow } = sender();
    await sends.claim({ sendId: 's1' }, 'who died', START);
    setNow(START + 3 * MINUTE);
    expect(await deliver()).toEqual(DONE);
    expect(sent).toEqual([]);
  });

  it('stays on the queue while somebody else may be sending it: he may have to give it back', async () => {
    const { sends, sent, deliver, setNow } = sender();
    const other = await sends.claim({ sendId: 's1' }, 'who was first', START);
    expect(await deliver()).toEqual(AGAIN);
    if (other.outcome === 'claimed') await sends.release(other.claim);
    setNow(START + 6 * MINUTE);
    expect(await deliver()).toEqual(DONE);
    expect(sent).toHaveLength(1);
  });

  it('is tried again when the provider does not take it now', async () => {
    const { sends, sent, queues, turns, deliver, comeBack } = sender([THROTTLED, THROTTLED]);
    expect(await deliver()).toEqual(DONE);
    expect(sends.claims.size).toBe(0);
    expect(queues.marketing.messages).toMatchObject([{ delaySeconds: 1 }]);
    expect(await comeBack()).toEqual(DONE);
    expect(await comeBack()).toEqual(DONE);
    expect(sent).toHaveLength(3);
    // It was asked each time.
    expect(turns.givenBack).toBe(0);
  });

  it('is tried again when her profile could not be read: nothing has left yet', async () => {
    const { profiles, sends, deliver } = sender();
    const get = profiles.get.bind(profiles);
    profiles.get = () => Promise.reject(new Error('throttled'));
    expect(await deliver()).toEqual(AGAIN);
    expect(sends.claims.size).toBe(0);
    profiles.get = get;
    expect(await deliver()).toEqual(DONE);
  });

  it('that the provider refuses for good is recorded as refused', async () => {
    const { sends, deliver } = sender([{ outcome: 'refused', reason: 'MessageRejected' }]);
    expect(await deliver()).toEqual(DONE);
    expect(sends.claims.get('s1')).toEqual({ status: 'refused', reason: 'MessageRejected' });
  });

  it('that comes too late, or for somebody without an address, is not sent and says why', async () => {
    const late = sender();
    late.setNow(START + DAY + 1);
    await late.deliver();
    expect(late.sends.claims.get('s1')).toEqual({ status: 'expired', reason: 'too late' });

    const unreachable = sender();
    unreachable.profiles.stored.clear();
    await unreachable.deliver();
    expect(unreachable.sends.claims.get('s1')).toEqual({ status: 'withheld', reason: 'nobody is known by this id' });
    expect([...late.sent, ...unreachable.sent]).toEqual([]);
  });
});

describe('what comes back', () => {
  it('waits longer after each try, for minutes at most, and ends when it is too late', async () => {
    const { sends, queues, log, deliver, comeBack } = sender(Array.from({ length: 1_000 }, () => THROTTLED));
    const delays: number[] = [];
    await deliver();
    while (queues.marketing.messages.length > 0) {
      delays.push(queues.marketing.messages[0]?.delaySeconds ?? 0);
      expect(await comeBack()).toEqual(DONE);
    }
    expect(delays.slice(0, 5).map(Math.floor)).toEqual([1, 1, 2, 4, 8]);
    expect(Math.max(...delays)).toBeLessThanOrEqual(300);
    // A day of it, however often: nobody counts.
    expect(delays.length).toBeGreaterThan(240);
    expect(sends.claims.get('s1')).toEqual({ status: 'expired', reason: 'too late' });
    expect(log.codes.every((code) => code === 'send-not-now')).toBe(true);
  });

  it('stays where it was when its queue does not take the copy', async () => {
    for (const way of ['refuses', 'fails'] as const) {
      const { queues, sends, deliver } = sender([THROTTLED]);
      Object.assign(queues.marketing, way === 'fails' ? { fails: true } : { refuses: () => true });
      expect(await deliver()).toEqual(AGAIN);
      expect(sends.claims.size).toBe(0);
    }
  });

  it('has not had its turn within the batch: nobody has touched it', async () => {
    const { sends, sent, queues, turns, deliver, comeBack } = sender();
    turns.wait = 7_000;
    expect(await deliver()).toEqual(DONE);
    expect(queues.marketing.messages).toMatchObject([{ delaySeconds: 7 }]);
    expect([sends.claims.size, sent.length]).toEqual([0, 0]);
    turns.wait = 0;
    await comeBack();
    expect(sent).toHaveLength(1);
  });

  it('gives its turn to another when it turns out that nothing is sent', async () => {
    const { profiles, turns, deliver } = sender();
    profiles.stored.clear();
    await deliver();
    expect(turns.givenBack).toBe(1);
  });
});

describe('a channel that is held', () => {
  const byHand = (what: Hold['what']): Hold => ({ what, since: START, by: 'mara', reason: 'wrong price' });

  it('sends nothing of that class, and all the rest', async () => {
    const marketing = sender();
    const transactional = sender([], { class: 'transactional' });
    for (const { held, deliver } of [marketing, transactional]) {
      held.push(byHand('email/marketing'));
      expect(await deliver()).toEqual(DONE);
    }
    expect([marketing.sent.length, transactional.sent.length]).toEqual([0, 1]);
    expect(marketing.queues.marketing.messages).toMatchObject([{ delaySeconds: 900 }]);
    expect(marketing.log.codes).toEqual([]);
  });

  it('goes on within seconds of being resumed', async () => {
    const { held, sent, deliver, comeBack } = sender();
    held.push(byHand('email'));
    await deliver();
    held.length = 0;
    await comeBack();
    expect(sent).toHaveLength(1);
  });

  it('still ends what is too late', async () => {
    const { held, sends, queues, deliver, setNow } = sender();
    held.push(byHand('email'));
    setNow(START + DAY + 1);
    await deliver();
    expect(sends.claims.get('s1')).toEqual({ status: 'expired', reason: 'too late' });
    expect(queues.marketing.messages).toEqual([]);
  });

  it('is held by the first refusal of the account, for everybody, until a person resumes', async () => {
    const { held, sent, sends, queues, log, deliver, comeBack } = sender([PAUSED, PAUSED]);
    expect(await deliver()).toEqual(DONE);
    expect(held).toMatchObject([{ what: 'email', by: 'breaker', reason: 'SendingPausedException' }]);
    expect(sends.claims.size).toBe(0);
    await comeBack();
    await comeBack();
    expect(sent).toHaveLength(1);
    expect(new Set(log.codes)).toEqual(new Set(['channel-held']));

    // Too early: the account is still paused. Then it is not.
    held.length = 0;
    await comeBack();
    expect(held).toHaveLength(1);
    held.length = 0;
    await comeBack();
    expect(sent).toHaveLength(3);
    expect(queues.marketing.messages).toEqual([]);
    expect(sends.claims.get('s1')).toMatchObject({ status: 'accepted' });
  });
});

describe('a budget', () => {
  it('that is used up keeps marketing waiting, and nobody else', async () => {
    const marketing = sender();
    const transactional = sender([], { class: 'transactional' });
    for (const { budget, deliver } of [marketing, transactional]) {
      budget.left = 0;
      await deliver();
    }
    expect([marketing.sent.length, transactional.sent.length]).toEqual([0, 1]);
    expect(marketing.queues.marketing.messages).toMatchObject([{ delaySeconds: 900 }]);
    expect(marketing.sends.claims.size).toBe(0);
  });

  it('is spent by what may have left, and by nothing else', async () => {
    const spentBy = async (answer: EmailAnswer) => {
      const { budget, deliver } = sender([answer]);
      budget.left = 5;
      await deliver();
      return 5 - budget.left;
    };
    expect(await spentBy({ outcome: 'accepted', providerId: 'p1' })).toBe(1);
    expect(await spentBy({ outcome: 'unknown', reason: 'TimeoutError' })).toBe(1);
    expect(await spentBy(THROTTLED)).toBe(0);
    expect(await spentBy(PAUSED)).toBe(0);
    const { budget, profiles, deliver } = sender();
    budget.left = 5;
    profiles.get = () => Promise.reject(new Error('throttled'));
    await deliver();
    expect(budget.left).toBe(5);
  });

  it('has paid for what left though nobody could write down that it did', async () => {
    const { budget, turns, sends, sent, deliver } = sender();
    budget.left = 5;
    sends.record = () => Promise.reject(new Error('throttled'));
    expect(await deliver()).toEqual(AGAIN);
    expect([sent.length, budget.left, turns.givenBack]).toEqual([1, 4, 0]);
  });
});

describe('a transactional message of which nobody knows whether it left', () => {
  const UNKNOWN: EmailAnswer = { outcome: 'unknown', reason: 'TimeoutError' };
  const transactional = (...answers: EmailAnswer[]) => sender(answers, { class: 'transactional' });

  it('is sent again, three times in all, each time later; then nobody will ever know', async () => {
    const { sends, sent, queues, deliver, comeBack } = transactional(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN);
    await deliver();
    expect(queues.transactional.messages).toMatchObject([{ delaySeconds: 30 }]);
    await comeBack('transactional');
    expect(queues.transactional.messages).toMatchObject([{ delaySeconds: 120 }]);
    await comeBack('transactional');
    expect(queues.transactional.messages).toEqual([]);
    await deliver();
    expect(sent).toHaveLength(3);
    expect(new Set(sent.map(({ tags }) => tags.sendId))).toEqual(new Set(['s1']));
    expect(sends.claims.get('s1')).toMatchObject({ status: 'unknown' });
  });

  it('is not sent again once it was accepted, or its receipt has told that it left', async () => {
    const { sends, sent, deliver, comeBack } = transactional(UNKNOWN);
    await deliver();
    await comeBack('transactional');
    expect(sends.claims.get('s1')).toMatchObject({ status: 'accepted' });
    await deliver();
    expect(sent).toHaveLength(2);

    const received = transactional(UNKNOWN);
    await received.deliver();
    received.sends.received.add('s1');
    await received.comeBack('transactional');
    expect(received.sent).toHaveLength(1);
  });

  it('is sent by another worker when its own has died', async () => {
    const { sends, sent, deliver, setNow } = transactional();
    await sends.claim({ sendId: 's1' }, 'who died', START);
    expect(await deliver()).toEqual(AGAIN);
    setNow(START + 3 * MINUTE);
    expect(await deliver()).toEqual(DONE);
    expect(sent).toHaveLength(1);
  });
});

describe('an error of the provider', () => {
  const named = (name: string, message = '') => Object.assign(new Error(message), { name });
  const refusedBySes = (name: string) =>
    new SESv2ServiceException({ name, $fault: 'client', $metadata: { httpStatusCode: 403 } });

  it.each([
    [
      'a time-out before there was a connection',
      named('TimeoutError', 'the request socket did not establish a connection'),
      'not-now',
    ],
    ['a refused connection', Object.assign(new Error(), { code: 'ECONNREFUSED' }), 'not-now'],
    ['a time-out after the request had left', named('TimeoutError', 'socket timed out'), 'unknown'],
    ['a connection that broke', Object.assign(new Error(), { code: 'ECONNRESET' }), 'unknown'],
    // A role that lost something at a deploy must not cost the messages of that hour.
    ['a lack of permission', refusedBySes('AccessDeniedException'), 'account-refused'],
    ['a message nobody would take', refusedBySes('MessageRejected'), 'refused'],
  ])('%s', (_what, error, outcome) => {
    expect(answerTo(error).outcome).toBe(outcome);
  });
});

import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../domain/calendar.ts';
import { answeredInput, becameInput, deferredInput, triggerInput } from '../../../domain/state/input.ts';
import { traitOf } from '../../../domain/state/profile.ts';
import type { MessageOutcome } from '../../../domain/state/run.ts';
import { heldBackOf, mail, mailsOf, placesOf, planWithJourneys, runsOf, storyOf } from '../../support/journeys.ts';
import { identify, order, Person, START, track } from '../../support/people.ts';

const EXIT = { type: 'exit' };
const ENDS = { end: EXIT, other: EXIT, third: EXIT };

/** In the journey by the event “Go”, through some steps to the exits `end`, `other` and `third`. */
const through = (steps: object, parts: Parameters<typeof planWithJourneys>[1] = {}, body: object = {}) => {
  const [start = ''] = Object.keys(steps);
  const journey = { entries: [{ type: 'event', event: 'Go' }], start, steps: { ...ENDS, ...steps }, ...body };
  return new Person(planWithJourneys({ j: journey }, parts));
};
const go = (parts: object = {}) => track('Go', START, parts);
const email = () => identify({ email: 'ada@shop.example' }, START);
const wayOf = (person: Person) => storyOf(person, 'j')[1];
const runId = (person: Person) => person.profile?.runs.at(-1)?.id ?? '';

describe('a message step', () => {
  const steps = { mail: mail('hello', 'end', { withheld: 'other' }) };

  it('writes to her, says of which step it is, and goes on in the same moment', () => {
    const person = through(steps).receives(email(), go());
    expect(mailsOf(person)).toMatchObject([
      { message: 'hello', channel: 'email', at: START, notAfter: START + 2 * DAY, of: { journey: 'j', step: 'mail' } },
    ]);
    expect(mailsOf(person)[0]).not.toHaveProperty('class');
    expect(storyOf(person, 'j')).toEqual(['in', 'mail/sent', 'end', 'out: finished']);
    expect(person.profile?.contacts).toHaveLength(1);
  });

  const refused = { properties: { channel: 'email' } };
  it.each([
    ['without an address', [], 'no address'],
    ['who wants no mail', [email(), track('Consent Withdrawn', START, refused)], 'consent withdrawn'],
  ])('withholds it from her %s, says why, and goes the other way', (_who, inputs, reason) => {
    const person = through(steps).receives(...inputs, go());
    expect(heldBackOf(person)).toMatchObject([{ message: 'hello', reason, of: { journey: 'j', step: 'mail' } }]);
    expect(heldBackOf(person)[0]?.until).toBeUndefined();
    expect(storyOf(person, 'j')).toEqual(['in', 'mail/withheld', 'other', 'out: finished']);
    expect(mailsOf(person)).toEqual([]);
  });

  it('without another way goes on by the one there is', () => {
    const person = through({ mail: mail('hello', 'end') }).receives(go());
    expect(storyOf(person, 'j')).toEqual(['in', 'mail/withheld', 'end', 'out: finished']);
  });

  it('goes out transactionally where the step says so: without a contact, and against a no', () => {
    const person = through({ mail: mail('receipt', 'end', { class: 'transactional' }) });
    person.receives(email(), track('Consent Withdrawn', START, refused), go());
    expect(mailsOf(person)).toMatchObject([{ class: 'transactional' }]);
    expect(person.profile?.contacts).toEqual([]);
  });

  it('is of its template’s class and topic where the step does not say', () => {
    const templates = [{ key: 'hello', channel: 'email', class: 'transactional', topic: 'news' }] as const;
    expect(mailsOf(through(steps, { templates }).receives(email(), go()))).toMatchObject([
      { class: 'transactional', topic: 'news' },
    ]);
    const marketing = through({ mail: mail('hello', 'end', { class: 'marketing' }) }, { templates });
    expect(mailsOf(marketing.receives(email(), go()))[0]).not.toHaveProperty('class');
  });

  it('asks a topic for consent', () => {
    const parts = {
      templates: [{ key: 'hello', channel: 'email', topic: 'news' } as const],
      topics: [{ key: 'news', consent: { email: 'required' } } as const],
    };
    expect(heldBackOf(through(steps, parts).receives(email(), go()))).toMatchObject([{ reason: 'no consent' }]);
  });

  it('takes the way of several that there is: by email', () => {
    const send = (...channels: string[]) => channels.map((channel) => ({ channel, template: `by-${channel}` }));
    const person = through({ mail: mail('', 'end', { send: send('push', 'email') }) }).receives(email(), go());
    expect(mailsOf(person)).toMatchObject([{ message: 'by-email' }]);
    const none = through({ mail: mail('', 'end', { send: send('push') }) }).receives(email(), go());
    expect(heldBackOf(none)).toMatchObject([{ message: 'by-push', reason: 'push is not set up' }]);
    expect(wayOf(none)).toBe('mail/withheld');
  });

  it('waits with the message where it may not go yet, and goes on with it', () => {
    const settings = { quietHours: [{ from: '11:00', to: '15:00' }] };
    const person = through(steps, { settings }).receives(email(), go());
    expect([placesOf(person), storyOf(person, 'j')]).toEqual([['mail'], ['in']]);
    expect(heldBackOf(person)).toMatchObject([
      { reason: 'quiet hours', until: START + 3 * HOUR, of: { step: 'mail' } },
    ]);
    person.receives(track('App Opened', START + HOUR)).waitsUntil(START + DAY);
    expect(mailsOf(person).map(({ at }) => at)).toEqual([START + 3 * HOUR]);
    expect(storyOf(person, 'j')).toEqual(['in', 'mail/sent', 'end', 'out: finished']);
  });

  it('waits no longer than the step says', () => {
    const late = { mail: mail('hello', 'end', { withheld: 'other', atMostLate: 'PT2H' }) };
    const settings = { quietHours: [{ from: '11:00', to: '15:00' }] };
    const person = through(late, { settings }).receives(email(), go());
    expect(heldBackOf(person)).toMatchObject([{ reason: 'too late: quiet hours' }]);
    expect(wayOf(person)).toBe('mail/withheld');
  });

  it('after a wait that an outage made longer is withheld when it is too late', () => {
    const later = { wait: { type: 'wait', for: 'PT1H', next: 'mail' }, ...steps };
    const person = through(later).receives(email(), go(), track('App Opened', START + 5 * DAY));
    // It was due at its own time, and is decided by it; whether it is too late now, the delivery says.
    expect(mailsOf(person)).toMatchObject([{ at: START + HOUR, notAfter: START + HOUR + 2 * DAY }]);
  });

  it('writes several at once where nothing is between them, each once', () => {
    const three = { a: mail('one', 'b'), b: mail('two', 'c'), c: mail('three', 'end') };
    const person = through(three).receives(email(), go());
    expect(mailsOf(person).map(({ message }) => message)).toEqual(['one', 'two', 'three']);
    expect(storyOf(person, 'j')).toEqual(['in', 'a/sent', 'b/sent', 'c/sent', 'end', 'out: finished']);
  });
});

describe('a branch', () => {
  const ask = {
    ask: {
      type: 'branch',
      branches: [
        { when: { trait: 'plan', is: 'pro' }, next: 'end' },
        { when: { purchases: { gte: 1 } }, next: 'other' },
      ],
      otherwise: 'third',
    },
  };
  it.each([
    ['the first way that holds', [identify({ plan: 'pro' }, START), order(START)], 'ask/0', 'end'],
    ['the next one', [order(START)], 'ask/1', 'other'],
    ['the rest', [], 'ask/otherwise', 'third'],
  ])('goes by %s', (_what, inputs, way, to) => {
    expect(storyOf(through(ask).receives(...inputs, go()), 'j')).toEqual(['in', way, to, 'out: finished']);
  });

  it.each<[MessageOutcome | undefined, MessageOutcome, string]>([
    [undefined, 'sent', 'end'],
    [undefined, 'withheld', 'other'],
    [undefined, 'delivered', 'other'],
    ['delivered', 'delivered', 'end'],
    ['delivered', 'sent', 'end'],
    ['clicked', 'opened', 'end'],
    ['clicked', 'delivered', 'end'],
    ['opened', 'clicked', 'other'],
    ['bounced', 'bounced', 'end'],
    ['bounced', 'delivered', 'other'],
    ['complained', 'delivered', 'end'],
    ['withheld', 'withheld', 'end'],
    ['withheld', 'sent', 'other'],
  ])('knows of a message that was sent and became %s whether it was %s', (became, was, to) => {
    const steps = {
      mail: mail('hello', 'wait'),
      wait: { type: 'wait', for: 'P1D', next: 'ask' },
      ask: { type: 'branch', branches: [{ message: { step: 'mail', was }, next: 'end' }], otherwise: 'other' },
    };
    const person = through(steps).receives(email(), go());
    if (became !== undefined)
      person.receives(
        becameInput('k#u1', { at: START + HOUR, run: runId(person), step: 'mail', outcome: became }),
        becameInput('k#u1', { at: START + HOUR, run: 'of another', step: 'mail', outcome: 'clicked' }),
      );
    expect(storyOf(person.waitsUntil(START + 2 * DAY), 'j').at(-2)).toBe(to);
  });

  describe('that writes each day', () => {
    const DAILY = {
      mail: mail('hello', 'day'),
      day: { type: 'wait', for: 'P1D', next: 'mail' },
    };
    const first = (person: Person, outcome: MessageOutcome, at: number) =>
      becameInput('k#u1', { at, run: runId(person), step: 'mail', decidedAt: START, outcome });
    const became = ({ profile }: Person) => profile?.runs[0]?.notes.find(({ step }) => step === 'mail')?.became;
    const written = () =>
      through(DAILY)
        .receives(email(), go())
        .waitsUntil(START + DAY);

    it('knows which of its messages it is told about', () => {
      const person = written();
      expect(mailsOf(person)).toHaveLength(2);
      person.receives(first(person, 'clicked', START + DAY + HOUR), first(person, 'withheld', START + DAY + 2 * HOUR));
      expect(became(person)).toEqual(['sent']);
      const { at = 0 } = mailsOf(person)[1] ?? {};
      const second = { at: START + DAY + 3 * HOUR, run: runId(person), step: 'mail', decidedAt: at } as const;
      person.receives(becameInput('k#u1', { ...second, outcome: 'clicked' }));
      expect(became(person)).toEqual(['sent', 'clicked']);
    });

    it('counts what did not leave, though it is told late: once', () => {
      const person = written();
      person.receives(first(person, 'withheld', START + DAY + HOUR));
      person.receives(first(person, 'withheld', START + DAY + 2 * HOUR));
      expect(heldBackOf(person).map(({ reason, of }) => [reason, of?.step])).toEqual([['it did not leave', 'mail']]);
    });
  });

  it('is told by its new time what became of a message that came back and left later', () => {
    const steps = { mail: mail('hello', 'wait'), wait: { type: 'wait', for: 'P2D', next: 'end' } };
    const person = through(steps).receives(email(), go());
    const [{ at: decidedAt, notAfter, of } = { at: 0, notAfter: 0, of: undefined }] = mailsOf(person);
    const request = { sendId: 's1', message: 'hello', decidedAt, notAfter, ...(of && { of }) };
    person.receives(deferredInput('k#u1', request, START + HOUR));
    expect(mailsOf(person)[1]?.at).toBe(START + HOUR);
    const told = { at: START + 2 * HOUR, run: runId(person), step: 'mail', outcome: 'opened' } as const;
    person.receives(becameInput('k#u1', { ...told, decidedAt: START + HOUR }));
    expect(person.profile?.runs[0]?.notes).toMatchObject([{ at: START + HOUR, became: ['sent', 'opened'] }]);
  });

  it('knows nothing of a message that was never written', () => {
    const steps = {
      ask: { type: 'branch', branches: [{ message: { step: 'mail', was: 'sent' }, next: 'end' }], otherwise: 'other' },
      mail: mail('hello', 'end'),
    };
    expect(wayOf(through(steps).receives(email(), go()))).toBe('ask/otherwise');
  });
});

describe('chance', () => {
  const share = (name: string, percent: number, next: string) => ({ name, percent, next });
  const SPLIT = {
    dice: { type: 'split', shares: [share('a', 70, 'end'), share('b', 29.5, 'other'), share('c', 0.5, 'third')] },
  };
  const EXPERIMENT = {
    dice: {
      type: 'experiment',
      variants: [share('a', 50, 'end'), share('b', 30, 'other')],
      holdout: { percent: 20, next: 'third' },
    },
  };
  const ways = (steps: object, key = 'j') =>
    Array.from({ length: 2_000 }, (_, n) => {
      const journey = { entries: [{ type: 'trigger' }], start: 'dice', steps: { ...ENDS, ...steps } };
      plans[key] ??= planWithJourneys({ [key]: journey });
      const user = `k#user-${n}` as const;
      const person = new Person(plans[key]);
      person.receives(triggerInput(user, '1', { at: START, journey: key }));
      return storyOf(person, key)[1] ?? '';
    });
  const plans: Record<string, ReturnType<typeof planWithJourneys>> = {};
  const countOf = (all: readonly string[], way: string) => all.filter((one) => one === way).length;

  it('splits by the shares', () => {
    const all = ways(SPLIT);
    expect(Math.abs(countOf(all, 'dice/a') - 1_400)).toBeLessThan(80);
    expect(Math.abs(countOf(all, 'dice/b') - 590)).toBeLessThan(80);
    expect(Math.abs(countOf(all, 'dice/c') - 10)).toBeLessThan(10);
  });

  it('puts into each variant of an experiment its share, and the rest into the holdout', () => {
    const all = ways(EXPERIMENT, 'e');
    expect(Math.abs(countOf(all, 'dice/a') - 1_000)).toBeLessThan(90);
    expect(Math.abs(countOf(all, 'dice/b') - 600)).toBeLessThan(80);
    expect(Math.abs(countOf(all, 'dice/holdout') - 400)).toBeLessThan(70);
  });

  it('is the same for the same person each time, and another one in another journey', () => {
    const first = ways(SPLIT);
    expect(ways(SPLIT)).toEqual(first);
    const other = ways(SPLIT, 'k');
    // Of two independent throws 58 of 100 agree.
    const same = first.filter((way, n) => other[n] === way).length;
    expect(Math.abs(same - 2_000 * (0.7 ** 2 + 0.295 ** 2 + 0.005 ** 2))).toBeLessThan(120);
  });

  it('is noted, so that it can be said later in which share she was', () => {
    const steps = {
      ...EXPERIMENT,
      end: { type: 'wait', for: 'P1D', next: 'third' },
      other: { type: 'wait', for: 'P1D', next: 'third' },
    };
    const person = through({
      ...steps,
      dice: { ...EXPERIMENT.dice, holdout: undefined, variants: [share('a', 100, 'end')] },
    });
    expect(person.receives(go()).profile?.runs[0]?.notes).toMatchObject([{ step: 'dice', share: 'a' }]);
  });
});

describe('an offer', () => {
  const redeemedBy = { event: 'Order Completed', property: 'coupon' };
  const offer = (code: object, next: string, more: object = {}) => ({
    ...{ type: 'offer', code, expires: 'P7D', redeemedBy, next },
    ...more,
  });
  const first = offer({ generated: { prefix: 'ADA-', characters: 8 } }, 'wait');
  const STEPS = {
    first,
    wait: { type: 'wait', for: 'P5D', next: 'second' },
    second: offer({ shared: 'LAST20' }, 'stay', { unless: 'first', redeemed: 'other' }),
    stay: { type: 'wait', for: 'P5D', next: 'end' },
  };
  const given = (person: Person, step = 'first') => person.profile?.runs[0]?.notes.find((note) => note.step === step);
  const begun = () => through(STEPS).receives(go());
  const uses = (coupon: unknown, time: number) =>
    track('Order Completed', time, { properties: { revenue: 5, coupon } as never });

  it('gives a code that is hers, the same whenever it is asked for', () => {
    const note = given(begun());
    expect(note).toMatchObject({ at: START, expires: START + 7 * DAY });
    expect(note?.code).toMatch(/^ADA-[23456789A-HJKMNP-Z]{8}$/);
    // Of her, the journey and what took her in: another run has another one.
    const plan = begun().plan;
    const codes = [1, 1, 2].map(
      (user) => given(new Person(plan).receives(track('Go', START, { userId: `u${user}`, messageId: 'go' })))?.code,
    );
    expect(codes[0]).toBe(codes[1]);
    expect(codes[2]).not.toBe(codes[0]);
  });

  it('gives codes that nobody guesses from each other: a thousand are a thousand', () => {
    const plan = begun().plan;
    const codes = Array.from(
      { length: 1_000 },
      (_, n) => given(new Person(plan).receives(track('Go', START, { userId: `u${n}` })))?.code,
    );
    expect(new Set(codes).size).toBe(1_000);
  });

  it.each([
    ['nobody uses it', undefined, 2, 'second/given'],
    ['it is used', (code: string) => code, 2, 'second/redeemed'],
    ['it is typed in as people do', (code: string) => ` ${code.toLowerCase()} `, 2, 'second/redeemed'],
    ['it is one of several', (code: string) => ['OTHER', code], 2, 'second/redeemed'],
    ['another one is used', () => 'LAST20', 2, 'second/given'],
  ])('gives the next one unless it was used: %s', (_what, use, day, way) => {
    const person = begun();
    if (use !== undefined) person.receives(uses(use(given(person)?.code ?? ''), START + day * DAY));
    person.waitsUntil(START + 5 * DAY);
    expect(storyOf(person, 'j')).toContain(way);
    if (way === 'second/given') expect(given(person, 'second')?.code).toBe('LAST20');
  });

  it('can be used until it expires, by the time of the order', () => {
    const long = { ...STEPS, wait: { ...STEPS.wait, for: 'P30D' } };
    const used = (time: number, receivedAt: number) => {
      const person = through(long).receives(go());
      const { event, ...input } = uses(given(person)?.code, time);
      person.receives({ ...input, at: receivedAt, event: { ...event, receivedAt } }).waitsUntil(START + 30 * DAY);
      return storyOf(person, 'j').includes('second/redeemed');
    };
    expect(used(START + 7 * DAY, START + 7 * DAY)).toBe(true);
    expect(used(START + 7 * DAY, START + 8 * DAY)).toBe(true);
    expect(used(START + 7 * DAY + 1, START + 8 * DAY)).toBe(false);
  });
});

describe('a trait', () => {
  it('is set, taken away, and known to the next step and to segments', () => {
    const steps = {
      set: { type: 'set-trait', traits: { tier: 'gold', old: null }, next: 'ask' },
      ask: { type: 'branch', branches: [{ when: { trait: 'tier', is: 'gold' }, next: 'end' }], otherwise: 'other' },
    };
    const segments = [{ id: 3, key: 'gold', where: { trait: 'tier', is: 'gold' } }] as const;
    const person = through(steps, { segments }).receives(identify({ old: 1 }, START), go());
    expect(storyOf(person, 'j')).toEqual(['in', 'set', 'ask/0', 'end', 'out: finished']);
    expect(person.profile && [traitOf(person.profile, 'tier'), traitOf(person.profile, 'old')]).toEqual([
      'gold',
      undefined,
    ]);
    expect(person.profile?.segments.has(3)).toBe(true);
    expect(person.effects.filter(({ kind }) => kind === 'membership')).toHaveLength(1);
  });

  it('is what was said last, by the time of saying', () => {
    const steps = {
      wait: { type: 'wait', for: 'P1D', next: 'set' },
      set: { type: 'set-trait', traits: { tier: 'gold' }, next: 'end' },
    };
    const person = through(steps)
      .receives(go())
      .waitsUntil(START + 2 * DAY);
    person.receives(identify({ tier: 'late' }, START + HOUR, { receivedAt: START + 3 * DAY }));
    expect(person.profile && traitOf(person.profile, 'tier')).toBe('gold');
    person.receives(identify({ tier: 'new' }, START + 4 * DAY));
    expect(person.profile && traitOf(person.profile, 'tier')).toBe('new');
  });
});

describe.each(['webhook', 'handoff'] as const)('a %s', (type) => {
  const tell = (more: object = {}) => ({
    tell: { type, endpoint: 'crm', ...(type === 'handoff' && { subject: 'Call her' }), next: 'end', ...more },
  });
  const calls = (person: Person) => person.effects.flatMap((effect) => (effect.kind === 'call' ? [effect] : []));
  const answer = (person: Person, answered: 'taken' | 'failed', step = 'tell', after = HOUR) =>
    answeredInput('k#u1', `${answered}-${after}`, { at: START + after, run: runId(person), step, answered });

  it('is told once, and she goes on where the answer makes no difference', () => {
    const person = through(tell()).receives(go());
    expect(calls(person)).toMatchObject([{ at: START, of: { journey: 'j', version: 1, step: 'tell' } }]);
    expect(storyOf(person, 'j')).toEqual(['in', 'tell', 'end', 'out: finished']);
  });

  it.each([
    ['was taken', 'taken', 'tell/taken', 'end'],
    ['was given up', 'failed', 'tell/failed', 'other'],
  ] as const)('has another way for what %s', (_what, answered, way, to) => {
    const person = through(tell({ failed: 'other' })).receives(go(), track('App Opened', START + MINUTE));
    expect(placesOf(person)).toEqual(['tell']);
    person.receives(answer(person, answered, 'other'), answer(person, answered, 'tell', 2 * HOUR));
    expect(storyOf(person, 'j')).toEqual(['in', way, to, 'out: finished']);
    expect(calls(person)).toHaveLength(1);
  });

  it('counts as given up after a day without an answer, and an answer after that changes nothing', () => {
    const person = through(tell({ failed: 'other' })).receives(go());
    const late = answer(person, 'taken', 'tell', 25 * HOUR);
    person.waitsUntil(START + DAY).receives(late);
    expect(runsOf(person).at(-1)).toMatchObject({ at: START + DAY, passed: [['tell', 'failed'], ['other']] });
  });
});

describe('entering another journey', () => {
  const first = {
    ...{ entries: [{ type: 'event', event: 'Go' }], start: 'over' },
    steps: {
      over: { type: 'enter-journey', journey: 'second', next: 'stay' },
      stay: { type: 'wait', for: 'P9D', next: 'end' },
      end: EXIT,
    },
  };
  const second = (more: object = {}) => ({
    ...{
      entries: [{ type: 'trigger' }],
      start: 'stay2',
      steps: { stay2: { type: 'wait', for: 'P9D', next: 'end' }, end: EXIT },
    },
    ...more,
  });
  const both = (more: object = {}) => new Person(planWithJourneys({ first, second: second(more) }));

  it('she is in both, and the other one is about the same', () => {
    const person = both().receives(go({ properties: { product: 'hat' } }));
    expect(placesOf(person)).toEqual(['stay', 'stay2']);
    expect(person.profile?.runs.map(({ about }) => about)).toEqual([{ product: 'hat' }, { product: 'hat' }]);
  });

  it('the other one’s rules hold: she goes on here all the same', () => {
    const person = both({ who: { trait: 'plan', is: 'pro' } }).receives(go());
    expect(placesOf(person)).toEqual(['stay']);
  });

  it('by key is for what is about one', () => {
    const keyed = { key: 'orderId' };
    expect(placesOf(both(keyed).receives(go()))).toEqual(['stay']);
    expect(both(keyed).receives(go({ properties: { orderId: 7 } })).profile?.runs[1]?.key).toBe('7');
  });

  it('itself, or round in a circle, ends in the moment', () => {
    const over = (journey: string) => ({ type: 'enter-journey', journey, next: 'end' });
    const journey = (to: string) => ({
      ...{
        entries: [{ type: 'event', event: 'Go' }],
        again: 'after-exit',
        start: 'over',
        steps: { over: over(to), end: EXIT },
      },
    });
    const person = new Person(planWithJourneys({ a: journey('b'), b: journey('a'), c: journey('c') })).receives(go());
    for (const key of ['a', 'b', 'c']) expect(storyOf(person, key)).toEqual(['in', 'over', 'end', 'out: finished']);
  });
});

import { describe, expect, it } from 'vitest';
import { DAY, dayOf, HOUR, MINUTE, SECOND, startOfDay } from '../../domain/calendar.ts';
import { planOf } from '../../domain/decisions/plan.ts';
import type { CustomerEvent } from '../../domain/events/event.ts';
import type { JsonObject } from '../../domain/json.ts';
import { type EventInput, eventInput, type Input, importInput } from '../../domain/state/input.ts';
import type { Profile } from '../../domain/state/profile.ts';
import { viewProfile } from '../../domain/state/profile-view.ts';
import { defaultStagesWith } from '../support/lifecycles.ts';
import { identify, order, Person, START, track } from '../support/people.ts';

describe('the lifecycle of a person who never comes back', () => {
  const person = new Person().receives(identify({ email: 'ada@example.com' }, START)).waitsUntil(START + 200 * DAY);

  it('goes through its stages at the exact moments', () => {
    expect(person.transitions.map(({ from, to, at }) => [from, to, (at - START) / DAY])).toEqual([
      [undefined, 'new', 0],
      ['new', 'active', 7],
      ['active', 'at-risk', 21],
      ['at-risk', 'dormant', 30],
      ['dormant', 'churned', 90],
    ]);
  });

  it('is left alone afterwards', () => {
    expect(person.profile?.dueAt).toBeUndefined();
  });

  it('was caused by time, for a reason that can be read', () => {
    const dormant = person.transitions.find(({ to }) => to === 'dormant');
    expect(dormant).toMatchObject({ cause: 'time', reason: 'no activity for 30 days; last seen 2026-03-02' });
  });
});

describe('activity', () => {
  it('ends dormancy: the person is returning for 7 days', () => {
    const back = START + 45 * DAY;
    const person = new Person().receives(track('A', START), track('A', back));
    expect(person.stage).toBe('returning');
    expect(person.transitions.map(({ to }) => to)).toEqual(['new', 'active', 'at-risk', 'dormant', 'returning']);
    expect(person.waitsUntil(back + 7 * DAY).stage).toBe('active');
  });

  it('at the very moment of 30 days finds her dormant and brings her back', () => {
    const person = new Person().receives(track('A', START), track('A', START + 30 * DAY));
    expect(person.stage).toBe('returning');
  });

  it('a moment before 30 days keeps her', () => {
    const person = new Person().receives(track('A', START), track('A', START + 30 * DAY - 1));
    expect(person.transitions.map(({ to }) => to)).toEqual(['new', 'active', 'at-risk', 'active']);
  });

  it('that happened long ago and arrives late moves her last activity but is no return', () => {
    const late = track('A', START + 10 * DAY, { receivedAt: START + 35 * DAY });
    const person = new Person().receives(track('A', START), late);
    expect(person.stage).toBe('at-risk');
    expect(person.transitions.map(({ to }) => to)).toEqual(['new', 'active', 'at-risk', 'dormant', 'at-risk']);
    expect(person.waitsUntil(START + 40 * DAY).stage).toBe('dormant');
  });

  it('is not what a server reports, unless only she can have done it', () => {
    const person = new Person().receives(
      track('A', START),
      track('Invoice Sent', START + 5 * DAY, { source: 'server' }),
      track('Signed In', START + 6 * DAY, { source: 'server' }),
      track('Email Opened', START + 8 * DAY),
      track('Application Backgrounded', START + 9 * DAY),
    );
    expect(person.profile?.activity.last).toBe(START + 6 * DAY);
  });
});

describe('without activity', () => {
  it('the first input stands for it', () => {
    const person = new Person().receives(identify({ plan: 'pro' }, START, { source: 'server' }));
    expect(person.stage).toBe('new');
    expect(person.waitsUntil(START + 30 * DAY).stage).toBe('dormant');
  });

  it('a past createdAt stands for it', () => {
    const createdAt = new Date(START - 50 * DAY).toISOString();
    expect(new Person().receives(identify({ createdAt }, START, { source: 'server' })).stage).toBe('dormant');
  });
});

describe('at risk', () => {
  it('is a silence of three times the usual gap, counted in active days', () => {
    const visits = [0, 4, 8, 12, 16].map((day) => track('A', START + day * DAY));
    const person = new Person().receives(...visits).waitsUntil(START + 28 * DAY - 1);
    expect(person.stage).toBe('active');
    expect(person.waitsUntil(START + 28 * DAY).stage).toBe('at-risk');
  });

  it('is never less than 7 days of silence', () => {
    const visits = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((day) => track('A', START + day * DAY));
    const person = new Person().receives(...visits);
    expect(person.waitsUntil(START + 15 * DAY - 1).stage).toBe('active');
    expect(person.waitsUntil(START + 15 * DAY).stage).toBe('at-risk');
  });
});

describe('loyal', () => {
  it('is three orders in 90 calendar days, today included, until midnight (and up to an hour) after the first leaves', () => {
    const orders = [0, 60, 80].map((day) => order(START + day * DAY));
    const person = new Person().receives(...orders);
    expect(person.stage).toBe('loyal');
    const edge = startOfDay(dayOf(START) + 90);
    expect(person.waitsUntil(edge - 1).stage).toBe('loyal');
    expect(person.waitsUntil(edge + HOUR).stage).toBe('active');
  });

  it('is not over a day early because some clock is ahead', () => {
    const orders = [0, 60, 80].map((day) => order(START + day * DAY));
    const ahead = track('A', START + 90 * DAY, { receivedAt: START + 89 * DAY + HOUR });
    expect(new Person().receives(...orders, ahead).stage).toBe('loyal');
  });

  it('is activity on 12 of the last 28 days', () => {
    const visits = Array.from({ length: 12 }, (_, i) => track('A', START + i * 2 * DAY));
    expect(new Person().receives(...visits.slice(0, 11)).stage).toBe('active');
    expect(new Person().receives(...visits).stage).toBe('loyal');
  });
});

describe('an explicit end', () => {
  it('churns at once, holds against other activity, and ends with its opposite', () => {
    const person = new Person().receives(
      track('A', START),
      track('Account Deleted', START + DAY, { source: 'server' }),
    );
    expect(person.stage).toBe('churned');
    expect(person.transitions.at(-1)).toMatchObject({ cause: 'signal', reason: 'the account was ended on 2026-03-03' });
    expect(person.receives(track('A', START + 2 * DAY)).stage).toBe('churned');
    expect(person.receives(track('Signed Up', START + 3 * DAY)).stage).toBe('returning');
  });
});

describe('an anonymous profile', () => {
  it('has counts but no stage and no due time', () => {
    const { event } = track('A', START);
    const { userId: _, ...anonymous } = event;
    const person = new Person().receives({
      kind: 'event',
      user: 'a#x',
      id: 'm',
      at: START,
      event: { ...anonymous, anonymousId: 'x' },
    });
    expect(person.profile?.events).toMatchObject([{ name: 'A', count: 1 }]);
    expect(person.stage).toBeUndefined();
    expect(person.profile?.dueAt).toBeUndefined();
  });
});

describe('the built-in messages', () => {
  it('welcome a new person once, when she first has an address', () => {
    const person = new Person().receives(track('A', START));
    expect(person.messages).toEqual([]);
    person.receives(identify({ email: 'ada@example.com' }, START + DAY), identify({ plan: 'pro' }, START + 2 * DAY));
    expect(person.messages).toEqual(['welcome']);
  });

  it('do not welcome who is no longer new', () => {
    const person = new Person().receives(track('A', START), identify({ email: 'ada@example.com' }, START + 8 * DAY));
    expect(person.messages).toEqual([]);
  });

  it('miss whoever falls silent, each time', () => {
    const person = new Person()
      .receives(identify({ email: 'ada@example.com' }, START))
      .waitsUntil(START + 40 * DAY)
      .receives(track('A', START + 41 * DAY))
      .waitsUntil(START + 200 * DAY);
    expect(person.messages).toEqual(['welcome', 'we-miss-you', 'we-miss-you']);
  });

  it('go to nobody without an address', () => {
    const person = new Person().receives(identify({ email: 'not an address' }, START)).waitsUntil(START + 40 * DAY);
    expect(person.messages).toEqual([]);
  });
});

/** An event of u1 with whatever else it says. */
const sends = (parts: Partial<CustomerEvent>, time: number): EventInput =>
  eventInput({ ...track('A', time).event, ...parts });

const uses = (id: string, time: number) => sends({ context: { device: { id } } }, time);
const removesFrom = (id: string, time: number) =>
  sends({ name: 'Application Uninstalled', context: { device: { id } } }, time);

describe('an app that was uninstalled', () => {
  it('from her last device churns her, and anything she does takes it back', () => {
    const person = new Person().receives(uses('phone', START), removesFrom('phone', START + DAY));
    expect(person.transitions.at(-1)).toMatchObject({
      to: 'churned',
      cause: 'signal',
      reason: 'the app was removed from her last device on 2026-03-03',
    });
    expect(person.receives(track('A', START + 2 * DAY)).stage).toBe('returning');
  });

  it('from one of two devices keeps her', () => {
    const person = new Person().receives(
      uses('phone', START),
      uses('tablet', START),
      removesFrom('phone', START + DAY),
    );
    expect(person.stage).toBe('new');
    expect(person.receives(removesFrom('tablet', START + 2 * DAY)).stage).toBe('churned');
  });

  it('nobody knows where churns her whatever devices she had, but none seen since', () => {
    const gone = track('Application Uninstalled', START + DAY);
    expect(new Person().receives(uses('phone', START), uses('tablet', START), gone).stage).toBe('churned');
    expect(new Person().receives(uses('phone', START + 2 * DAY), { ...gone, at: START + 2 * DAY }).stage).toBe('new');
  });

  it('before something she did, and told of afterwards, changes nothing', () => {
    const late = sends({ name: 'Application Uninstalled', receivedAt: START + 3 * DAY }, START + DAY);
    const person = new Person().receives(uses('phone', START), track('A', START + 2 * DAY), late);
    expect(person.stage).toBe('new');
  });
});

describe('the opposite of an end', () => {
  it('is for a cancelled subscription a new one, or an order', () => {
    for (const name of ['Subscription Started', 'Subscription Created', 'Order Completed']) {
      const person = new Person().receives(track('A', START), track('Subscription Cancelled', START + DAY));
      expect(person.stage).toBe('churned');
      expect(person.transitions.at(-1)?.reason).toBe('the subscription was ended on 2026-03-03');
      expect(person.receives(track(name, START + 2 * DAY)).stage).toBe('returning');
    }
  });

  it('does not resume what was ended after it, whichever arrives first', () => {
    const cancelled = track('Subscription Cancelled', START + 2 * DAY);
    const started = track('Subscription Started', START + DAY, { receivedAt: START + 3 * DAY });
    expect(new Person().receives(track('A', START), cancelled, started).stage).toBe('churned');
    const inTime = track('Subscription Started', START + DAY);
    expect(new Person().receives(track('A', START), inTime, cancelled).stage).toBe('churned');
  });

  it('at the very same moment does not resume', () => {
    const person = new Person().receives(track('Account Deleted', START), track('Signed Up', START));
    expect(person.stage).toBe('churned');
  });

  it('that only a server tells of ends the churn, and is no return of hers', () => {
    const person = new Person().receives(
      track('A', START),
      track('Subscription Cancelled', START + 8 * DAY),
      track('Subscription Started', START + 9 * DAY, { source: 'server' }),
    );
    expect(person.stage).toBe('active');
  });
});

const imported = (parts: Partial<CustomerEvent>, time: number, at: number): Input => {
  const { event, id } = sends(parts, time);
  return importInput({ ...event, receivedAt: at }, id, at);
};

describe('an import', () => {
  const row = { type: 'identify', source: 'server', traits: { email: 'ada@shop.example' } } as const;

  it('of somebody without a past gives her no stage', () => {
    const person = new Person().receives(imported(row, START, START));
    expect([person.stage, person.profile?.dueAt, person.messages]).toEqual([undefined, undefined, []]);
  });

  it('with createdAt puts her where that says, and sends nothing', () => {
    const createdAt = (days: number) => new Date(START - days * DAY).toISOString();
    const born = (days: number) =>
      new Person().receives(imported({ ...row, traits: { ...row.traits, createdAt: createdAt(days) } }, START, START));
    expect([2, 10, 25, 40, 100].map((days) => born(days).stage)).toEqual([
      ...['new', 'active', 'at-risk', 'dormant', 'churned'],
    ]);
    expect(born(2).transitions).toMatchObject([{ to: 'new', cause: 'import' }]);
    expect(born(2).messages).toEqual([]);
  });

  it('of her orders makes her who she is by them', () => {
    const person = new Person().receives(
      ...[80, 40, 9].map((days) => imported({ name: 'Order Completed' }, START - days * DAY, START)),
    );
    expect(person.stage).toBe('loyal');
    expect(person.transitions.every(({ cause }) => cause === 'import')).toBe(true);
    expect(person.profile?.activity).toMatchObject({ first: START - 80 * DAY, last: START - 9 * DAY });
    expect(person.profile?.activity.live).toBeUndefined();
  });

  it('is followed by a life like any other', () => {
    const person = new Person().receives(imported(row, START, START), imported({}, START - 40 * DAY, START));
    expect([person.stage, person.messages]).toEqual(['dormant', []]);
    person.receives(track('A', START + DAY));
    expect(person.transitions.at(-1)).toMatchObject({ to: 'returning', cause: 'activity' });
    expect(person.waitsUntil(START + 40 * DAY).messages).toEqual(['we-miss-you']);
  });

  it('without a stage is followed by a first day like any other', () => {
    const person = new Person().receives(imported(row, START, START), track('A', START + DAY));
    expect([person.stage, person.messages]).toEqual(['new', ['welcome']]);
  });
});

/** What a device did before anybody logged in on it. */
function device(...inputs: readonly EventInput[]): Profile {
  const anonymous = inputs.map(({ event: { userId: _, ...event } }) => eventInput({ ...event, anonymousId: 'd' }));
  return new Person().receives(...anonymous).profile as Profile;
}
const joining = (input: Input, ...others: readonly Profile[]) => new Map([[input.id, others]]);

describe('a log-in on a device', () => {
  it('with a past makes nobody less new: she is known from then on', () => {
    const visits = device(track('A', START), track('A', START + 20 * DAY));
    const login = identify({ email: 'ada@shop.example' }, START + 21 * DAY);
    const person = new Person();
    person.receivesTogether([login], joining(login, visits));
    expect(person.profile?.activity).toMatchObject({ first: START, known: START + 21 * DAY });
    expect([person.stage, person.messages]).toEqual(['new', ['welcome']]);
    expect(person.transitions).toMatchObject([{ to: 'new', cause: 'activity', reason: 'first seen 2026-03-23' }]);
  });

  it('says so as the cause where only the device’s past makes her what she is', () => {
    const orders = device(...[20, 21, 22].map((day) => order(START + day * DAY)));
    const login = track('A', START + 23 * DAY, { source: 'server' });
    const person = new Person().receives(track('A', START), track('A', START + 18 * DAY));
    expect(person.stage).toBe('active');
    person.receivesTogether([login], joining(login, orders));
    expect(person.transitions.at(-1)).toMatchObject({ from: 'active', to: 'loyal', cause: 'merge' });
    expect(person.messages).toEqual([]);
  });

  it('counts as activity when a server tells of it, whose own events do not', () => {
    const person = new Person().receives(track('A', START));
    const parts = { type: 'identify', source: 'server' } as const;
    person.receives(sends(parts, START + DAY), sends({ ...parts, anonymousId: 'd' }, START + 2 * DAY));
    expect(person.profile?.activity.last).toBe(START + 2 * DAY);
  });
});

describe('two users who turn out to be one', () => {
  it('keep the heir’s stage and what was decided about either, and tell others of it', () => {
    const other = new Person().receives(
      identify({ email: 'ada@shop.example' }, START, { userId: 'u0' }),
      track('A', START + 2 * DAY, { userId: 'u0' }),
    );
    const merge: Input = { kind: 'merge', user: 'k#u1', id: 'merge', at: START + 3 * DAY, other: 'k#u0' };
    const person = new Person().receives(track('A', START + 3 * DAY));
    const { effects } = person.receivesTogether([merge], joining(merge, other.profile as Profile));
    expect(effects).toEqual([{ kind: 'merged', other: 'k#u0', at: START + 3 * DAY, by: 'merge' }]);
    expect([person.stage, person.messages, person.profile?.messages.get('welcome')]).toEqual(['new', [], START]);
    expect(viewProfile(person.profile as Profile).mergedUserIds).toEqual(['u0']);
    const again = person.receivesTogether([merge], joining(merge, other.profile as Profile));
    expect(again.effects).toEqual([]);
    expect(person.profile?.events).toMatchObject([{ name: 'A', count: 2 }]);
  });

  it('of whom one is away and one is not are moved silently', () => {
    const other = new Person().receives(track('A', START + 38 * DAY, { userId: 'u0' }));
    const merge: Input = { kind: 'merge', user: 'k#u1', id: 'merge', at: START + 40 * DAY, other: 'k#u0' };
    const person = new Person().receives(identify({ email: 'ada@shop.example' }, START)).waitsUntil(START + 40 * DAY);
    person.receivesTogether([merge], joining(merge, other.profile as Profile));
    expect(person.transitions.at(-1)).toMatchObject({ from: 'dormant', to: 'active', cause: 'merge' });
    expect(person.messages).toEqual(['welcome', 'we-miss-you']);
  });
});

describe('a publish', () => {
  const impatient = defaultStagesWith({ dormantAfter: 'P15D' });
  const publishedAt = START + 18 * DAY;
  const published = planOf({ number: 2, publishedAt, lifecycle: impatient });
  const reconcile = (at: number): Input => ({ kind: 'reconcile', cause: 'publish', user: 'k#u1', id: 'r', at });
  const silent = () => new Person(planOf({ number: 1 })).receives(identify({ email: 'ada@shop.example' }, START));

  it('that finds her dormant says so, at its own time, and does not miss her', () => {
    const person = silent().waitsUntil(publishedAt);
    person.plan = published;
    person.receives(reconcile(publishedAt + HOUR)).waitsUntil(START + 80 * DAY);
    expect(person.transitions.at(-1)).toMatchObject({ to: 'dormant', at: publishedAt, cause: 'publish' });
    expect(person.messages).toEqual(['welcome']);
  });

  it('bears on whatever comes before anybody is asked anew', () => {
    const person = silent().waitsUntil(publishedAt);
    person.plan = published;
    person.receives(track('A', publishedAt + MINUTE), reconcile(publishedAt + HOUR));
    expect(person.transitions.slice(-2)).toMatchObject([
      { to: 'dormant', at: publishedAt, cause: 'publish' },
      { to: 'returning', at: publishedAt + MINUTE, cause: 'activity' },
    ]);
    expect(person.messages).toEqual(['welcome']);
  });

  it('leaves what was due before it to time, though a timer was late', () => {
    const person = silent();
    person.waitsUntil(START + 22 * DAY);
    person.plan = planOf({ number: 2, publishedAt: START + 30 * DAY + MINUTE });
    person.receives(reconcile(START + 31 * DAY));
    expect(person.transitions.at(-1)).toMatchObject({ to: 'dormant', at: START + 30 * DAY, cause: 'time' });
    expect(person.messages).toEqual(['welcome', 'we-miss-you']);
  });

  it('is the cause of who is in a segment that is new with it, though a timer was late', () => {
    const person = silent().waitsUntil(START + 22 * DAY);
    person.plan = planOf({
      ...{ number: 2, publishedAt: START + 30 * DAY + MINUTE },
      segments: [{ id: 1, key: 'everybody', where: { not: { trait: 'plan', is: 'pro' } } }],
    });
    person.receives(reconcile(START + 31 * DAY));
    expect(person.transitions.at(-1)).toMatchObject({ to: 'dormant', cause: 'time' });
    expect(person.effects.filter(({ kind }) => kind === 'membership')).toMatchObject([
      { segment: 'everybody', entered: true, at: START + 30 * DAY + MINUTE, cause: 'publish' },
    ]);
  });

  it('is the cause of what only it says of a moment before it, though a timer was late', () => {
    const person = silent().waitsUntil(START + 20 * DAY);
    person.plan = planOf({ number: 2, publishedAt: START + 21 * DAY + MINUTE, lifecycle: impatient });
    person.receives(reconcile(START + 22 * DAY));
    expect(person.transitions.at(-1)).toMatchObject({ to: 'dormant', at: START + 21 * DAY + MINUTE, cause: 'publish' });
    expect(person.messages).toEqual(['welcome']);
  });

  it('that changes nothing about her writes nothing', () => {
    const person = silent();
    person.plan = planOf({ number: 2, publishedAt: START + DAY });
    expect(person.receivesTogether([reconcile(START + DAY)])).toMatchObject({ changed: false, effects: [] });
    expect(person.receivesTogether([{ ...reconcile(START + 2 * DAY), id: 'r2' }]).changed).toBe(false);
  });

  it('that changes when to look again is written', () => {
    const person = silent();
    person.plan = planOf({ number: 2, publishedAt: START + DAY, lifecycle: defaultStagesWith({ newFor: 'P3D' }) });
    const { changed, profile } = person.receivesTogether([reconcile(START + DAY)]);
    expect([changed, profile.dueAt]).toEqual([true, START + 3 * DAY]);
  });

  it('of a model has a cause of its own', () => {
    const person = silent();
    person.plan = planOf({ lifecycle: defaultStagesWith({ newFor: 'P3D' }) });
    person.receives({ kind: 'reconcile', cause: 'model', user: 'k#u1', id: 'r', at: START + 5 * DAY });
    expect(person.transitions.at(-1)).toMatchObject({ to: 'active', cause: 'model' });
  });
});

describe('createdAt', () => {
  const created = (traits: JsonObject, ...more: readonly Input[]) =>
    new Person().receives(identify(traits, START, { source: 'server' }), ...more);
  const iso = (days: number) => new Date(START + days * DAY).toISOString();

  it('stands for activity only as long as there is none', () => {
    const person = created({ createdAt: iso(-50) }, track('A', START + DAY));
    expect(person.profile?.activity.first).toBe(START + DAY);
    expect(person.stage).toBe('returning');
  });

  it('in the future, or unreadable, is as if it were not there', () => {
    expect(created({ createdAt: iso(5) }).stage).toBe('new');
    expect(created({ createdAt: 'last year' }).stage).toBe('new');
    expect(created({ createdAt: iso(5) }).waitsUntil(START + 30 * DAY).stage).toBe('dormant');
  });

  it('has another spelling', () => {
    expect(created({ created_at: iso(-100) }).stage).toBe('churned');
  });
});

describe('refunds and cancellations', () => {
  const bought = (...inputs: readonly EventInput[]) => viewProfile(new Person().receives(...inputs).profile as Profile);
  const properties = { revenue: 4.5 };

  it('are taken off what was spent, with either sign, and a cancellation off the count too', () => {
    const { purchases } = bought(
      order(START, 10),
      order(START + HOUR, 20),
      track('Order Refunded', START + DAY, { properties }),
      track('Order Refunded', START + DAY, { properties: { revenue: -4.5 } }),
      track('Order Cancelled', START + DAY, { properties: { revenue: 20 } }),
    );
    expect(purchases).toMatchObject({ count: 1, cancelled: 1, refunds: 2, revenue: 1, currency: 'USD' });
    expect([purchases.first, purchases.last]).toEqual(['2026-03-02T12:00:00.000Z', '2026-03-02T13:00:00.000Z']);
  });

  it('may come before their order', () => {
    const cancelled = track('Order Cancelled', START, { properties: { revenue: 10 } });
    expect(bought(cancelled).purchases).toMatchObject({ count: 0, revenue: -10 });
    expect(bought(cancelled, order(START + HOUR, 10)).purchases).toMatchObject({ count: 0, revenue: 0 });
  });

  it('in another currency leave the others alone', () => {
    const { purchases } = bought(
      order(START, 10),
      track('Order Refunded', START, { properties: { ...properties, currency: 'eur' } }),
    );
    expect(purchases.byCurrency).toEqual({ USD: 10, EUR: -4.5 });
  });

  it('without an amount are counted', () => {
    expect(bought(order(START, 10), track('Order Refunded', START)).purchases).toMatchObject({
      refunds: 1,
      revenue: 10,
    });
  });

  it('take away what made her loyal, on the day of the cancellation', () => {
    const person = new Person().receives(...[0, 8, 9].map((day) => order(START + day * DAY)));
    expect(person.stage).toBe('loyal');
    person.receives(track('Order Cancelled', START + 10 * DAY, { source: 'server' }));
    expect(person.stage).toBe('active');
    expect(person.profile?.activity.last).toBe(START + 9 * DAY);
  });

  it('take no day out of what is usual for her: a cancellation is nothing she does', () => {
    // Gaps of 27 to 29 days, of which the first would be too old 90 days before the cancellation.
    const visits = [0, 29, 56, 84].map((day) => track('A', START + day * DAY));
    const cancelled = track('Order Cancelled', START + 104 * DAY, { source: 'server' });
    expect(new Person().receives(...visits).waitsUntil(START + 106 * DAY).stage).toBe('active');
    expect(new Person().receives(...visits, cancelled).waitsUntil(START + 106 * DAY).stage).toBe('active');
  });
});

describe('visits', () => {
  const visited = (...inputs: readonly EventInput[]) =>
    viewProfile(new Person().receives(...inputs).profile as Profile).sessions;
  const named = (sessionId: string | number, time: number) => sends({ context: { sessionId } }, time);

  it('end with half an hour of silence', () => {
    const minutes = (...all: readonly number[]) => all.map((minute) => track('A', START + minute * MINUTE));
    expect(visited(...minutes(0, 30, 60))).toMatchObject({ count: 1, lastSeconds: 3_600 });
    expect(visited(...minutes(0, 30, 61))).toMatchObject({ count: 2, lastSeconds: 0 });
  });

  it('are those the app names, however long it is silent in them', () => {
    expect(visited(named('a', START), named('a', START + 5 * HOUR))).toMatchObject({ count: 1, lastSeconds: 18_000 });
    expect(visited(named(1, START), named(2, START + MINUTE), named(2, START + 2 * MINUTE))).toMatchObject({
      count: 2,
      lastSeconds: 60,
    });
  });

  it('before the last one change nothing', () => {
    const late = sends({ receivedAt: START + 2 * HOUR }, START - DAY);
    expect(visited(track('A', START + HOUR), late)).toMatchObject({ count: 1, lastStart: '2026-03-02T13:00:00.000Z' });
  });

  it('are what she does in an app: orders that a server reports are none', () => {
    expect(visited(order(START, 5, { source: 'server' }))).toBeNull();
  });
});

describe('the hours of a day', () => {
  it('count her activity in UTC', () => {
    const { hours } = new Person().receives(
      track('A', START),
      track('A', START + DAY + 59 * MINUTE),
      track('A', START - 13 * HOUR),
      track('Invoice Sent', START, { source: 'server' }),
    ).profile as Profile;
    expect([hours[12], hours[23], hours.reduce((sum, count) => sum + count)]).toEqual([2, 1, 3]);
  });
});

describe('groups', () => {
  const joins = (groupId: string, traits: JsonObject, time: number) => sends({ type: 'group', groupId, traits }, time);

  it('are the three named last, each with what was last said of it', () => {
    const { groups } = viewProfile(
      new Person().receives(
        ...['a', 'b', 'c', 'd'].map((id, hour) => joins(id, { seats: hour }, START + hour * HOUR)),
        joins('b', { seats: 9, plan: 'pro' }, START + 5 * HOUR),
        joins('c', { seats: 99 }, START - HOUR),
      ).profile as Profile,
    );
    expect(groups).toEqual([
      { id: 'b', traits: { seats: 9, plan: 'pro' } },
      { id: 'd', traits: { seats: 3 } },
      { id: 'c', traits: { seats: 2 } },
    ]);
  });

  it('say nothing about her being there', () => {
    expect(new Person().receives(joins('a', {}, START)).profile?.activity.last).toBeUndefined();
  });
});

describe('an id that sends more than people do', () => {
  const burst = (count: number, from: number) =>
    Array.from({ length: count }, (_, i) => track('A', from, { messageId: `${from}-${i}` }));
  const flooded = () => {
    const person = new Person();
    person.receivesTogether(burst(256 + 5_001, START));
    return person;
  };
  const countOf = (person: Person) => person.profile?.events[0]?.count;

  it('is left aside for a day, once it has sent 5,000 more at once than it may', () => {
    const person = new Person();
    expect(person.receivesTogether(burst(256 + 5_000, START)).effects).toMatchObject([{ kind: 'transition' }]);
    const { effects } = person.receivesTogether(burst(50, START + SECOND));
    expect(effects).toMatchObject([{ kind: 'quarantine', at: START + SECOND, until: START + SECOND + DAY }]);
    expect(viewProfile(person.profile as Profile).quarantinedUntil).toBe(new Date(START + SECOND + DAY).toISOString());
  });

  it('then counts for nothing, and is not written, until its time is over', () => {
    const person = flooded();
    expect(countOf(person)).toBe(5_257);
    expect(person.receivesTogether(burst(10, START + HOUR))).toMatchObject({ changed: false, effects: [] });
    person.receives(track('A', START + DAY - 1));
    expect(countOf(person)).toBe(5_257);
    person.receives(track('A', START + DAY));
    expect(countOf(person)).toBe(5_258);
    expect(person.profile?.quarantinedUntil).toBeUndefined();
  });

  it('is let out by an operator', () => {
    const person = flooded();
    person.receives({ kind: 'release', user: 'k#u1', id: 'r', at: START + HOUR }, track('A', START + 2 * HOUR));
    expect(countOf(person)).toBe(5_258);
  });

  it('still has her timers, and what is imported for her', () => {
    const person = flooded().waitsUntil(START + 8 * DAY);
    expect(person.stage).toBe('active');
    const one = flooded().receives(imported({}, START, START + HOUR));
    expect(countOf(one)).toBe(5_258);
  });

  it('one a second for as long as it likes is taken, and so is a week offline that comes in at once', () => {
    const steady = Array.from({ length: 8_000 }, (_, i) => track('A', START + i * SECOND));
    const person = new Person();
    expect(person.receivesTogether(steady).effects.filter(({ kind }) => kind === 'quarantine')).toEqual([]);
    const offline = new Person().receivesTogether(burst(5_000, START));
    expect(offline.effects.filter(({ kind }) => kind === 'quarantine')).toEqual([]);
  });

  it('is no busy person of whom something waited on a queue for hours', () => {
    const person = new Person();
    person.receivesTogether(Array.from({ length: 400 }, (_, i) => track('A', START + i * MINUTE)));
    const waited = track('A', START + MINUTE + SECOND);
    expect(person.receivesTogether([waited]).effects).toEqual([]);
    expect(countOf(person)).toBe(401);
  });
});

describe('what becomes known late', () => {
  it('is no going away: somebody of whom a server tells that she came years ago sets nothing going', () => {
    const longAgo = START - 400 * DAY;
    const createdAt = new Date(longAgo).toISOString();
    const traits = { email: 'old@example.com' };
    for (const person of [
      new Person().receives(identify({ ...traits, createdAt }, START, { source: 'server' })),
      new Person().receives(identify(traits, longAgo, { source: 'server', receivedAt: START })),
      new Person().receives(
        track('A', longAgo, { receivedAt: START }),
        identify(traits, longAgo, { receivedAt: START }),
      ),
    ]) {
      expect(person.transitions.at(-1)).toMatchObject({ to: 'churned', cause: 'import' });
      expect(person.messages).toEqual([]);
    }
  });

  it('can bring somebody nearer without bringing her back', () => {
    const person = new Person().receives(track('A', START)).waitsUntil(START + 100 * DAY);
    person.receives(track('A', START + 50 * DAY, { receivedAt: START + 100 * DAY }));
    expect(person.transitions.at(-1)).toMatchObject({ from: 'churned', to: 'dormant', cause: 'import' });
  });
});

describe('the reason of a stage', () => {
  it('says what she lacks who was loyal until yesterday', () => {
    const orders = [0, 10, 20].map((day) => order(START + day * DAY));
    const person = new Person().receives(...orders);
    expect(person.profile?.stage?.reason).toBe('3 orders in 90 days');
    person.receives(track('Order Cancelled', START + 21 * DAY, { source: 'server' }));
    expect(person.profile?.stage).toMatchObject({
      name: 'active',
      reason: 'last seen 2026-03-22; active on 3 of the last 28 days, 2 orders in 90 days',
    });
  });
});

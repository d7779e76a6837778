import { describe, expect, it } from 'vitest';
import { DAY, dayOf, HOUR, startOfDay } from '../../domain/calendar.ts';
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

import { describe, expect, it } from 'vitest';
import { DAY } from '../../domain/calendar.ts';
import { advance } from '../../domain/decisions/advance.ts';
import { DEFAULT_PLAN } from '../../domain/decisions/plan.ts';
import { encodeProfile } from '../../domain/state/codec.ts';
import { dueInput } from '../../domain/state/input.ts';
import type { Profile } from '../../domain/state/profile.ts';
import { identify, order, Person, START, track } from '../support/people.ts';

describe('advance', () => {
  it('leaves the stored profile as it is', () => {
    const { profile } = advance(undefined, [track('A', START)], DEFAULT_PLAN);
    const before = JSON.stringify([encodeProfile(profile), [...profile.recent]]);
    advance(profile, [track('B', START + DAY), order(START + 2 * DAY)], DEFAULT_PLAN);
    expect(JSON.stringify([encodeProfile(profile), [...profile.recent]])).toBe(before);
  });

  it('counts an input once, however often it comes', () => {
    const event = order(START);
    const person = new Person().receives(event, event);
    const again = person.receivesTogether([event, event]);
    expect(again.changed).toBe(false);
    expect(person.profile?.purchases.count).toBe(1);
  });

  it('takes events received together in the order in which they happened, whatever their ids', () => {
    const outcome = (ids: readonly string[]) => {
      const [a, b, c] = ids as [string, string, string];
      const person = new Person();
      person.receivesTogether([
        track('A', START - 100 * DAY, { receivedAt: START, messageId: a }),
        track('A', START - DAY, { receivedAt: START, messageId: b }),
        identify({ email: 'ada@example.com' }, START, { messageId: c }),
      ]);
      return [person.transitions.map(({ to }) => to), person.messages];
    };
    expect(outcome(['1', '2', '3'])).toEqual([['churned', 'returning'], []]);
    expect(outcome(['3', '2', '1'])).toEqual(outcome(['1', '2', '3']));
    expect(outcome(['2', '3', '1'])).toEqual(outcome(['1', '2', '3']));
  });

  it('keeps a profile below what a table takes, whatever is sent', () => {
    const person = new Person();
    for (let i = 0; i < 300; i++) {
      const traits = Object.fromEntries(
        Array.from({ length: 25 }, (_, n) => [`${'é'.repeat(90)}${i}-${n}`, 'x'.repeat(1_000)]),
      );
      person.receives(identify(traits, START + i), track('é'.repeat(190) + i, START + i));
    }
    expect(Buffer.byteLength(encodeProfile(person.profile as Profile))).toBeLessThan(350 * 1_024);
  });

  it('writes nothing for a due time that is no longer the profile’s', () => {
    const person = new Person().receives(track('A', START));
    expect(person.receivesTogether([dueInput('k#u1', START + 3 * DAY)]).changed).toBe(false);
    expect(new Person().receivesTogether([dueInput('k#u1', START)]).changed).toBe(false);
  });

  it('does not move a due time later with activity; it fires, finds nothing and is set anew', () => {
    const person = new Person().receives(track('A', START));
    expect(person.profile?.dueAt).toBe(START + 7 * DAY);
    person.receives(...[8, 9].map((day) => track('A', START + day * DAY)));
    const dueBefore = person.profile?.dueAt ?? 0;
    const seen = person.transitions.length;
    person.receives(dueInput('k#u1', dueBefore));
    expect(person.transitions).toHaveLength(seen);
    expect(person.profile?.dueAt).toBeGreaterThan(dueBefore);
  });

  it('moves a due time later that is near, so that it need not fire to find nothing', () => {
    const day = (n: number) => START + n * DAY;
    const person = new Person().receives(track('A', START), track('A', day(8)));
    const due = person.profile?.dueAt ?? 0;
    expect(due).toBe(day(21));
    person.receives(track('A', due - 3 * DAY));
    expect(person.profile?.dueAt).toBe(due);
    person.receives(track('A', due - DAY));
    const moved = person.profile?.dueAt ?? 0;
    expect(moved).toBeGreaterThan(due);
    // To where something happens, and no further.
    expect(person.waitsUntil(moved - 1).stage).toBe('active');
    expect(person.waitsUntil(moved).stage).toBe('at-risk');
  });

  it('asks for a wake-up of its own when something is due before a sweep would see it', () => {
    const late = track('A', START - 7 * DAY + 30_000, { receivedAt: START });
    const { effects, profile } = advance(undefined, [late], DEFAULT_PLAN);
    expect(profile.dueAt).toBe(START + 30_000);
    expect(effects).toContainEqual({ kind: 'wake', at: START + 30_000 });
  });

  it('makes nobody of whom it is only asked, though her first input comes in the same batch', () => {
    const event = track('A', START + DAY);
    const reconcile = { kind: 'reconcile', cause: 'publish', user: 'k#u1', id: 'r', at: START } as const;
    const [alone, asked] = [[event], [reconcile, event]].map(
      (inputs) => advance(undefined, inputs, DEFAULT_PLAN).profile,
    );
    expect(asked).toEqual(alone);
    expect(advance(undefined, [reconcile], DEFAULT_PLAN).changed).toBe(false);
  });
});

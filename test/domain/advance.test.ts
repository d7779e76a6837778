import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../domain/calendar.ts';
import { advance } from '../../domain/decisions/advance.ts';
import { stageOf } from '../../domain/decisions/lifecycle.ts';
import { DEFAULT_PLAN } from '../../domain/decisions/plan.ts';
import { decodeProfile, encodeProfile } from '../../domain/state/codec.ts';
import { dueInput, type EventInput, inputOrder } from '../../domain/state/input.ts';
import type { Profile } from '../../domain/state/profile.ts';
import { identify, order, Person, START, track } from '../support/people.ts';
import { runs } from '../support/runs.ts';

/** Half a year of one person's events: visits, orders, identifies, ends and their opposites, in the order of their times. */
const life = fc
  .array(
    fc.record({
      minute: fc.integer({ min: 0, max: 180 * 24 * 60 }),
      what: fc.constantFrom('visit', 'order', 'identify', 'delete', 'sign-up', 'server'),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((moments) =>
    moments
      .map(({ minute, what }, index): EventInput => {
        const time = START + minute * MINUTE;
        const messageId = `event-${index}`;
        switch (what) {
          case 'order':
            return order(time, index / 10, { messageId });
          case 'identify':
            return identify({ email: `p${index}@example.com`, n: index }, time, { messageId });
          case 'delete':
            return track('Account Deleted', time, { messageId });
          case 'sign-up':
            return track('Signed Up', time, { messageId });
          case 'server':
            return track('Invoice Sent', time, { messageId, source: 'server' });
          default:
            return track(`Visit ${index % 3}`, time, { messageId });
        }
      })
      .sort(inputOrder),
  );

const reduceOneByOne = (inputs: readonly EventInput[]) => new Person().receives(...inputs);
/** What storing does to a profile, so that nothing may hide outside of what is stored. */
const stored = (profile: Profile) => {
  const decoded = decodeProfile(profile.key, profile.version, encodeProfile(profile));
  if (decoded.outcome !== 'profile') throw new Error('unreadable');
  return decoded.profile;
};
const comparable = (profile: Profile | undefined) => profile && { ...stored(profile), version: 0 };

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

  it('asks for a wake-up of its own when something is due before a sweep would see it', () => {
    const late = track('A', START - 7 * DAY + 30_000, { receivedAt: START });
    const { effects, profile } = advance(undefined, [late], DEFAULT_PLAN);
    expect(profile.dueAt).toBe(START + 30_000);
    expect(effects).toContainEqual({ kind: 'wake', at: START + 30_000 });
  });

  it('comes to the same however inputs in time order are batched, and through the timers or without them', () => {
    fc.assert(
      fc.property(life, fc.array(fc.integer({ min: 1, max: 7 })), fc.boolean(), (inputs, sizes, timersRun) => {
        const expected = reduceOneByOne(inputs);
        const person = new Person();
        let i = 0;
        for (const size of [...sizes, inputs.length]) {
          const batch = inputs.slice(i, i + size);
          if (batch[0] === undefined) break;
          if (timersRun) person.waitsUntil(batch[0].at);
          person.receivesTogether(batch);
          i += size;
        }
        expect(comparable(person.profile)).toEqual(comparable(expected.profile));
        expect(person.effects.filter(({ kind }) => kind !== 'wake')).toEqual(
          expected.effects.filter(({ kind }) => kind !== 'wake'),
        );
      }),
      runs(300),
    );
  });

  it('counts the same in whatever order and however often events arrive', () => {
    const foldable = ({ traits, activity, events, days, purchases, signals }: Profile) => ({
      traits: [...traits].sort(),
      activity,
      events: [...events].sort((a, b) => (a.name < b.name ? -1 : 1)),
      days,
      purchases,
      signals: [...signals].sort(),
    });
    fc.assert(
      fc.property(life, fc.infiniteStream(fc.nat()), (inputs, random) => {
        const arriving = [...inputs, ...inputs].map((input) => ({ input, place: random.next().value as number }));
        const shuffled = arriving.sort((a, b) => a.place - b.place).map(({ input }) => ({ ...input, at: START }));
        const straight = new Person().receives(...inputs).profile as Profile;
        const mixed = new Person().receives(...shuffled).profile as Profile;
        expect(foldable(mixed)).toEqual(foldable(straight));
      }),
      runs(200),
    );
  });
});

describe('the horizon of a stage', () => {
  it('is the first moment at which the stage is another: it holds a moment before and not then', () => {
    fc.assert(
      fc.property(life, fc.integer({ min: 0, max: 100 * 24 }), (inputs, hours) => {
        const profile = reduceOneByOne(inputs).profile as Profile;
        const now = profile.asOf + hours * HOUR;
        const answer = stageOf(profile, DEFAULT_PLAN.lifecycle, now);
        if (answer === undefined || answer.until === Number.POSITIVE_INFINITY) return;
        expect(answer.until).toBeGreaterThan(now);
        expect(stageOf(profile, DEFAULT_PLAN.lifecycle, answer.until - 1)?.value).toBe(answer.value);
        expect(stageOf(profile, DEFAULT_PLAN.lifecycle, now + (answer.until - now) / 2)?.value).toBe(answer.value);
        expect(stageOf(profile, DEFAULT_PLAN.lifecycle, answer.until)?.value).not.toBe(answer.value);
        expect(answer.due - answer.until).toBeLessThan(HOUR);
      }),
      runs(500),
    );
  });
});

describe('a stored profile', () => {
  it('reads back as it was written', () => {
    fc.assert(
      fc.property(life, (inputs) => {
        const profile = reduceOneByOne(inputs).profile as Profile;
        const { recent, ...rest } = stored(profile);
        const { recent: before, ...expected } = profile;
        expect(rest).toEqual(expected);
        expect(recent.map(({ hash }) => hash)).toEqual(before.map(({ hash }) => hash));
        recent.forEach(({ at }, i) => expect((before[i]?.at ?? 0) - at).toBeLessThan(MINUTE));
      }),
      runs(200),
    );
  });

  it('of a newer release is left to that release', () => {
    expect(decodeProfile('k#u1', 1, '{"c":3}')).toEqual({ outcome: 'unknown-version', codecVersion: 3 });
  });

  it('survives names that objects have by themselves', () => {
    const person = new Person().receives(
      track('__proto__', START),
      identify(JSON.parse('{"__proto__":"x","constructor":1}'), START),
    );
    const profile = stored(person.profile as Profile);
    expect(profile.events).toMatchObject([{ name: '__proto__', count: 1 }]);
    expect(profile.traits.get('__proto__')?.value).toBe('x');
  });
});

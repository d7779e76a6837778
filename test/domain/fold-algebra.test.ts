import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planOf } from '../../domain/decisions/plan.ts';
import type { EventInput, Input } from '../../domain/state/input.ts';
import { mergeProfile } from '../../domain/state/merge.ts';
import { newProfile, type Profile } from '../../domain/state/profile.ts';
import type { UserKey } from '../../domain/state/user-key.ts';
import { COUNTERS, foldable, lifeOf, stored } from '../support/lives.ts';
import { Person, START } from '../support/people.ts';
import { runs } from '../support/runs.ts';

const PLAN = planOf({ counters: COUNTERS });

const profileOf = (inputs: readonly Input[]): Profile => new Person(PLAN).receives(...inputs).profile as Profile;

/** The same inputs, each at least once, in another order. */
const shuffled = (inputs: readonly EventInput[]): fc.Arbitrary<EventInput[]> =>
  fc
    .tuple(
      fc.shuffledSubarray([...inputs], { minLength: inputs.length, maxLength: inputs.length }),
      fc.array(fc.tuple(fc.nat(inputs.length), fc.constantFrom(...inputs)), { maxLength: 10 }),
    )
    .map(([all, again]) => again.reduce((arriving, [place, input]) => arriving.toSpliced(place, 0, input), all));

const arriving = lifeOf().chain((inputs) =>
  fc.record({
    inputs: fc.constant(inputs),
    mixed: shuffled(inputs),
    sizes: fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 10 }),
  }),
);

describe('what is folded', () => {
  it('is the same in whatever order, however often and in which batches inputs arrive, and stored in between', () => {
    fc.assert(
      fc.property(arriving, ({ inputs, mixed, sizes }) => {
        const person = new Person(PLAN);
        let place = 0;
        for (const size of [...sizes, mixed.length]) {
          const batch = mixed.slice(place, place + size);
          if (batch.length === 0) break;
          person.receivesTogether(batch);
          person.profile = stored(person.profile as Profile);
          place += size;
        }
        expect(foldable(person.profile as Profile)).toEqual(foldable(profileOf(inputs)));
      }),
      runs(300),
    );
  });
});

/** The heir after the others were folded into it, one after the other. */
function merged(heir: Profile, ...others: readonly Profile[]): Profile {
  const profile = { ...heir };
  for (const other of others) mergeProfile(profile, other);
  return profile;
}

/** What the key itself adds to a profile's ids is another thing for each of two heirs. */
const withoutOwnIds = (profile: Profile) => ({ ...foldable(profile), mergedIds: [], folded: [] });

/** As if somebody else had sent it. */
const ofUser = (user: UserKey, inputs: readonly EventInput[]): EventInput[] =>
  inputs.map((input) => ({ ...input, user }));

const ada = lifeOf({ userId: 'ada', ids: 'a', most: 15 });
const ben = lifeOf({ userId: 'ben', ids: 'b', most: 15 });
const cleo = lifeOf({ userId: 'cleo', ids: 'c', most: 15 });
const device = lifeOf({ userId: undefined, ids: 'd', most: 15 });

describe('of two profiles that turn out to be one person', () => {
  it('either can be folded into the other', () => {
    fc.assert(
      fc.property(ada, ben, (one, other) => {
        const [a, b] = [profileOf(one), profileOf(other)];
        expect(withoutOwnIds(merged(a, b))).toEqual(withoutOwnIds(merged(b, a)));
      }),
      runs(100),
    );
  });

  it('a third one can be folded in before or afterwards', () => {
    fc.assert(
      fc.property(ada, ben, fc.oneof(cleo, device), (one, other, third) => {
        const [a, b, c] = [profileOf(one), profileOf(other), profileOf(third)];
        expect(foldable(merged(a, merged(b, c)))).toEqual(foldable(merged(a, b, c)));
        expect(foldable(merged(a, c, b))).toEqual(foldable(merged(a, b, c)));
      }),
      runs(100),
    );
  });

  it('the second folding of the same one changes nothing, stored in between or not', () => {
    fc.assert(
      fc.property(ada, fc.oneof(ben, device), (one, other) => {
        const [a, b] = [profileOf(one), profileOf(other)];
        const once = merged(a, b);
        expect(merged(once, b)).toEqual(once);
        expect(merged(stored(once), stored(b))).toEqual(stored(once));
      }),
      runs(100),
    );
  });

  it('what is folded is as if all had come in under one key', () => {
    fc.assert(
      fc.property(ada, fc.oneof(ben, device), (one, other) => {
        const together = profileOf([...one, ...ofUser('k#ada', other)]);
        expect(withoutOwnIds(merged(profileOf(one), profileOf(other)))).toEqual(withoutOwnIds(together));
      }),
      runs(200),
    );
  });

  it('what a device did is as if it had come in later, when she was named on it', () => {
    fc.assert(
      fc.property(ada, device, (inputs, before) => {
        const [first, ...rest] = inputs as [EventInput, ...EventInput[]];
        const person = new Person(PLAN);
        person.receivesTogether([first], new Map([[first.id, [profileOf(before)]]]));
        person.receives(...rest);
        expect(withoutOwnIds(person.profile as Profile)).toEqual(
          withoutOwnIds(profileOf([...inputs, ...ofUser('k#ada', before)])),
        );
      }),
      runs(200),
    );
  });

  it('nothing becomes part of itself', () => {
    const profile = { ...newProfile('k#ada', 'lineage', START) };
    mergeProfile(profile, profileOf([{ kind: 'release', user: 'k#ada', id: 'm', at: START }]));
    expect(profile.folded).toEqual([]);
  });
});

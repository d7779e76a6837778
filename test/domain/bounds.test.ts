import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../domain/calendar.ts';
import { planOf } from '../../domain/decisions/plan.ts';
import type { CustomerEvent } from '../../domain/events/event.ts';
import { LIMITS } from '../../domain/events/limits.ts';
import { hash48 } from '../../domain/hash.ts';
import { type JsonObject, utf8Length } from '../../domain/json.ts';
import { encodeWithinBounds, PROFILE_BYTES } from '../../domain/state/bounds.ts';
import { decodeProfile, encodeProfile } from '../../domain/state/codec.ts';
import { type EventInput, eventInput } from '../../domain/state/input.ts';
import { mergeProfile } from '../../domain/state/merge.ts';
import { newProfile, type Profile } from '../../domain/state/profile.ts';
import { COUNTERS, lifeOf } from '../support/lives.ts';
import { identify, order, Person, START, track } from '../support/people.ts';
import { runs } from '../support/runs.ts';

const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

/** The longest an app may send, in characters that take three bytes each, or two characters as JSON writes them. */
const long = (length: number, index: number, character = '€') => `${index}-`.padEnd(length, character);

const from = (parts: Partial<CustomerEvent>, time: number): EventInput =>
  eventInput({ ...track('A', time).event, ...parts });

/** Reduced in one batch, as a flood would be. */
function reduced(inputs: readonly EventInput[], plan = planOf()): Profile {
  const person = new Person(plan);
  person.receivesTogether(inputs);
  return person.profile as Profile;
}

const consented = (count: number) =>
  many(count, (i) =>
    track('Consent Granted', START + i, {
      properties: { channel: `channel-${i}`, topic: `t${long(30, i, 'x')}`, wording: long(64, i) },
    }),
  );
const withTraits = (count: number) =>
  many(count, (i) => identify({ [long(LIMITS.traitNameLength, i)]: '€'.repeat(330) }, START + i));
const withDevices = (count: number) =>
  many(count, (i) =>
    from({ context: { device: { id: long(128, i), token: long(512, i), model: long(512, i) } } }, START + i),
  );
const inGroups = (count: number) =>
  many(count, (i) =>
    from({ type: 'group', groupId: long(256, i), traits: { [`n${i % 200}`]: '€'.repeat(9_000) } }, START + i),
  );

describe('each part has its bound', () => {
  const unlimited = many(60, (i) => ({ ...COUNTERS[2], id: i, event: 'A', countsFrom: 0, stamps: 7 * DAY }));
  it.each<[string, number, () => readonly EventInput[], (profile: Profile) => number]>([
    ['names of events', 100, () => many(1_000, (i) => track(long(200, i), START + i)), ({ events }) => events.length],
    ['traits', 100, () => withTraits(500), ({ traits }) => traits.size],
    ['devices', 10, () => withDevices(300), ({ devices }) => devices.length],
    ['groups', 3, () => inGroups(100), ({ groups }) => groups.length],
    [
      'traits of a group',
      100,
      () => many(300, (i) => from({ type: 'group', groupId: 'g', traits: { [`n${i}`]: i } }, START + i)),
      ({ groups }) => groups[0]?.traits.size ?? 0,
    ],
    ['consents', 100, () => consented(500), ({ consent }) => consent.size],
    [
      'anonymous ids',
      20,
      () => many(500, (i) => from({ anonymousId: long(256, i) }, START + i)),
      ({ anonymousIds }) => anonymousIds.length,
    ],
    [
      'currencies',
      50,
      () =>
        many(500, (i) => track('Order Completed', START + i, { properties: { revenue: 1, currency: currency(i) } })),
      ({ purchases }) => purchases.spentMicros.size,
    ],
    ['recent inputs', 256, () => many(1_000, (i) => track('A', START + i)), ({ recent }) => recent.length],
    ['days with counts', 92, () => many(400, (i) => track('A', START + i * DAY)), ({ days }) => days.length],
    [
      'older days',
      1_000,
      () => many(1_200, (i) => track('A', START + i * DAY)),
      ({ olderDays }) => olderDays.days.length,
    ],
    [
      'single times of a counter',
      50,
      () => many(1_000, (i) => track('A', START + i)),
      ({ counters }) => counters.get(7)?.stamps.length ?? 0,
    ],
    ['hours', 24, () => many(100, (i) => track('A', START + i * HOUR)), ({ hours }) => hours.length],
  ])('%s: %i', (_part, bound, sent, count) => {
    expect(count(reduced(sent(), planOf({ counters: unlimited })))).toBe(bound);
  });

  it('messages she was meant to get: 200', () => {
    const heir = newProfile('k#u1', 'lineage', START);
    for (let i = 0; i < 25; i++)
      mergeProfile(heir, {
        ...newProfile(`k#${i}`, 'other', START),
        contacts: many(10, (n) => ({ at: START + n * i, channel: 'email' })),
      });
    expect(heir.contacts).toHaveLength(200);
  });

  it('older days beyond theirs are counted still', () => {
    const { olderDays, days } = reduced(many(1_200, (i) => track('A', START + i * DAY)));
    expect(olderDays.active + olderDays.days.length + days.length).toBe(1_200);
  });
});

const currency = (index: number) =>
  [index % 26, Math.floor(index / 26) % 26, 0].map((letter) => String.fromCharCode(65 + letter)).join('');

/** What must not be lost, whatever is sent. */
const kept = ({ consent, folded, stage, purchases, signals, messages, contacts, traits, activity }: Profile) => ({
  ...{ consent, folded, stage, purchases, signals, messages, contacts, activity },
  email: traits.get('email'),
  phone: traits.get('phone'),
});

function read(profile: Profile, text: string): Profile {
  const decoded = decodeProfile(profile.key, profile.version, text);
  if (decoded.outcome !== 'profile') throw new Error('unreadable');
  return decoded.profile;
}

/** A person with something of everything that is to be kept, who then sends and is sent all that. */
function flooded(...floods: readonly (readonly EventInput[])[]): Profile {
  const counters = many(200, (i) => ({ id: i, event: 'A', days: 90, stamps: 7 * DAY, countsFrom: 0 }));
  const person = new Person(planOf({ counters }));
  person.receives(
    identify({ email: 'ada@shop.example', phone: '+41791234567' }, START),
    order(START, 5),
    track('Subscription Cancelled', START + MINUTE),
  );
  for (const flood of floods) person.receivesTogether(flood);
  const profile = { ...(person.profile as Profile) };
  for (let i = 0; i < 500; i++) mergeProfile(profile, newProfile(`a#${i}`, 'other', START));
  return profile;
}

describe('a profile in its table', () => {
  const floods: Record<string, () => readonly EventInput[]> = {
    names: () => many(300, (i) => track(long(200, i), START + HOUR + i)),
    traits: () => withTraits(150),
    devices: () => withDevices(30),
    groups: () => inGroups(60),
    ids: () => many(40, (i) => from({ anonymousId: long(256, i) }, START + i)),
    consents: () => consented(100),
    'single times': () => many(60, (i) => track('A', START + i * DAY)),
  };

  it.each([...Object.keys(floods), 'all of it'])(
    'takes at most 64 KB and keeps what matters after a flood of %s',
    (of) => {
      const profile = flooded(
        ...Object.entries(floods).flatMap(([name, make]) => (of === name || of === 'all of it' ? [make()] : [])),
      );
      const text = encodeWithinBounds(profile);
      expect(utf8Length(text)).toBeLessThanOrEqual(PROFILE_BYTES);
      expect(kept(read(profile, text))).toEqual(kept(profile));
      expect(profile.folded).toContain(hash48('a#7'));
    },
  );

  it('is left whole while it fits', () => {
    fc.assert(
      fc.property(lifeOf(), (inputs) => {
        const profile = reduced(inputs, planOf({ counters: COUNTERS }));
        expect(encodeWithinBounds(profile)).toBe(encodeProfile(profile));
      }),
      runs(50),
    );
  });

  it('loses no more than it has to: just above the limit the newest names stay', () => {
    const profile = flooded(floods.names?.() ?? []);
    const before = utf8Length(encodeProfile(profile));
    const left = read(profile, encodeWithinBounds(profile));
    expect(before).toBeGreaterThan(PROFILE_BYTES);
    expect(left.events.length).toBe(50);
    expect(left.events.at(-1)).toEqual(profile.events.at(-1));
    expect(left.traits).toEqual(profile.traits);
  });

  it('can be reduced on and stored again and again, and stays within its bounds', () => {
    const person = new Person();
    for (let round = 0; round < 6; round++) {
      for (const make of Object.values(floods))
        person.receivesTogether(make().map((input) => ({ ...input, id: `${round} ${input.id}` })));
      const text = encodeWithinBounds(person.profile as Profile);
      expect(utf8Length(text)).toBeLessThanOrEqual(PROFILE_BYTES);
      person.profile = read(person.profile as Profile, text);
    }
  });

  it('fits whatever the sizes of its parts are', () => {
    const size = fc.constantFrom(0, 1, 10, 50, 100);
    fc.assert(
      fc.property(
        fc.tuple(size, size, size, size, size),
        fc.constantFrom('€', '"', '\u0001', 'x'),
        ([a, b, c, d, e], character) => {
          const object: JsonObject = Object.fromEntries(
            many(3, (i) => [long(90, i, character), character.repeat(150)]),
          );
          const profile = reduced([
            identify({ email: 'ada@shop.example' }, START),
            ...many(a, (i) => track(long(190, i, character), START + i)),
            ...many(b, (i) => identify({ [long(90, i, character)]: character.repeat(170) }, START + i)),
            ...many(c, (i) =>
              from({ context: { device: { id: long(100, i, character), token: character.repeat(500) } } }, START + i),
            ),
            ...many(d, (i) =>
              from({ type: 'group', groupId: `g${i % 3}`, traits: { ...object, [`n${i}`]: i } }, START + i),
            ),
            ...many(e, (i) =>
              track('Consent Granted', START, { properties: { channel: `c${i}`, wording: character.repeat(64) } }),
            ),
          ]);
          const text = encodeWithinBounds(profile);
          expect(utf8Length(text)).toBeLessThanOrEqual(PROFILE_BYTES);
          expect(kept(read(profile, text))).toEqual(kept(profile));
        },
      ),
      runs(20),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../../domain/calendar.ts';
import { planOf } from '../../../domain/decisions/plan.ts';
import { type ReceiptInput, receiptInput } from '../../../domain/state/input.ts';
import { mergeProfile } from '../../../domain/state/merge.ts';
import type { Profile } from '../../../domain/state/profile.ts';
import { addressHash, unreachableBy } from '../../../domain/state/reachability.ts';
import { stored } from '../../support/lives.ts';
import { identify, Person, START } from '../../support/people.ts';

const ADA = 'ada@example.com';

const receipt = (outcome: 'bounced' | 'complained', at = START + HOUR, address = ADA, sendId = 's_1_0'): ReceiptInput =>
  receiptInput('k#u1', { sendId, outcome, address: addressHash(address), at });

const ada = () => new Person().receives(identify({ email: ADA }, START, { messageId: 'born' }));
const blockedBy = ({ profile }: Person) => unreachableBy(profile as Profile, 'email')?.reason;

describe('a receipt that ends an address', () => {
  it('makes her unreachable until her address changes, and again when it changes back', () => {
    const person = ada().receives(receipt('bounced'));
    expect(unreachableBy(person.profile as Profile, 'email')).toEqual({ reason: 'bounced', since: START + HOUR });
    person.receives(identify({ email: 'ada@new.example' }, START + DAY));
    expect(blockedBy(person)).toBeUndefined();
    person.receives(identify({ email: 'ADA@example.com ' }, START + 2 * DAY));
    expect(blockedBy(person)).toBe('bounced');
  });

  it('is on her timeline once, however many messages tell it; a complaint says more', () => {
    const person = ada().receives(
      receipt('bounced'),
      receipt('bounced'),
      receipt('bounced', START + 2 * HOUR, ADA, 's_2_0'),
      receipt('complained', START + 3 * HOUR),
      receipt('bounced', START + 4 * HOUR, ADA, 's_3_0'),
    );
    const told = person.effects.filter(({ kind }) => kind === 'receipt');
    expect(told).toEqual([
      expect.objectContaining({ outcome: 'bounced', sendId: 's_1_0', at: START + HOUR }),
      expect.objectContaining({ outcome: 'complained', by: 'receipt-complained-s_1_0' }),
    ]);
    expect(blockedBy(person)).toBe('complained');
  });

  it('for an address she has no more says nothing of the one she has', () => {
    const person = ada().receives(receipt('bounced', START + HOUR, 'old@example.com'));
    expect(blockedBy(person)).toBeUndefined();
  });

  it('is no activity, and makes nobody who is not there', () => {
    const person = ada();
    const { activity, stage } = person.profile as Profile;
    person.receives(receipt('complained', START + DAY));
    expect(person.profile).toMatchObject({ activity, stage });
    expect(new Person().receives(receipt('bounced')).profile).toBeUndefined();
  });

  it('moves her out of who can be reached', () => {
    const segment = { id: 3, key: 'mailable', name: 'Mailable', where: { channel: 'email', reachable: true } } as const;
    const person = new Person(planOf({ segments: [segment] })).receives(identify({ email: ADA }, START));
    expect(person.profile?.segments.has(3)).toBe(true);
    person.receives(receipt('bounced'));
    expect(person.profile?.segments.has(3)).toBe(false);
  });

  it('in any order, however often, on whichever of two who become one: the same', () => {
    const some = fc.uniqueArray(
      fc.record({
        outcome: fc.constantFrom('bounced' as const, 'complained' as const),
        at: fc.integer({ min: START, max: START + 5 * DAY }),
        address: fc.constantFrom(ADA, 'b@example.com', 'c@example.com').map(addressHash),
        sendId: fc.constantFrom('s_1_0', 's_2_0', 's_3_0'),
      }),
      { minLength: 1, maxLength: 6, selector: ({ sendId, outcome }) => `${sendId} ${outcome}` },
    );
    const arriving = some.chain((all) =>
      fc.record({
        all: fc.constant(all),
        mixed: fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2, maxLength: all.length * 2 }),
        cut: fc.nat(all.length * 2),
      }),
    );
    const taking = (receipts: readonly Parameters<typeof receiptInput>[1][]) =>
      stored(ada().receives(...receipts.map((one) => receiptInput('k#u1', one))).profile as Profile);
    const known = ({ unreachable }: Profile) => new Map([...unreachable].sort(([a], [b]) => a - b));
    fc.assert(
      fc.property(arriving, ({ all, mixed, cut }) => {
        const expected = known(taking(all));
        expect(known(taking(mixed))).toEqual(expected);
        const heir = { ...taking(mixed.slice(0, cut)) };
        mergeProfile(heir, { ...taking(mixed.slice(cut)), key: 'k#u2' });
        expect(known(heir)).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });
});

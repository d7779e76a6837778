import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CustomerEvent } from '../../domain/events/event.ts';
import { eventInput, type Input, importInput } from '../../domain/state/input.ts';
import { hasFolded, heirOf, isSettled, keysOf, linksIn } from '../../domain/state/links.ts';
import { mergeProfile } from '../../domain/state/merge.ts';
import { newProfile } from '../../domain/state/profile.ts';
import { anonymousKey, isKnown, knownKey, type UserKey } from '../../domain/state/user-key.ts';
import { START } from '../support/people.ts';
import { runs } from '../support/runs.ts';

const event = (parts: Partial<CustomerEvent>): CustomerEvent => ({
  type: 'track',
  source: 'client',
  messageId: 'm',
  sourceId: 'app',
  time: START,
  receivedAt: START,
  ...parts,
});
const input = (parts: Partial<CustomerEvent>): Input => eventInput(event(parts));

describe('an event', () => {
  it.each(['track', 'identify', 'page', 'screen', 'group'] as const)(
    'of type %s that names a user and a device says that the device is hers',
    (type) => {
      for (const source of ['client', 'server'] as const)
        expect(linksIn(input({ type, source, userId: 'ada', anonymousId: 'd' }))).toEqual([
          { kind: 'device', key: 'a#d' },
        ]);
    },
  );

  it('that names only one of them says nothing', () => {
    expect(linksIn(input({ userId: 'ada' }))).toEqual([]);
    expect(linksIn(input({ anonymousId: 'd' }))).toEqual([]);
  });

  it('that was imported says the same', () => {
    const sent = event({ userId: 'ada', anonymousId: 'd' });
    expect(linksIn(importInput(sent, 'i', START))).toEqual(linksIn(eventInput(sent)));
  });
});

describe('an alias', () => {
  it('from a client’s key is always about a device, even where a user has that id: the key is public', () => {
    expect(linksIn(input({ type: 'alias', userId: 'ada', previousId: 'ben' }))).toEqual([
      { kind: 'device', key: 'a#ben' },
    ]);
  });

  it('from a server’s key is about a user if there is one, else about a device', () => {
    const links = linksIn(input({ type: 'alias', source: 'server', userId: 'ada', previousId: 'ben' }));
    expect(links).toEqual([{ kind: 'either', user: 'k#ben', device: 'a#ben' }]);
    expect(links.flatMap(keysOf)).toEqual(['k#ben', 'a#ben']);
  });

  it('of oneself says nothing, from either key', () => {
    for (const source of ['client', 'server'] as const)
      expect(linksIn(input({ type: 'alias', source, userId: 'ada', previousId: 'ada' }))).toEqual([]);
  });

  it('with a device besides says both', () => {
    expect(linksIn(input({ type: 'alias', userId: 'ada', anonymousId: 'd', previousId: 'e' }))).toEqual([
      { kind: 'device', key: 'a#d' },
      { kind: 'device', key: 'a#e' },
    ]);
  });

  it('of nobody in particular says nothing', () => {
    expect(linksIn(input({ type: 'alias', anonymousId: 'd', previousId: 'e' }))).toEqual([]);
  });
});

describe('a merge', () => {
  it('says that two ids are one person, but not of one with itself', () => {
    const merge = (other: UserKey): Input => ({ kind: 'merge', user: 'k#ada', id: 'm', at: START, other });
    expect(linksIn(merge('k#ben'))).toEqual([{ kind: 'user', key: 'k#ben' }]);
    expect(linksIn(merge('k#ada'))).toEqual([]);
  });
});

describe('nothing else', () => {
  it('says anything of who is who', () => {
    const base = { user: 'k#ada', id: 'x', at: START } as const;
    for (const other of [
      { ...base, kind: 'due' },
      { ...base, kind: 'release' },
      { ...base, kind: 'reconcile', cause: 'publish' },
    ] as const)
      expect(linksIn(other)).toEqual([]);
  });
});

const key = fc
  .tuple(
    fc.boolean(),
    fc.oneof(fc.string({ minLength: 1, maxLength: 3 }), fc.constantFrom('a', 'b', 'B', 'ä', '1', '10')),
  )
  .map(([known, id]) => (known ? knownKey(id) : anonymousKey(id)));

describe('the heir of two', () => {
  it('is one of them, the same whoever is named first', () => {
    fc.assert(
      fc.property(key, key, (a, b) => {
        expect([a, b]).toContain(heirOf(a, b));
        expect(heirOf(a, b)).toBe(heirOf(b, a));
        expect(heirOf(a, a)).toBe(a);
      }),
      runs(200),
    );
  });

  it('stays the heir whoever joins in which order, so that no family has two heads or goes in a circle', () => {
    fc.assert(
      fc.property(key, key, key, (a, b, c) => {
        expect(heirOf(heirOf(a, b), c)).toBe(heirOf(a, heirOf(b, c)));
        if (heirOf(a, b) === a && heirOf(b, c) === b) expect(heirOf(a, c)).toBe(a);
      }),
      runs(300),
    );
  });

  it('is a user before a device, then the smaller id', () => {
    fc.assert(
      fc.property(key, key, (a, b) => {
        if (isKnown(a) && !isKnown(b)) expect(heirOf(a, b)).toBe(a);
      }),
      runs(200),
    );
    expect(heirOf('k#z', 'a#a')).toBe('k#z');
    expect(heirOf('k#10', 'k#9')).toBe('k#10');
    expect(heirOf('a#b', 'a#a')).toBe('a#a');
  });
});

describe('a device that was folded', () => {
  it('is settled, and not again somebody’s question', () => {
    const ada = newProfile('k#ada', 'lineage', START);
    expect([hasFolded(ada, 'a#d'), isSettled(ada, 'a#d')]).toEqual([false, false]);
    mergeProfile(ada, newProfile('a#d', 'other', START));
    expect([hasFolded(ada, 'a#d'), isSettled(ada, 'a#d')]).toEqual([true, true]);
  });
});

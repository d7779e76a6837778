import type { CustomerEvent } from '../events/event.ts';
import { LIMITS } from '../events/limits.ts';
import { hashText } from '../hash.ts';
import { utf8Length } from '../json.ts';
import { mergeTraits, type Traits, withTraits } from './traits.ts';

/** An account or team she belongs to, with what was last said of it. */
export interface Group {
  readonly id: string;
  /** When it was last named (ms). */
  readonly time: number;
  readonly traits: Traits;
}

/** The three named last are kept. */
const MOST = 3;
/** As of a user's; but a group call with a larger one counts all the same, without it. */
const LONGEST_NAME = LIMITS.traitNameLength;
const LONGEST_VALUE = LIMITS.traitBytes;

export function noteGroup(groups: readonly Group[], event: CustomerEvent): readonly Group[] {
  const { type, groupId, time, traits = {}, messageId } = event;
  if (type !== 'group' || groupId === undefined) return groups;
  const kept = Object.fromEntries(
    Object.entries(traits).filter(
      ([name, value]) => name.length <= LONGEST_NAME && utf8Length(JSON.stringify(value)) <= LONGEST_VALUE,
    ),
  );
  return mergeGroups(groups, [{ id: groupId, time, traits: withTraits(new Map(), kept, time, hashText(messageId)) }]);
}

export function mergeGroups(groups: readonly Group[], others: readonly Group[]): readonly Group[] {
  if (others.length === 0) return groups;
  const byId = new Map(groups.map((group) => [group.id, group]));
  for (const { id, time, traits } of others) {
    const known = byId.get(id);
    byId.set(
      id,
      known === undefined
        ? { id, time, traits }
        : { id, time: Math.max(known.time, time), traits: mergeTraits(known.traits, traits) },
    );
  }
  return [...byId.values()].sort((a, b) => b.time - a.time || (a.id < b.id ? -1 : 1)).slice(0, MOST);
}

import type { CustomerEvent } from '../events/event.ts';
import { hashText } from '../hash.ts';
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

export function noteGroup(groups: readonly Group[], event: CustomerEvent): readonly Group[] {
  const { type, groupId, time, traits = {}, messageId } = event;
  if (type !== 'group' || groupId === undefined) return groups;
  return mergeGroups(groups, [{ id: groupId, time, traits: withTraits(new Map(), traits, time, hashText(messageId)) }]);
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

import type { CustomerEvent } from '../../domain/events/event.ts';
import type { Refusal } from '../../domain/events/recent-event.ts';
import type { KnownUsers } from '../adapters/known-users.ts';
import { errorName, type Log } from '../runtime/log.ts';

/**
 * Takes out the aliases that would make one person of two known users, which a client's public key may not do. They are
 * answered like any other: SDKs make them when somebody else logs in on a device, and there is nothing to send again.
 * Those that are not found out here join nobody either: to the reducer, a client's `previousId` is a device's id.
 */
export async function withoutJoins(
  events: readonly CustomerEvent[],
  users: KnownUsers,
  log: Log,
): Promise<{ apply: readonly CustomerEvent[]; joins: readonly Refusal[] }> {
  const previous = new Set(events.flatMap((event) => (renames(event) ? [event.previousId ?? ''] : [])));
  if (previous.size === 0) return { apply: events, joins: [] };
  let known: ReadonlySet<string> = new Set();
  try {
    known = await users.among([...previous]);
  } catch (error) {
    log('users-lookup-failed', { error: errorName(error) });
  }
  const joins = (event: CustomerEvent) => renames(event) && known.has(event.previousId ?? '');
  return { apply: events.filter((event) => !joins(event)), joins: events.filter(joins).map(notApplied) };
}

/** An alias of oneself joins nobody. */
const renames = ({ type, source, userId, previousId }: CustomerEvent) =>
  type === 'alias' && source === 'client' && previousId !== userId;

const notApplied = (event: CustomerEvent): Refusal => ({
  outcome: 'not-applied',
  code: 'joins_known_users',
  message: 'Both ids are known users: only a server key may make them one person.',
  messageId: event.messageId,
  item: event,
});

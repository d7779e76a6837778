import { LOOK_AHEAD } from '../domain/decisions/sweep-window.ts';
import type { DynamoDb } from './cloud/services/dynamodb/dynamo-db.ts';

/**
 * The first moment (ms) at or after `tick` at which the sweep would find somebody or something scheduled, or undefined when
 * there is neither. Ninety days are 129,600 minutes, nearly all of them empty: their runs are counted and not made. This is the one
 * place where the local cloud is told something about what runs in it.
 *
 * Only for a stage with one shard: the `due` index then begins with the earliest due time of all.
 *
 * @param schedulesAt when the next scheduled journey begins (ms)
 */
export function firstUsefulSweep(
  dynamodb: DynamoDb,
  profilesTable: string,
  schedulesAt: number | undefined,
  tick: number,
): number | undefined {
  const index = dynamodb.table(profilesTable)?.indexes.find(({ name }) => name === 'due');
  const [, earliest] = index?.entries.exact.first() ?? [];
  const first = Math.min(earliest === undefined ? Infinity : Number(earliest.dueAt?.N), schedulesAt ?? Infinity);
  return first === Infinity ? undefined : Math.max(tick, first - LOOK_AHEAD);
}

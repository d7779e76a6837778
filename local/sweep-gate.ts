import { LOOK_AHEAD } from '../domain/decisions/sweep-window.ts';
import type { DynamoDb } from './cloud/services/dynamodb/dynamo-db.ts';

/**
 * The first moment (ms) at or after `tick` at which the sweep would find somebody, or undefined when nobody is due at
 * all. Ninety days are 129,600 minutes, nearly all of them empty: their runs are counted and not made. This is the one
 * place where the local cloud is told something about what runs in it.
 *
 * Only for a stage with one shard: the `due` index then begins with the earliest due time of all.
 */
export function firstUsefulSweep(dynamodb: DynamoDb, profilesTable: string, tick: number): number | undefined {
  const index = dynamodb.table(profilesTable)?.indexes.find(({ name }) => name === 'due');
  const [, earliest] = index?.entries.exact.first() ?? [];
  return earliest === undefined ? undefined : Math.max(tick, Number(earliest.dueAt?.N) - LOOK_AHEAD);
}

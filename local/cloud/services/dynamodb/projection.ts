import type { Item } from './attribute-value.ts';
import { refuseIf } from './checks.ts';
import { dynalite } from './dynalite.ts';
import type { Table } from './table.ts';

/** What a read shows of an item: all of it unless a ProjectionExpression or AttributesToGet names parts. */
export function projection(request: Record<string, unknown>, item: Item, table: Table): Item {
  const parsed = request._projection as { paths: unknown; nestedPaths: unknown } | undefined;
  const paths = parsed?.paths ?? request.AttributesToGet;
  if (paths === undefined) return item;
  refuseIf(dynalite.validateKeyPaths(parsed?.nestedPaths, table.definition));
  return dynalite.mapPaths(paths, item);
}

import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { queryNeeds } from '../../permissions/needs/athena.ts';
import type { Need } from '../../permissions/needs/need.ts';
import type { GlueCatalog } from '../glue/catalog.ts';
import type { LakeTable } from '../glue/lake-table.ts';
import type { ObjectStore } from '../s3/object-store.ts';
import type { DuckDb, FileTable } from './duckdb.ts';
import { type LakeFiles, readOf } from './lake-files.ts';
import type { Literal } from './literal.ts';
import type { Query } from './query.ts';
import { type Test, testOf } from './statement.ts';

/** What a query has read, as it is billed. */
export interface Scanned {
  readonly bytes: number;
  readonly objects: number;
  /** Each is listed once. */
  readonly partitions: number;
}

export interface QueryWorld {
  readonly now: () => number;
  readonly region: string;
  readonly account: string;
  readonly catalog: GlueCatalog;
  readonly objects: ObjectStore;
  readonly duckdb: DuckDb;
  readonly files: LakeFiles;
  readonly directory: string;
  /** Whether who asks may do something: Athena does all it does in that name. */
  readonly may: (caller: string, need: Need) => boolean;
}

/** Why a query fails, in the words that Athena has for it. */
class QueryFailure extends Error {}

/** The query was ended because it would have read too much. */
export class CutOff extends Error {}

/**
 * Runs a query and leaves its rows where the workgroup wants them. Throws a `QueryFailure` or `CutOff`, or DuckDB's error.
 */
export async function runQuery(query: Query, world: QueryWorld): Promise<Scanned> {
  const { duckdb, objects, directory } = world;
  const parameters = literalsOf(query);
  const reads = readsOf(query, parameters, world);
  const scanned = { bytes: 0, objects: 0, partitions: 0 };
  const tables: FileTable[] = [];
  for (const [table, wanted] of reads) {
    const read = readOf(table, wanted, world.now(), objects);
    demand(query, world, queryNeeds.reading(world, query.database, table, read.objects));
    scanned.bytes += read.objects.reduce((sum, { object }) => sum + object.body.length, 0);
    scanned.objects += read.objects.length;
    scanned.partitions += read.partitions;
    tables.push({ ...table, files: await world.files.pathsOf(table, read.objects) });
  }
  const { bytesScannedCutoff = Number.POSITIVE_INFINITY } = query.workGroup;
  if (scanned.bytes > bytesScannedCutoff) throw new CutOff('Bytes scanned limit was exceeded');
  const { bucket, key } = query.output;
  demand(query, world, queryNeeds.answering(bucket, key));
  if (!objects.has(bucket)) throw new QueryFailure('The specified bucket does not exist');

  const to = join(directory, `${query.id}.csv`);
  query.columns = await duckdb.run({ sql: query.sql, parameters, tables, to, signal: query.cancelling.signal });
  const body = await readFile(to);
  await rm(to);
  const at = world.now();
  objects.put(bucket, { key, body, at, contentType: 'application/octet-stream' });
  // What is in it is Athena's own business.
  objects.put(bucket, { key: `${key}.metadata`, body: Buffer.from([10]), at, contentType: 'application/octet-stream' });
  return scanned;
}

function literalsOf({ statement, given, parameters }: Query): Literal[] {
  const [expected, found] = [statement.parameters, given.length];
  if (expected !== found)
    throw new QueryFailure(
      `INVALID_PARAMETER_USAGE: Incorrect number of parameters: expected ${expected} but found ${found}`,
    );
  return parameters.map((value, i) => {
    if (value === undefined)
      throw new QueryFailure(`COLUMN_NOT_FOUND: line 1:1: Column '${given[i]}' cannot be resolved`);
    return value;
  });
}

/** Each table once, with all that any of its places in the statement may need. */
function readsOf(query: Query, parameters: readonly Literal[], { catalog }: QueryWorld): Map<LakeTable, Test> {
  const reads = new Map<LakeTable, Test>();
  for (const { database = query.database, table: name, where } of query.statement.scans) {
    if (!catalog.has(database))
      throw new QueryFailure(`SCHEMA_NOT_FOUND: line 1:1: Schema '${database}' does not exist`);
    const table = catalog.table(database, name);
    if (table === undefined || database !== query.database)
      throw new QueryFailure(`TABLE_NOT_FOUND: line 1:1: Table 'awsdatacatalog.${database}.${name}' does not exist`);
    const [here, there] = [testOf(where, table.hour, parameters), reads.get(table)];
    reads.set(table, there === undefined ? here : (value) => here(value) || there(value));
  }
  return reads;
}

function demand({ caller }: Query, { may }: QueryWorld, needs: Iterable<Need>): void {
  for (const need of needs) {
    if (may(caller, need)) continue;
    const service = need.action.split(':')[0];
    throw new QueryFailure(
      service === 's3'
        ? `PERMISSION_DENIED: Access Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; ${need.action} on ${need.resource})`
        : `Insufficient permissions to execute the query. User is not authorized to perform: ${need.action} on resource: ${need.resource}`,
    );
  }
}

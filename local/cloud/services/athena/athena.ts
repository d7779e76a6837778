import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Activity, Clock } from '../../clock.ts';
import type { Need } from '../../permissions/needs/need.ts';
import { type AwsRequest, type AwsResponse, type AwsService, awsError } from '../../service.ts';
import type { GlueCatalog } from '../glue/catalog.ts';
import { idSource } from '../ids.ts';
import { Refusal } from '../refusal.ts';
import type { ObjectStore } from '../s3/object-store.ts';
import { DuckDb } from './duckdb.ts';
import { invalid } from './invalid.ts';
import { LakeFiles } from './lake-files.ts';
import { literalOf } from './literal.ts';
import { Query, type WorkGroup } from './query.ts';
import { resultsPage } from './results.ts';
import { CutOff, type QueryWorld, runQuery, type Scanned } from './run-query.ts';
import { readStatement } from './statement.ts';

export interface AthenaOptions {
  readonly clock: Clock;
  readonly activity: Activity;
  readonly catalog: GlueCatalog;
  readonly objects: ObjectStore;
  readonly may: (caller: string, need: Need) => boolean;
  /** Told of what each query has read, by who asked. */
  readonly onScanned?: (caller: string, workGroup: string, scanned: Scanned) => void;
  readonly region?: string;
  readonly account?: string;
}

interface StartRequest {
  readonly QueryString: string;
  readonly ExecutionParameters: readonly string[];
  readonly WorkGroup: string;
  readonly ClientRequestToken: string;
  readonly QueryExecutionContext: { readonly Database?: string; readonly Catalog?: string };
}

const MOST_SQL_BYTES = 262_144;
const MOST_PARAMETER_CHARACTERS = 1_024;
const KNOWN = ['QueryString', 'ExecutionParameters', 'WorkGroup', 'ClientRequestToken', 'QueryExecutionContext'];

/**
 * Amazon Athena: questions in SQL over tables that Glue knows and objects that S3 keeps, answered by DuckDB into an object.
 * A query runs in real time and holds the clock meanwhile.
 */
export class Athena implements AwsService {
  readonly #options: AthenaOptions;
  readonly #workGroups = new Map<string, WorkGroup>();
  readonly #queries = new Map<string, Query>();
  readonly #byToken = new Map<string, Query>();
  readonly #nextId = idSource('athena');
  readonly #running = new Set<Promise<void>>();
  #world: QueryWorld | undefined;

  constructor(options: AthenaOptions) {
    this.#options = options;
  }

  createWorkGroup(workGroup: WorkGroup): void {
    this.#workGroups.set(workGroup.name, workGroup);
  }

  /** The workgroup a query was asked in; undefined when there is no such query. */
  workGroupOf(queryId: string): string | undefined {
    return this.#queries.get(queryId)?.workGroup.name;
  }

  async handle({ action, input, caller }: AwsRequest): Promise<AwsResponse> {
    try {
      return { status: 200, body: await this.#answer(action, (input ?? {}) as Record<string, unknown>, caller) };
    } catch (error) {
      if (error instanceof Refusal) return awsError(error.status, error.type, error.message);
      throw error;
    }
  }

  /** Ends what runs and removes what was written to this machine's disk. */
  async stop(): Promise<void> {
    for (const query of this.#queries.values()) query.cancelling.abort();
    await Promise.all(this.#running);
    if (this.#world === undefined) return;
    await this.#world.duckdb.close();
    rmSync(this.#world.directory, { recursive: true, force: true });
  }

  async #answer(action: string, input: Record<string, unknown>, caller: string): Promise<object> {
    if (action === 'StartQueryExecution') return { QueryExecutionId: (await this.#start(input, caller)).id };
    if (action === 'GetQueryExecution') return { QueryExecution: this.#query(input).view };
    if (action === 'GetQueryResults') return this.#results(input, caller);
    if (action === 'StopQueryExecution') {
      const query = this.#query(input);
      query.end('CANCELLED', this.#options.clock.now());
      query.cancelling.abort();
      return {};
    }
    throw new Refusal('UnknownOperationException', `The local cloud's Athena has no operation ${action}.`);
  }

  /** AWS: who may not read the object gets none of its rows this way either. */
  #results(input: Record<string, unknown>, caller: string): object {
    const { state, isOver, columns, output } = this.#query(input);
    if (!isOver) throw invalid(`Query has not yet finished. Current state: ${state}`);
    if (state !== 'SUCCEEDED') throw invalid(`Query did not finish successfully. Final query state: ${state}`);
    const read = { action: 's3:GetObject', resource: `arn:aws:s3:::${output.bucket}/${output.key}` };
    if (!this.#options.may(caller, read)) throw invalid(`Access denied when reading results: ${read.resource}`);
    const object = this.#options.objects.get(output.bucket, output.key);
    if (object === undefined) throw invalid('Could not find results');
    return resultsPage(object.body.toString(), columns, input);
  }

  async #start(input: Partial<StartRequest>, caller: string): Promise<Query> {
    const { QueryString: sql = '', ExecutionParameters: given = [], WorkGroup: name = 'primary' } = input;
    const unknown = Object.keys(input).find((member) => !KNOWN.includes(member));
    if (unknown !== undefined) throw invalid(`The local cloud does not know the parameter ${unknown}.`);
    if (sql === '' || Buffer.byteLength(sql) > MOST_SQL_BYTES)
      throw invalid(`QueryString must have 1 to ${MOST_SQL_BYTES} bytes.`);
    if (given.some(({ length }) => length < 1 || length > MOST_PARAMETER_CHARACTERS))
      throw invalid(`ExecutionParameters must have 1 to ${MOST_PARAMETER_CHARACTERS} characters each.`);
    const { Catalog: catalog = 'AwsDataCatalog', Database: database = 'default' } = input.QueryExecutionContext ?? {};
    if (catalog !== 'AwsDataCatalog') throw invalid(`The local cloud has no data catalog ${catalog}.`);
    const workGroup = this.#workGroups.get(name);
    if (workGroup === undefined) throw invalid(`WorkGroup ${name} is not found.`);

    const world = this.#opened();
    const statement = readStatement(await world.duckdb.parse(sql));
    const known = this.#startedBefore(input);
    if (known !== undefined) return known;
    const of = {
      id: this.#nextId(),
      sql,
      statement,
      given,
      parameters: given.map(literalOf),
      database,
      workGroup,
      caller,
    };
    const query = new Query(of, this.#options.clock.now());
    this.#queries.set(query.id, query);
    this.#byToken.set(input.ClientRequestToken ?? '', query);
    const running = this.#run(query, world);
    this.#running.add(running);
    void running.then(() => this.#running.delete(running));
    return query;
  }

  /** AWS: who says the same twice, under the same token, has asked once. */
  #startedBefore({ ClientRequestToken: token, QueryString, ExecutionParameters: given = [] }: Partial<StartRequest>) {
    if (token === undefined) throw invalid('ClientRequestToken is missing: SDKs make one.');
    const known = this.#byToken.get(token);
    const isSame = known?.sql === QueryString && JSON.stringify(known?.given) === JSON.stringify(given);
    if (known !== undefined && !isSame) throw invalid('Idempotent parameters do not match');
    return known;
  }

  async #run(query: Query, world: QueryWorld): Promise<void> {
    const { activity, clock, onScanned } = this.#options;
    const end = activity.begin(`athena:${query.id}`);
    query.state = 'RUNNING';
    try {
      const scanned = await runQuery(query, world);
      query.scannedBytes = scanned.bytes;
      onScanned?.(query.caller, query.workGroup.name, scanned);
      query.end('SUCCEEDED', clock.now());
    } catch (error) {
      query.end(error instanceof CutOff ? 'CANCELLED' : 'FAILED', clock.now(), (error as Error).message);
    } finally {
      end();
    }
  }

  #query({ QueryExecutionId: id }: Record<string, unknown>): Query {
    const query = this.#queries.get(String(id));
    if (query === undefined) throw invalid(`QueryExecution ${id} was not found`);
    return query;
  }

  #opened(): QueryWorld {
    if (this.#world !== undefined) return this.#world;
    const { clock, catalog, objects, may, region = 'eu-central-1', account = '000000000000' } = this.#options;
    const directory = mkdtempSync(join(tmpdir(), 'perennial-lake-'));
    const [duckdb, files] = [new DuckDb(directory), new LakeFiles(directory)];
    const now = () => clock.now();
    this.#world = { now, region, account, catalog, objects, duckdb, files, directory, may };
    return this.#world;
  }
}

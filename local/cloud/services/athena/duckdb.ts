import type { DuckDBConnection, DuckDBInstance, DuckDBPreparedStatement } from '@duckdb/node-api';
import { type Literal, quoted } from './literal.ts';
import type { ResultColumn } from './results.ts';

/** A table to read, and the files that hold it. */
export interface FileTable {
  readonly name: string;
  readonly line: string;
  readonly hour: string;
  /** Each in a directory that is called `<hour>=<value>`, the value as in a URL. */
  readonly files: readonly string[];
}

export interface Run {
  readonly sql: string;
  readonly parameters: readonly Literal[];
  readonly tables: readonly FileTable[];
  /** Where the rows go, as Athena writes them: all values in quotes, and nothing for null. */
  readonly to: string;
  readonly signal: AbortSignal;
}

/**
 * Functions of Athena that DuckDB calls otherwise, with Athena's ways: null for what is no JSON, and for no scalar. Only what
 * looks like none is looked at twice, since each look reads the text anew.
 */
const MACROS = [
  `CREATE MACRO json_extract_scalar(text, path) AS
     CASE WHEN TRY(json_extract_string(text, path))[1] IN ('{', '[')
       AND json_type(text, path) IN ('OBJECT', 'ARRAY') THEN NULL
     ELSE TRY(json_extract_string(text, path)) END`,
];

/** DuckDB in this process, loaded when the first question comes: most starts of the local cloud ask none. */
export class DuckDb {
  readonly #directory: string;
  #instance: Promise<DuckDBInstance> | undefined;

  /** @param directory all that it may read and write */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /** What the parser makes of a statement, as JSON; of one that it cannot read, the error. */
  async parse(sql: string): Promise<string> {
    return this.#connected(async (connection) => {
      const reader = await connection.runAndReadAll('SELECT CAST(json_serialize_sql(CAST(? AS VARCHAR)) AS VARCHAR)', [
        sql,
      ]);
      return String(reader.getRows()[0]?.[0]);
    });
  }

  /**
   * Runs a query, writes its rows to a file and tells their columns. Rejects with DuckDB's error, also when it was
   * interrupted.
   */
  async run({ sql, parameters, tables, to, signal }: Run): Promise<ResultColumn[]> {
    return this.#connected(async (connection) => {
      for (const table of tables) await connection.run(viewOf(table));
      const interrupt = () => connection.interrupt();
      signal.throwIfAborted();
      signal.addEventListener('abort', interrupt);
      try {
        const prepared = await connection.prepare(sql);
        const columns = columnsOf(prepared);
        prepared.destroySync();
        await connection.run(`COPY (${sql}\n) TO ${quoted(to)} (FORMAT csv, HEADER, FORCE_QUOTE *)`, [...parameters]);
        return columns;
      } finally {
        signal.removeEventListener('abort', interrupt);
      }
    });
  }

  async close(): Promise<void> {
    const instance = await this.#instance?.catch(() => undefined);
    this.#instance = undefined;
    instance?.closeSync();
  }

  async #connected<Result>(work: (connection: DuckDBConnection) => Promise<Result>): Promise<Result> {
    this.#instance ??= open(this.#directory);
    const connection = await (await this.#instance).connect();
    try {
      return await work(connection);
    } finally {
      connection.closeSync();
    }
  }
}

async function open(directory: string): Promise<DuckDBInstance> {
  const { DuckDBInstance: Instance } = await import('@duckdb/node-api').catch((error: Error) => {
    throw new Error(`The lake is asked by DuckDB, which is not to be had on this machine: ${error.message}`);
  });
  const instance = await Instance.create(':memory:', { autoinstall_known_extensions: 'false' });
  const connection = await instance.connect();
  const settings = [
    `SET temp_directory = ${quoted(directory)}`,
    `SET allowed_directories = [${quoted(`${directory}/`)}]`,
    'SET enable_external_access = false',
    'SET lock_configuration = true',
  ];
  for (const statement of [...settings, ...MACROS]) await connection.run(statement);
  connection.closeSync();
  return instance;
}

/** Names of types are the same but for whole numbers of any size, which sums are here and not with Athena. */
const columnsOf = (prepared: DuckDBPreparedStatement): ResultColumn[] =>
  Array.from({ length: prepared.columnCount }, (_, i) => {
    const type = String(prepared.columnType(i)).toLowerCase();
    return { name: prepared.columnName(i), type: type === 'hugeint' ? 'bigint' : type };
  });

/** Lines of text, split at a byte 1 and at nothing else; which hour each is of stands in its file's path. */
function viewOf({ name, line, hour, files }: FileTable): string {
  const [view, text, partition] = [name, line, hour].map((word) => `"${word}"`);
  if (files.length === 0)
    return `CREATE TEMP VIEW ${view} AS SELECT NULL::VARCHAR AS ${text}, NULL::VARCHAR AS ${partition} WHERE false`;
  const options = [
    `columns = {${quoted(line)}: 'VARCHAR'}`,
    "auto_detect = false, header = false, delim = '\u0001', quote = '', escape = '', new_line = '\\n'",
    `hive_partitioning = true, hive_types = {${quoted(hour)}: VARCHAR}`,
  ];
  return `CREATE TEMP VIEW ${view} AS
    SELECT coalesce(${text}, '') AS ${text}, ${partition} FROM read_csv([${files.map(quoted).join(', ')}], ${options.join(', ')})`;
}

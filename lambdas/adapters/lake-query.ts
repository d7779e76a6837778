import { Readable } from 'node:stream';
import {
  type AthenaClient,
  GetQueryExecutionCommand,
  type QueryExecution,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import {
  type EventsQuestion,
  eventsStatement,
  type LakeEvent,
  type LakeParameter,
} from '../../domain/insights/lake-query.ts';

export interface LakeQuerySettings {
  readonly database: string;
  readonly workGroup: string;
}

export type LakeQueryState =
  | { readonly status: 'running' }
  | { readonly status: 'done'; readonly scannedBytes: number }
  /** The reason is Athena's, for an operator: it may quote the query. */
  | { readonly status: 'failed'; readonly reason: string };

/** A row of an answer. */
export interface LakeRow {
  readonly event: LakeEvent;
  /** Where the next row begins, for who goes on later. */
  readonly next: number;
}

/** Questions to the raw events. Everything rejects with the SDK's error when a service refuses. */
export interface LakeQueries {
  /** Begins to answer, and tells the query's id at once: it stays good for a day, for whoever may ask here. */
  start(question: EventsQuestion): Promise<string>;
  state(queryId: string): Promise<LakeQueryState>;
  /** Ends it, if it has not ended: what is read until then is billed. */
  stop(queryId: string): Promise<void>;
  /**
   * The events of an answer that is done, in memory one piece at a time. Begins with the first row, or where an earlier
   * reader says: `next` of the last row it has dealt with.
   */
  rows(queryId: string, from?: number): AsyncIterable<LakeRow>;
  /**
   * Asks, waits and reads, for who has the time; throws when the query fails.
   *
   * @param pause waits for so many milliseconds
   */
  events(question: EventsQuestion, pause: (milliseconds: number) => Promise<void>): AsyncIterable<LakeEvent>;
}

/** Seldom is an answer there sooner, and asking too often is refused. */
const LOOK_AGAIN = 500;

export function athenaLake(athena: AthenaClient, s3: S3Client, settings: LakeQuerySettings): LakeQueries {
  const query = async (QueryExecutionId: string): Promise<QueryExecution> => {
    const { QueryExecution: found } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
    if (found === undefined) throw new Error('Athena tells nothing of a query it knows');
    return found;
  };

  const lake: LakeQueries = {
    async start(question) {
      const { sql, parameters } = eventsStatement(question);
      const { QueryExecutionId: id } = await athena.send(
        new StartQueryExecutionCommand({
          QueryString: sql,
          ExecutionParameters: parameters.map(literalOf),
          QueryExecutionContext: { Database: settings.database },
          WorkGroup: settings.workGroup,
        }),
      );
      if (id === undefined) throw new Error('Athena gave a query no id');
      return id;
    },

    async state(queryId) {
      const { Status, Statistics } = await query(queryId);
      switch (Status?.State) {
        case 'SUCCEEDED':
          return { status: 'done', scannedBytes: Statistics?.DataScannedInBytes ?? 0 };
        case 'FAILED':
        case 'CANCELLED':
          return { status: 'failed', reason: Status.StateChangeReason ?? Status.State };
        default:
          return { status: 'running' };
      }
    },

    async stop(queryId) {
      await athena.send(new StopQueryExecutionCommand({ QueryExecutionId: queryId }));
    },

    async *rows(queryId, from = 0) {
      const { ResultConfiguration } = await query(queryId);
      const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(ResultConfiguration?.OutputLocation ?? '') ?? [];
      // GetQueryResults would bring a thousand rows a call: a million are a thousand calls, of which Athena allows some a
      // second. The object behind it is one stream.
      const range = from === 0 ? {} : { Range: `bytes=${from - 1}-` };
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, ...range }));
      if (Body instanceof Readable) yield* rowsIn(Body, from);
    },

    async *events(question, pause) {
      const queryId = await lake.start(question);
      let state = await lake.state(queryId);
      for (; state.status === 'running'; state = await lake.state(queryId)) await pause(LOOK_AGAIN);
      if (state.status === 'failed') throw new Error(`The lake did not answer: ${state.reason}`);
      for await (const { event } of lake.rows(queryId)) yield event;
    },
  };
  return lake;
}

/** A parameter as Athena takes it: an expression of SQL, so that a text has quotes of its own. */
const literalOf = (parameter: LakeParameter): string =>
  typeof parameter === 'number' ? String(parameter) : `'${parameter.replaceAll("'", "''")}'`;

const NEW_LINE = 10;

/**
 * The rows of Athena's CSV from a byte on. Each row is one line: its only value is a line of JSON, and JSON writes a new
 * line as an escape. Where it does not begin with the header it begins with the new line before the first row, so that a
 * range is never empty.
 */
async function* rowsIn(body: Readable, from: number): AsyncIterable<LakeRow> {
  let next = Math.max(0, from - 1);
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of body) {
    const bytes = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer]);
    let begin = 0;
    for (let end = bytes.indexOf(NEW_LINE); end >= 0; end = bytes.indexOf(NEW_LINE, begin)) {
      const isHeader = next === 0;
      next += end + 1 - begin;
      const event = isHeader ? undefined : eventIn(bytes.toString('utf8', begin, end));
      if (event !== undefined) yield { event, next };
      begin = end + 1;
    }
    rest = bytes.subarray(begin);
  }
}

/** What a quoted value holds, every quote in it doubled. What cannot be read must not hide the others. */
function eventIn(row: string): LakeEvent | undefined {
  try {
    return JSON.parse(row.slice(1, -1).replaceAll('""', '"')) as LakeEvent;
  } catch {
    return undefined;
  }
}

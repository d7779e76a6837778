import type { Literal } from './literal.ts';
import type { ResultColumn } from './results.ts';
import type { Statement } from './statement.ts';

export interface WorkGroup {
  readonly name: string;
  /** `s3://bucket/prefix/` of the answers. */
  readonly outputLocation: string;
  readonly bytesScannedCutoff: number | undefined;
}

export type QueryState = 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';

/** One query from its start to its end. */
export class Query {
  readonly id: string;
  readonly sql: string;
  readonly statement: Statement;
  /** As they were given, and as they were read; undefined for what is no literal. */
  readonly given: readonly string[];
  readonly parameters: readonly (Literal | undefined)[];
  readonly database: string;
  readonly workGroup: WorkGroup;
  /** Access key of who asks. */
  readonly caller: string;
  readonly submittedAt: number;
  readonly cancelling = new AbortController();
  state: QueryState = 'QUEUED';
  reason: string | undefined;
  completedAt: number | undefined;
  scannedBytes = 0;
  columns: readonly ResultColumn[] = [];

  constructor(
    of: Pick<Query, 'id' | 'sql' | 'statement' | 'given' | 'parameters' | 'database' | 'workGroup' | 'caller'>,
    now: number,
  ) {
    this.id = of.id;
    this.sql = of.sql;
    this.statement = of.statement;
    this.given = of.given;
    this.parameters = of.parameters;
    this.database = of.database;
    this.workGroup = of.workGroup;
    this.caller = of.caller;
    this.submittedAt = now;
  }

  get isOver(): boolean {
    return this.completedAt !== undefined;
  }

  /** Where its rows go: bucket and key. */
  get output(): { readonly bucket: string; readonly key: string } {
    const [, bucket = '', prefix = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(this.workGroup.outputLocation) ?? [];
    return { bucket, key: `${prefix}${this.id}.csv` };
  }

  /** The first end counts: what was cancelled stays so. */
  end(state: QueryState, now: number, reason?: string): void {
    if (this.isOver) return;
    this.state = state;
    this.reason = reason;
    this.completedAt = now;
  }

  /** As GetQueryExecution shows it. */
  get view(): object {
    const { bucket, key } = this.output;
    return {
      QueryExecutionId: this.id,
      Query: this.sql,
      StatementType: 'DML',
      ResultConfiguration: { OutputLocation: `s3://${bucket}/${key}` },
      QueryExecutionContext: { Database: this.database },
      Status: {
        State: this.state,
        StateChangeReason: this.reason,
        SubmissionDateTime: this.submittedAt / 1000,
        CompletionDateTime: this.completedAt === undefined ? undefined : this.completedAt / 1000,
      },
      Statistics: { DataScannedInBytes: this.scannedBytes },
      WorkGroup: this.workGroup.name,
      ExecutionParameters: this.given.length === 0 ? undefined : this.given,
    };
  }
}

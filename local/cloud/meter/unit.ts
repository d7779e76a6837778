/** What AWS bills for use, in the units it bills it in. What each is worth stands in local/bill/prices.ts. */
export type Unit =
  /** HTTP API: each begun 512 KB of a request is one. */
  | 'http-api.requests'
  | 'lambda.requests'
  | 'lambda.gb-seconds'
  /** Each action is one, or one per begun 64 KB of what it carries; so is what Lambda does to poll a queue. */
  | 'sqs.requests'
  | 'dynamodb.read-units'
  | 'dynamodb.write-units'
  /** Billed as write units; apart, because a changed index key is what makes a write dear. */
  | 'dynamodb.index-write-units'
  /** Each record rounded up to 5 KB. */
  | 'firehose.bytes'
  | 's3.puts'
  | 's3.gets'
  /** Custom events, each begun 64 KB of one; delivery within the account costs nothing. */
  | 'eventbridge.events'
  | 'logs.bytes'
  /** Read by queries, as it lies in the bucket: whole megabytes, at least ten a query. */
  | 'athena.bytes'
  | 'cloudwatch.requests'
  | 'ses.recipients'
  | 'secrets.requests';

/** So many units, for whom and of what. */
export interface Metered {
  /** Logical id of the function for which it is billed, or name of the delivery stream. */
  readonly owner: string;
  readonly unit: Unit;
  /** Physical name of the table, queue, stream, bucket or bus; empty for the function itself. */
  readonly resource: string;
  readonly quantity: number;
}

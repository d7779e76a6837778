import { gunzipSync, gzipSync } from 'node:zlib';
import {
  type AttributeValue,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { conditionHeld } from './condition.ts';

/** A piece of work on everybody that takes longer than one invocation, as it was begun. */
export interface NewJob<Task> {
  /** Who begins the same work twice gives it the same id. */
  readonly id: string;
  /** JSON. */
  readonly task: Task;
  /** How many slices it is worked through in; each tells how far it is by itself. */
  readonly slices: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

export interface Job<Task> extends NewJob<Task> {
  readonly status: 'running' | JobEnd['status'];
  /** Whether the messages of all its slices are known to have gone out. */
  readonly queued: boolean;
  readonly endedAt?: number;
  /** JSON: what came of it. */
  readonly result?: unknown;
  /** Why it was stopped or has failed: a word for programs. */
  readonly reason?: string;
}

export interface JobEnd {
  readonly status: 'done' | 'stopped' | 'failed';
  readonly at: number;
  readonly result?: unknown;
  readonly reason?: string;
}

/** How far one slice of a job is. */
export interface SliceProgress<State> {
  /** How often it was saved: who saves next names the step he has read. 0: never. */
  readonly step: number;
  readonly done: boolean;
  /** JSON: where it goes on, and what was found so far. */
  readonly state: State;
}

/**
 * Jobs and their slices, in the ledger: strongly consistent, and gone a month after they were begun. Progress is never
 * added up in place, it is replaced by who has read it last, so that work that is done twice counts once.
 */
export interface Jobs<Task, State> {
  create(job: NewJob<Task>): Promise<'created' | 'exists'>;
  read(id: string): Promise<Job<Task> | undefined>;
  /** Notes that the messages of all its slices have gone out. */
  queued(id: string): Promise<void>;
  /** Ends it, if nobody has. */
  end(id: string, end: JobEnd): Promise<'ended' | 'had-ended'>;
  /** Undefined for one that nobody has begun. */
  slice(id: string, slice: number): Promise<SliceProgress<State> | undefined>;
  /** All that were begun. */
  slices(id: string): Promise<readonly SliceProgress<State>[]>;
  /** Replaces what was read as `progress.step - 1`. */
  save(
    job: Pick<NewJob<Task>, 'id' | 'startedAt'>,
    slice: number,
    progress: SliceProgress<State>,
  ): Promise<'saved' | 'overtaken'>;
}

type Item = Record<string, AttributeValue>;

const KEPT_FOR = 30 * 24 * 3_600;
const HEAD = { S: 'job' };

const kindOf = (id: string) => ({ S: `job#${id}` });
const sliceName = (slice: number) => ({ S: `slice#${String(slice).padStart(5, '0')}` });

/** A task can hold a whole draft of a catalog, and an item 400 KB. */
const packed = (value: unknown) => ({ B: gzipSync(JSON.stringify(value)) });
const unpacked = (value: AttributeValue | undefined): unknown =>
  value?.B === undefined ? undefined : JSON.parse(gunzipSync(value.B).toString('utf8'));

export function dynamoJobs<Task, State>(client: DynamoDBClient, table: string): Jobs<Task, State> {
  const get = async (kind: AttributeValue, name: AttributeValue): Promise<Item | undefined> =>
    (await client.send(new GetItemCommand({ TableName: table, Key: { kind, name }, ConsistentRead: true }))).Item;

  return {
    async create({ id, task, slices, startedAt }) {
      const write = client.send(
        new PutItemCommand({
          TableName: table,
          Item: {
            kind: kindOf(id),
            name: HEAD,
            task: packed(task),
            slices: { N: String(slices) },
            startedAt: { N: String(startedAt) },
            status: { S: 'running' },
            expiresAt: expiry(startedAt),
          },
          ConditionExpression: 'attribute_not_exists(kind)',
        }),
      );
      return (await conditionHeld(write)) ? 'created' : 'exists';
    },

    async read(id) {
      const item = await get(kindOf(id), HEAD);
      return item && jobOf<Task>(id, item);
    },

    async queued(id) {
      await conditionHeld(
        client.send(
          new UpdateItemCommand({
            TableName: table,
            Key: { kind: kindOf(id), name: HEAD },
            UpdateExpression: 'SET queued = :queued',
            ConditionExpression: 'attribute_exists(kind)',
            ExpressionAttributeValues: { ':queued': { BOOL: true } },
          }),
        ),
      );
    },

    async end(id, { status, at, result, reason }) {
      const values = {
        ':status': { S: status },
        ':at': { N: String(at) },
        ...(result !== undefined && { ':result': packed(result) }),
        ...(reason !== undefined && { ':reason': { S: reason } }),
      };
      const sets = ['#status = :status', 'endedAt = :at'];
      if (result !== undefined) sets.push('#result = :result');
      if (reason !== undefined) sets.push('reason = :reason');
      const write = client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: { kind: kindOf(id), name: HEAD },
          UpdateExpression: `SET ${sets.join(', ')}`,
          ConditionExpression: '#status = :running',
          ExpressionAttributeNames: { '#status': 'status', ...(result !== undefined && { '#result': 'result' }) },
          ExpressionAttributeValues: { ...values, ':running': { S: 'running' } },
        }),
      );
      return (await conditionHeld(write)) ? 'ended' : 'had-ended';
    },

    async slice(id, slice) {
      const item = await get(kindOf(id), sliceName(slice));
      return item && progressOf<State>(item);
    },

    async slices(id) {
      const found: SliceProgress<State>[] = [];
      let after: Item | undefined;
      do {
        const { Items = [], LastEvaluatedKey } = await client.send(
          new QueryCommand({
            TableName: table,
            KeyConditionExpression: 'kind = :kind AND begins_with(#name, :slice)',
            ExpressionAttributeNames: { '#name': 'name' },
            ExpressionAttributeValues: { ':kind': kindOf(id), ':slice': { S: 'slice#' } },
            ConsistentRead: true,
            ...(after !== undefined && { ExclusiveStartKey: after }),
          }),
        );
        found.push(...Items.map((item) => progressOf<State>(item)));
        after = LastEvaluatedKey;
      } while (after !== undefined);
      return found;
    },

    async save({ id, startedAt }, slice, { step, done, state }) {
      const write = client.send(
        new PutItemCommand({
          TableName: table,
          Item: {
            kind: kindOf(id),
            name: sliceName(slice),
            step: { N: String(step) },
            done: { BOOL: done },
            progress: packed(state),
            expiresAt: expiry(startedAt),
          },
          ...(step === 1
            ? { ConditionExpression: 'attribute_not_exists(kind)' }
            : {
                ConditionExpression: 'step = :read',
                ExpressionAttributeValues: { ':read': { N: String(step - 1) } },
              }),
        }),
      );
      return (await conditionHeld(write)) ? 'saved' : 'overtaken';
    },
  };
}

/** In seconds, as DynamoDB's time to live is. */
const expiry = (startedAt: number) => ({ N: String(Math.ceil(startedAt / 1_000) + KEPT_FOR) });

const progressOf = <State>({ step, done, progress }: Item): SliceProgress<State> => ({
  step: Number(step?.N),
  done: done?.BOOL === true,
  state: unpacked(progress) as State,
});

function jobOf<Task>(id: string, item: Item): Job<Task> {
  const result = unpacked(item.result);
  return {
    id,
    task: unpacked(item.task) as Task,
    slices: Number(item.slices?.N),
    startedAt: Number(item.startedAt?.N),
    status: item.status?.S as Job<Task>['status'],
    queued: item.queued?.BOOL === true,
    ...(item.endedAt !== undefined && { endedAt: Number(item.endedAt.N) }),
    ...(result !== undefined && { result }),
    ...(item.reason?.S !== undefined && { reason: item.reason.S }),
  };
}

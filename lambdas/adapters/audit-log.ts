import {
  type AttributeValue,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';

/** Somebody is about to change something. */
export interface AuditAttempt {
  /** When (ms). */
  readonly at: number;
  /** Unique: the request's. */
  readonly id: string;
  readonly by: { readonly subject: string; readonly role: string };
  /** What she does: the operation's id. */
  readonly action: string;
  /** What she does it to: `segment/vip`. */
  readonly subject: string;
}

export interface AuditEnd {
  readonly outcome: 'done' | 'refused' | 'failed';
  /** Of the HTTP answer, if there was one. */
  readonly status?: number;
  /** JSON of what was before and after, if that is told. */
  readonly change?: string;
}

/** `begun` is an attempt of which nobody told how it ended: it may have happened. */
export type AuditEntry = AuditAttempt & Omit<AuditEnd, 'outcome'> & { readonly outcome: AuditEnd['outcome'] | 'begun' };

export interface AuditLog {
  /** Rejects when the attempt could not be written. */
  begin(attempt: AuditAttempt): Promise<void>;
  end(attempt: AuditAttempt, end: AuditEnd): Promise<void>;
  /** The newest entries older than `before`, a name that an earlier answer gave, and the name to go on with. */
  list(limit: number, before?: string): Promise<{ readonly entries: readonly AuditEntry[]; readonly next?: string }>;
}

const KIND = { S: 'audit' };

/** Names sort by time; of one millisecond the order is no matter. */
const nameOf = ({ at, id }: AuditAttempt) => ({ S: `${new Date(at).toISOString()}#${id}` });

/** One item an attempt, for good: written when it begins and again when it has ended. */
export const dynamoAuditLog = (client: DynamoDBClient, table: string): AuditLog => ({
  async begin(attempt) {
    const { by, action, subject } = attempt;
    const item = { by: { S: by.subject }, role: { S: by.role }, action: { S: action }, subject: { S: subject } };
    await client.send(
      new PutItemCommand({
        TableName: table,
        Item: { kind: KIND, name: nameOf(attempt), ...item, outcome: { S: 'begun' } },
      }),
    );
  },

  async end(attempt, { outcome, status, change }) {
    const values = {
      outcome: { S: outcome },
      ...(status !== undefined && { status: { N: String(status) } }),
      ...(change !== undefined && { change: { S: change } }),
    };
    const names = Object.keys(values);
    await client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: { kind: KIND, name: nameOf(attempt) },
        UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
        ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: Object.fromEntries(Object.entries(values).map(([name, v]) => [`:${name}`, v])),
      }),
    );
  },

  async list(limit, before) {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'kind = :kind',
        ExpressionAttributeValues: { ':kind': KIND },
        ScanIndexForward: false,
        Limit: limit,
        ConsistentRead: true,
        ...(before !== undefined && { ExclusiveStartKey: { kind: KIND, name: { S: before } } }),
      }),
    );
    const next = LastEvaluatedKey?.name?.S;
    return { entries: Items.map(entryOf), ...(next !== undefined && { next }) };
  },
});

function entryOf(item: Record<string, AttributeValue>): AuditEntry {
  const text = (name: string) => item[name]?.S ?? '';
  const [time = '', id = ''] = text('name').split('#');
  return {
    at: Date.parse(time),
    id,
    by: { subject: text('by'), role: text('role') },
    action: text('action'),
    subject: text('subject'),
    outcome: text('outcome') as AuditEntry['outcome'],
    ...(item.status?.N !== undefined && { status: Number(item.status.N) }),
    ...(item.change?.S !== undefined && { change: item.change.S }),
  };
}

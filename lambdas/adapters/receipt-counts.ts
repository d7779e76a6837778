import { type AttributeValue, type DynamoDBClient, paginateQuery, UpdateItemCommand } from '@aws-sdk/client-dynamodb';

/** Something that was told of messages of one template on one day. */
export interface ReceiptCount {
  /** In UTC: `2026-03-02`. */
  readonly day: string;
  readonly message: string;
  /** `delivered`, `opened`, `opened-by-machine` … */
  readonly what: string;
}

/**
 * How often what was told of messages, by day and template: a quick look. A few may be missing or twice there after
 * trouble; the lake knows exactly.
 */
export interface ReceiptCounts {
  add(counts: readonly ReceiptCount[]): Promise<void>;
}

/** What was told of one template's messages on one day. */
export interface CountedReceipts extends Pick<ReceiptCount, 'day' | 'message'> {
  readonly counts: Readonly<Record<ReceiptCount['what'], number>>;
}

export interface ReceiptCountsReader {
  /** Of each day (`2026-03-02`, in UTC) from one to another, both included, in their order. */
  between(from: string, to: string): Promise<readonly CountedReceipts[]>;
}

const KIND = 'receipt-counts';
const KEPT_SECONDS = 90 * 86_400;

export const dynamoReceiptCounts = (client: DynamoDBClient, table: string): ReceiptCounts => ({
  async add(counts) {
    const items = new Map<string, ReceiptCount[]>();
    for (const count of counts) {
      const name = `${count.day}#${count.message}`;
      items.set(name, [...(items.get(name) ?? []), count]);
    }
    for (const [name, all] of items)
      await client.send(new UpdateItemCommand({ TableName: table, ...adding(name, all) }));
  },
});

function adding(name: string, counts: readonly ReceiptCount[]) {
  const totals = new Map<string, number>();
  for (const { what } of counts) totals.set(what, (totals.get(what) ?? 0) + 1);
  const parts = [...totals].map(([what, times], n) => ({ what, times, n }));
  const day = Date.parse(counts[0]?.day ?? '') / 1_000;
  return {
    Key: { kind: { S: KIND }, name: { S: name } },
    UpdateExpression: `ADD ${parts.map(({ n }) => `#w${n} :n${n}`).join(', ')} SET expiresAt = :expiresAt`,
    ExpressionAttributeNames: Object.fromEntries(parts.map(({ what, n }) => [`#w${n}`, what])),
    ExpressionAttributeValues: {
      ':expiresAt': { N: String(day + KEPT_SECONDS) },
      ...Object.fromEntries(parts.map(({ times, n }) => [`:n${n}`, { N: String(times) }])),
    },
  };
}

export const dynamoReceiptCountsReader = (client: DynamoDBClient, table: string): ReceiptCountsReader => ({
  async between(from, to) {
    const query = {
      TableName: table,
      KeyConditionExpression: 'kind = :kind AND #name BETWEEN :from AND :to',
      ExpressionAttributeNames: { '#name': 'name' },
      // Behind every name of the last day: `~` is the last of ASCII's signs.
      ExpressionAttributeValues: { ':kind': { S: KIND }, ':from': { S: from }, ':to': { S: `${to}#~` } },
    };
    const found: CountedReceipts[] = [];
    for await (const { Items = [] } of paginateQuery({ client }, query)) found.push(...Items.map(countedIn));
    return found;
  },
});

function countedIn({ kind: _kind, name, expiresAt: _expiresAt, ...counts }: Record<string, AttributeValue>) {
  const [day = '', message = ''] = (name?.S ?? '').split('#');
  return {
    day,
    message,
    counts: Object.fromEntries(Object.entries(counts).map(([what, { N }]) => [what, Number(N)])),
  };
}

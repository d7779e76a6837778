import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { type Budget, leftOf, type Spent, spentAt, spentMore } from '../../domain/delivery/budget.ts';
import type { Zone } from '../../domain/zone.ts';
import { itemsOfKind } from './items-of-kind.ts';

export interface BudgetReader {
  /** Those of this stage that bound a channel. */
  list(channel: string): Promise<readonly Budget[]>;
  /** By name, as it was written last. */
  spent(): Promise<ReadonlyMap<string, Spent>>;
}

/** How many marketing messages may go, and how many have: counted exactly, whoever counts besides. */
export interface Budgets extends BudgetReader {
  /** Takes as many of so many as there is room for, and answers with how many. It is spent when this resolves. */
  take(budget: Budget, of: number, now: number): Promise<number>;
  /** Gives back what was taken on the same day and was not used. What began anew meanwhile takes nothing back. */
  giveBack(budget: Budget, unused: number, takenAt: number): Promise<void>;
}

const KIND = 'budget';
/** Two workers that count at once are one too many; a stage has some dozens. */
const MOST_TRIES = 100;

/** @param zone whose days and months count */
export const dynamoBudgets = (
  client: DynamoDBClient,
  { ledger, definitions }: { readonly ledger: string; readonly definitions: string },
  zone: Zone,
): Budgets => ({
  async list(channel) {
    const query = new QueryCommand({
      TableName: definitions,
      KeyConditionExpression: 'kind = :kind AND begins_with(#name, :budget)',
      ExpressionAttributeNames: { '#name': 'name' },
      ExpressionAttributeValues: { ':kind': { S: 'binding' }, ':budget': { S: 'budget/' } },
    });
    const { Items = [] } = await client.send(query);
    return Items.flatMap(({ name, value }) => {
      const { channel: bounds = channel, ...limits } = JSON.parse(value?.S ?? '{}') as {
        channel?: string;
        perDay?: number;
        perMonth?: number;
      };
      return bounds === channel ? [{ name: (name?.S ?? '').slice('budget/'.length), ...limits }] : [];
    });
  },

  async spent() {
    const items = await itemsOfKind(client, ledger, KIND);
    return new Map(items.flatMap((item) => [[item.name?.S ?? '', spentIn(item) as Spent] as const]));
  },

  async take(budget, of, now) {
    let taken = 0;
    await change(client, ledger, budget.name, (written) => {
      const spent = spentAt(written, now, zone);
      taken = leftOf(budget, spent, of);
      return taken === 0 ? undefined : spentMore(spent, taken);
    });
    return taken;
  },

  async giveBack({ name }, unused, takenAt) {
    if (unused === 0) return;
    await change(client, ledger, name, (written) =>
      written?.day === zone.dayOf(takenAt) ? spentMore(written, -unused) : undefined,
    );
  },
});

/** Reads, works out, and writes if it still is what was read; else once more with what stands there by now. */
async function change(
  client: DynamoDBClient,
  TableName: string,
  name: string,
  next: (written: Spent | undefined) => Spent | undefined,
): Promise<void> {
  const { Item } = await client.send(new GetItemCommand({ TableName, Key: keyOf(name), ConsistentRead: true }));
  let written = spentIn(Item);
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const to = next(written);
    if (to === undefined) return;
    try {
      await client.send(write(TableName, name, written, to));
      return;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      written = spentIn(error.Item);
    }
  }
  throw new Error('Too many count against a budget at once');
}

const keyOf = (name: string) => ({ kind: { S: KIND }, name: { S: name } });

function write(table: string, name: string, written: Spent | undefined, to: Spent): UpdateItemCommand {
  const number = (value: number): AttributeValue => ({ N: String(value) });
  const fields = ['day', 'today', 'month', 'thisMonth'] as const;
  const set = fields.map((field) => `#${field} = :${field}`).join(', ');
  const same = fields.map((field) => `#${field} = :was_${field}`).join(' AND ');
  return new UpdateItemCommand({
    TableName: table,
    Key: keyOf(name),
    UpdateExpression: `SET ${set}`,
    ConditionExpression: written === undefined ? 'attribute_not_exists(kind)' : same,
    ExpressionAttributeNames: Object.fromEntries(fields.map((field) => [`#${field}`, field])),
    ExpressionAttributeValues: Object.fromEntries(
      fields.flatMap((field) => [
        [`:${field}`, number(to[field])] as const,
        ...(written === undefined ? [] : [[`:was_${field}`, number(written[field])] as const]),
      ]),
    ),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
}

function spentIn(item: Record<string, AttributeValue> | undefined): Spent | undefined {
  if (item === undefined) return undefined;
  const of = (field: string) => Number(item[field]?.N);
  return { day: of('day'), today: of('today'), month: of('month'), thisMonth: of('thisMonth') };
}

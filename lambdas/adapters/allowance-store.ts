import {
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { type Allowance, BURST, type Grant } from '../../domain/events/allowance.ts';
import type { Source } from '../../domain/events/source.ts';
import { conditionHeld } from './condition.ts';

/** A grant that was made on what was read. */
export type Granted = Extract<Grant, { outcome: 'granted' }>;

/** What sources with a limit have used of it. */
export interface AllowanceStore {
  read(sourceId: string): Promise<Allowance | undefined>;
  /**
   * Whether the grant was written. One that adds is, whoever else added meanwhile, as long as there is room at `now`;
   * one that begins anew only when the account still is what was read.
   */
  write(source: Source, grant: Granted, read: Allowance | undefined, now: number): Promise<boolean>;
}

export const dynamoAllowanceStore = (client: DynamoDBClient, table: string): AllowanceStore => ({
  async read(sourceId) {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: keyOf(sourceId), ConsistentRead: true }),
    );
    return Item && { paidUpAt: Number(Item.paidUpAt?.N), day: Number(Item.day?.N), today: Number(Item.today?.N) };
  },
  async write(source, grant, read, now) {
    const update = grant.adds ? adding(source, grant, now) : beginning(grant, read);
    const { values, ...expressions } = update;
    return conditionHeld(
      client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: keyOf(source.id),
          ...expressions,
          ExpressionAttributeNames: { '#paidUpAt': 'paidUpAt', '#day': 'day', '#today': 'today' },
          ExpressionAttributeValues: Object.fromEntries(
            Object.entries(values).map(([name, value]) => [
              `:${name}`,
              { N: String(Math.round(value * 1_000) / 1_000) },
            ]),
          ),
        }),
      ),
    );
  },
});

type Update = Pick<UpdateItemCommandInput, 'UpdateExpression' | 'ConditionExpression'> & {
  readonly values: Readonly<Record<string, number>>;
};

/** Room must be there when it is written, not only when it was read: for all of what fits, else for something. */
function adding({ eventsPerSecond, eventsPerDay }: Source, grant: Granted, now: number): Update {
  const { cost, events, fits, allowance } = grant;
  const rated = eventsPerSecond !== undefined;
  const counted = eventsPerDay !== undefined;
  const below = fits ? '<=' : '<';
  return {
    UpdateExpression: 'ADD #paidUpAt :cost, #today :events',
    ConditionExpression: [
      '#day = :day',
      ...(rated ? [`#paidUpAt >= :now AND #paidUpAt ${below} :latest`] : []),
      ...(counted ? [`#today ${below} :most`] : []),
    ].join(' AND '),
    values: {
      ...{ cost, events, day: allowance.day },
      ...(rated && { now, latest: now + BURST - (fits ? cost : 0) }),
      ...(counted && { most: eventsPerDay - (fits ? events : 0) }),
    },
  };
}

function beginning({ allowance: { paidUpAt, day, today } }: Granted, read: Allowance | undefined): Update {
  const UpdateExpression = 'SET #paidUpAt = :paidUpAt, #day = :day, #today = :today';
  const values = { paidUpAt, day, today };
  if (read === undefined) return { UpdateExpression, ConditionExpression: 'attribute_not_exists(#today)', values };
  return {
    UpdateExpression,
    ConditionExpression: '#paidUpAt = :readPaidUpAt AND #day = :readDay AND #today = :readToday',
    values: { ...values, readPaidUpAt: read.paidUpAt, readDay: read.day, readToday: read.today },
  };
}

const keyOf = (sourceId: string) => ({ kind: { S: 'allowance' }, name: { S: sourceId } });

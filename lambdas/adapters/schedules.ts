import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { SchedulesSeen } from '../../domain/decisions/census/schedules.ts';
import { itemsOfKind } from './items-of-kind.ts';

/** An occurrence of a scheduled journey that was begun. */
export interface BegunOccurrence {
  readonly journey: string;
  readonly occurrence: string;
  /** The job that enrols people. */
  readonly job: string;
  /** When its time came (ms). */
  readonly at: number;
}

/** Which occurrences of scheduled journeys were begun: in the ledger. */
export interface Schedules {
  seen(): Promise<SchedulesSeen>;
  note(seen: SchedulesSeen): Promise<void>;
  /** Forgotten a month later, as its job is. May be noted twice. */
  begun(occurrence: BegunOccurrence): Promise<void>;
  /** Of one journey, the latest first. */
  list(journey: string): Promise<readonly BegunOccurrence[]>;
}

const SEEN = { kind: { S: 'schedules' }, name: { S: 'seen' } };
const KEPT_FOR = 30 * 24 * 3_600;
const kindOf = (journey: string) => `occurrences#${journey}`;

export const dynamoSchedules = (client: DynamoDBClient, table: string): Schedules => ({
  async seen() {
    const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: SEEN, ConsistentRead: true }));
    return Item?.seen?.S === undefined ? {} : (JSON.parse(Item.seen.S) as SchedulesSeen);
  },
  async note(seen) {
    const Item = { ...SEEN, seen: { S: JSON.stringify(seen) } };
    await client.send(new PutItemCommand({ TableName: table, Item }));
  },
  async begun({ journey, occurrence, job, at }) {
    const Item = {
      ...{ kind: { S: kindOf(journey) }, name: { S: occurrence }, job: { S: job }, at: { N: String(at) } },
      expiresAt: { N: String(Math.ceil(at / 1_000) + KEPT_FOR) },
    };
    await client.send(new PutItemCommand({ TableName: table, Item }));
  },
  async list(journey) {
    const items = await itemsOfKind(client, table, kindOf(journey));
    return items
      .map(({ name, job, at }) => ({ journey, occurrence: name?.S ?? '', job: job?.S ?? '', at: Number(at?.N) }))
      .reverse();
  },
});

import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { dayOf } from '../../domain/calendar.ts';
import { decodeSeen, encodeSeen } from '../../domain/events/tracking-plan/codec.ts';
import { merge } from '../../domain/events/tracking-plan/merge.ts';
import { type Rooms, roomFor, roomOf } from '../../domain/events/tracking-plan/rooms.ts';
import { BOUNDS, KEPT, type SeenEvent, seenKey } from '../../domain/events/tracking-plan/seen-event.ts';
import { hashText } from '../../domain/hash.ts';
import { chunksOf, eachOf } from '../runtime/concurrency.ts';
import { conditionHeld } from './condition.ts';

export interface TrackingPlan {
  /** Adds what was seen of one event name to what is stored of it. Rejects when `signal` says that it takes too long. */
  add(seen: SeenEvent, now: number, signal: AbortSignal): Promise<Added>;
  /** Counts events whose names had no room. */
  addMore(count: number, signal: AbortSignal): Promise<void>;
}

export type Added =
  | { readonly outcome: 'added'; readonly stored: SeenEvent }
  /** Others wrote in between, twice: nothing is stored. */
  | { readonly outcome: 'conflict' }
  /** The plan has no room for another name: nothing is stored. */
  | { readonly outcome: 'full' };

export interface TrackingPlanReader {
  /** All that has room and is not too old, and how many events had names beyond the bound. */
  read(now: number): Promise<{ readonly seen: readonly SeenEvent[]; readonly more: number }>;
}

export interface TrackingPlanStore extends TrackingPlanReader {
  /** Removes entries and gives their room back. Whatever is sent again comes back. */
  forget(entries: readonly SeenEvent[]): Promise<void>;
}

const KIND = { S: 'tracking-plan' };
/** The items that say which names have room, and how many events had none; no key of an event name is like them. */
const ROOMS = { kind: KIND, name: { S: 'rooms' } };
const MORE = { kind: KIND, name: { S: 'more' } };
const ATTEMPTS = 2;

const keyOf = (seen: SeenEvent) => ({ kind: KIND, name: { S: seenKey(seen) } });
const hashOf = (seen: SeenEvent) => hashText(seenKey(seen));

/**
 * One item per event name, and one with the names that have room, which is written when a name comes and once for each
 * day it is seen on. Who has lost his room is not shown, but not deleted either: should the name come back within its
 * 90 days, it finds what it had.
 *
 * A write whose answer was lost is counted twice: figures are for people to look at.
 */
export function dynamoTrackingPlan(client: DynamoDBClient, table: string): TrackingPlan {
  async function attempt(seen: SeenEvent, now: number, abortSignal: AbortSignal): Promise<Added> {
    const read = new GetItemCommand({ TableName: table, Key: keyOf(seen), ConsistentRead: true });
    const { Item } = await client.send(read, { abortSignal });
    const before = Item === undefined ? undefined : decodeSeen(Item.seen?.S ?? '');
    const stored = before === undefined ? seen : merge(before, seen);
    if (before === undefined || dayOf(before.last) !== dayOf(stored.last)) {
      const room = await takeRoom(stored, now, abortSignal);
      if (room !== 'taken') return { outcome: room };
    }
    const version = Number(Item?.version?.N ?? 0);
    const write = new PutItemCommand({
      TableName: table,
      Item: {
        ...keyOf(seen),
        version: { N: String(version + 1) },
        seen: { S: encodeSeen(stored) },
        expiresAt: { N: String(Math.ceil((stored.last + KEPT) / 1_000)) },
      },
      ...(version === 0
        ? { ConditionExpression: 'attribute_not_exists(kind)' }
        : { ConditionExpression: 'version = :read', ExpressionAttributeValues: { ':read': { N: String(version) } } }),
    });
    const written = await conditionHeld(client.send(write, { abortSignal }));
    return written ? { outcome: 'added', stored } : { outcome: 'conflict' };
  }

  async function takeRoom(
    seen: SeenEvent,
    now: number,
    abortSignal: AbortSignal,
  ): Promise<'taken' | 'full' | 'conflict'> {
    const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: ROOMS, ConsistentRead: true }), {
      abortSignal,
    });
    const rooms = Item?.rooms?.M && readRooms(Item.rooms.M);
    const found = roomFor(hashOf(seen), rooms ?? new Map(), now);
    if (found.outcome === 'full') return 'full';
    const update =
      rooms === undefined ? firstRoom(seen) : found.outcome === 'free' ? room(seen) : roomInstead(seen, found);
    const write = new UpdateItemCommand({ TableName: table, Key: ROOMS, ...update });
    return (await conditionHeld(client.send(write, { abortSignal }))) ? 'taken' : 'conflict';
  }

  return {
    async add(seen, now, signal) {
      let added = await attempt(seen, now, signal);
      for (let i = 1; added.outcome === 'conflict' && i < ATTEMPTS; i++) added = await attempt(seen, now, signal);
      return added;
    },

    async addMore(count, abortSignal) {
      const write = new UpdateItemCommand({
        TableName: table,
        Key: MORE,
        UpdateExpression: 'ADD more :count',
        ExpressionAttributeValues: { ':count': { N: String(count) } },
      });
      await client.send(write, { abortSignal });
    },
  };
}

type RoomUpdate = Omit<UpdateItemCommandInput, 'TableName' | 'Key'>;

const firstRoom = (seen: SeenEvent): RoomUpdate => ({
  UpdateExpression: 'SET rooms = :rooms',
  ConditionExpression: 'attribute_not_exists(rooms)',
  ExpressionAttributeValues: { ':rooms': { M: { [hashOf(seen)]: { S: roomOf(seen) } } } },
});

const room = (seen: SeenEvent): RoomUpdate => ({
  UpdateExpression: 'SET rooms.#hash = :room',
  // Many workers may find the last room free at the same time.
  ConditionExpression: 'size(rooms) < :most OR attribute_exists(rooms.#hash)',
  ExpressionAttributeNames: { '#hash': hashOf(seen) },
  ExpressionAttributeValues: { ':room': { S: roomOf(seen) }, ':most': { N: String(BOUNDS.names) } },
});

const roomInstead = (seen: SeenEvent, { of, was }: { readonly of: string; readonly was: string }): RoomUpdate => ({
  UpdateExpression: 'REMOVE rooms.#of SET rooms.#hash = :room',
  ConditionExpression: 'rooms.#of = :was',
  ExpressionAttributeNames: { '#of': of, '#hash': hashOf(seen) },
  ExpressionAttributeValues: { ':was': { S: was }, ':room': { S: roomOf(seen) } },
});

const readRooms = (rooms: Record<string, AttributeValue>): Rooms =>
  new Map(Object.entries(rooms).map(([hash, { S: room = '' }]) => [hash, room]));

/** Rooms given back in one write: an expression may have 4 KB. */
const ROOMS_PER_WRITE = 100;
const AT_ONCE = 10;

export const dynamoTrackingPlanStore = (client: DynamoDBClient, table: string): TrackingPlanStore => ({
  async read(now) {
    const all: SeenEvent[] = [];
    let rooms: Rooms = new Map();
    let more = 0;
    const query = {
      TableName: table,
      KeyConditionExpression: 'kind = :kind',
      ExpressionAttributeValues: { ':kind': KIND },
    };
    for await (const { Items = [] } of paginateQuery({ client }, query))
      for (const item of Items) {
        if (item.seen?.S !== undefined) all.push(decodeSeen(item.seen.S));
        if (item.rooms?.M !== undefined) rooms = readRooms(item.rooms.M);
        more += Number(item.more?.N ?? 0);
      }
    return { seen: all.filter((seen) => rooms.has(hashOf(seen)) && seen.last > now - KEPT), more };
  },

  async forget(entries) {
    // Rooms last: one without an entry gives way by itself, an entry without a room would not be found again.
    await eachOf(entries, AT_ONCE, async (seen) => {
      await client.send(new DeleteItemCommand({ TableName: table, Key: keyOf(seen) }));
    });
    for (const chunk of chunksOf(entries, ROOMS_PER_WRITE))
      await client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: ROOMS,
          UpdateExpression: `REMOVE ${chunk.map((_, i) => `rooms.#h${i}`).join(', ')}`,
          ExpressionAttributeNames: Object.fromEntries(chunk.map((seen, i) => [`#h${i}`, hashOf(seen)])),
        }),
      );
  },
});

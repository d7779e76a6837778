import {
  type AttributeValue,
  BatchGetItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { type Effect, encodeEffects } from '../../domain/decisions/effect.ts';
import { bucketOf } from '../../domain/hash.ts';
import { type DecodedProfile, decodeProfile, encodeProfile } from '../../domain/state/codec.ts';
import { emailOf, phoneOf } from '../../domain/state/contact.ts';
import type { Profile } from '../../domain/state/profile.ts';
import type { UserKey } from '../../domain/state/user-key.ts';
import { chunksOf } from '../runtime/concurrency.ts';
import { conditionHeld } from './condition.ts';

export interface ProfileReader {
  /** Strongly consistent; undefined when nobody has been seen under the key. */
  get(key: UserKey): Promise<DecodedProfile | undefined>;
}

export interface ProfileStore {
  /** Strongly consistent. `unread` are keys the table did not answer for in time. */
  getMany(keys: readonly UserKey[]): Promise<{ found: Map<UserKey, DecodedProfile>; unread: readonly UserKey[] }>;
  /** State and effects in one write, which only succeeds on the version the profile was read at. */
  commit(profile: Profile, effects: readonly Effect[]): Promise<'committed' | 'conflict'>;
}

export const dynamoProfileReader = (client: DynamoDBClient, table: string): ProfileReader => ({
  async get(key) {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: { id: { S: key } }, ConsistentRead: true }),
    );
    return Item && decodeItem(Item);
  },
});

/** DynamoDB's limit of keys in one BatchGetItem. */
const KEYS_PER_READ = 100;
const READ_ATTEMPTS = 5;

export function dynamoProfileStore(client: DynamoDBClient, table: string, dueShards: number): ProfileStore {
  async function readChunk(keys: readonly UserKey[], found: Map<UserKey, DecodedProfile>): Promise<readonly UserKey[]> {
    let wanted = keys;
    for (let attempt = 0; wanted.length > 0 && attempt < READ_ATTEMPTS; attempt++) {
      if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, 25 * 2 ** attempt));
      const answer = await client.send(
        new BatchGetItemCommand({
          RequestItems: { [table]: { Keys: wanted.map((id) => ({ id: { S: id } })), ConsistentRead: true } },
        }),
      );
      for (const item of answer.Responses?.[table] ?? []) found.set(item.id?.S as UserKey, decodeItem(item));
      wanted = (answer.UnprocessedKeys?.[table]?.Keys ?? []).map(({ id }) => id?.S as UserKey);
    }
    return wanted;
  }

  return {
    async getMany(keys) {
      const found = new Map<UserKey, DecodedProfile>();
      const unread = await Promise.all(chunksOf(keys, KEYS_PER_READ).map((chunk) => readChunk(chunk, found)));
      return { found, unread: unread.flat() };
    },

    async commit(profile, effects) {
      const write = client.send(
        new PutItemCommand({
          TableName: table,
          Item: encodeItem(profile, effects, dueShards),
          ...(profile.version === 0
            ? { ConditionExpression: 'attribute_not_exists(id)' }
            : {
                ConditionExpression: 'version = :read',
                ExpressionAttributeValues: { ':read': { N: String(profile.version) } },
              }),
        }),
      );
      return (await conditionHeld(write)) ? 'committed' : 'conflict';
    },
  };
}

/**
 * The stored item. What indexes and stream filters look at stands beside the profile's text; an attribute that is empty
 * is absent, which keeps the item out of the index and the record out of the stream's consumer.
 */
function encodeItem(profile: Profile, effects: readonly Effect[], dueShards: number): Record<string, AttributeValue> {
  const email = emailOf(profile);
  const phone = phoneOf(profile);
  return {
    id: { S: profile.key },
    version: { N: String(profile.version + 1) },
    profile: { S: encodeProfile(profile) },
    ...(effects.length > 0 && { fx: { S: encodeEffects(profile.lineage, effects) } }),
    ...(profile.dueAt !== undefined && {
      dueShard: { S: String(bucketOf(profile.key, dueShards)) },
      dueAt: { N: String(profile.dueAt) },
    }),
    ...(email !== undefined && { email: { S: email } }),
    ...(phone !== undefined && { phone: { S: phone } }),
  };
}

const decodeItem = (item: Record<string, AttributeValue>): DecodedProfile =>
  decodeProfile(item.id?.S as UserKey, Number(item.version?.N), item.profile?.S ?? '');

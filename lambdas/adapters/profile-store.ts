import {
  type AttributeValue,
  BatchGetItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Effect } from '../../domain/decisions/effect.ts';
import { encodeEffects } from '../../domain/decisions/effect-codec.ts';
import { bucketOf } from '../../domain/hash.ts';
import { utf8Length } from '../../domain/json.ts';
import { encodeWithinBounds } from '../../domain/state/bounds.ts';
import { type DecodedProfile, decodeProfile } from '../../domain/state/codec.ts';
import { emailOf, phoneOf } from '../../domain/state/contact.ts';
import type { Profile } from '../../domain/state/profile.ts';
import { fromStoredText, toStoredText } from '../../domain/state/stored-text.ts';
import { MOST_HEIRS, type Tombstone } from '../../domain/state/tombstone.ts';
import type { UserKey } from '../../domain/state/user-key.ts';
import { chunksOf, eachOf } from '../runtime/concurrency.ts';
import { conditionHeld } from './condition.ts';

/** What may stand under a key. */
export type Stored =
  | DecodedProfile
  | { readonly outcome: 'tombstone'; readonly tombstone: Tombstone }
  /** No release of ours has written this. */
  | { readonly outcome: 'unreadable' };

type Item = Record<string, AttributeValue>;

export interface ProfileReader {
  /**
   * Strongly consistent. Of an id that has become part of another profile, that profile; undefined when nobody has been
   * seen under the key.
   */
  get(key: UserKey): Promise<DecodedProfile | undefined>;
}

/** Whom an id has become, with the keys on the way: the id's own first, hers last. */
export interface Followed {
  readonly keys: readonly UserKey[];
  readonly found: DecodedProfile | undefined;
}

export interface ProfileFollower extends ProfileReader {
  /** Strongly consistent. What was decided about somebody may stand under any key of the way. */
  follow(key: UserKey): Promise<Followed>;
}

export interface ProfileStore {
  /** Strongly consistent, each as it stands under its own key. `unread` are keys the table did not answer for in time. */
  getMany(keys: readonly UserKey[]): Promise<{ found: Map<UserKey, Stored>; unread: readonly UserKey[] }>;
  /** State and effects in one write, which only succeeds on the version the profile was read at. */
  commit(profile: Profile, effects: readonly Effect[]): Promise<'committed' | 'conflict'>;
  /** Puts a tombstone in the place of the version it names; the same way, it is written again without its state. */
  bury(tombstone: Tombstone, effects: readonly Effect[]): Promise<'committed' | 'conflict'>;
}

export function dynamoProfileReader(client: DynamoDBClient, table: string): ProfileFollower {
  async function follow(key: UserKey): Promise<Followed> {
    const keys: UserKey[] = [];
    let next = key;
    let state: Profile | undefined;
    while (keys.length < MOST_HEIRS) {
      keys.push(next);
      const { Item } = await client.send(
        new GetItemCommand({ TableName: table, Key: { id: { S: next } }, ConsistentRead: true }),
      );
      const stored = Item && decodeItem(Item);
      // An heir who is not there yet is about to be: what she will have is in the tombstone.
      if (stored === undefined && state !== undefined) return { keys, found: { outcome: 'profile', profile: state } };
      if (stored?.outcome !== 'tombstone') return { keys, found: stored };
      state = stored.tombstone.state ?? state;
      next = stored.tombstone.heir;
    }
    throw new Error('Heirs without end');
  }

  return { follow, get: async (key) => (await follow(key)).found };
}

/** DynamoDB's limit of keys in one BatchGetItem. */
const KEYS_PER_READ = 100;
const READ_ATTEMPTS = 5;
const READS_AT_ONCE = 5;

/** @param pause waits for so many milliseconds: before keys are asked for again that the table left unread */
export function dynamoProfileStore(
  client: DynamoDBClient,
  table: string,
  dueShards: number,
  pause: (milliseconds: number) => Promise<void>,
): ProfileStore {
  async function readChunk(keys: readonly UserKey[], found: Map<UserKey, Stored>): Promise<readonly UserKey[]> {
    let wanted = keys;
    for (let attempt = 0; wanted.length > 0 && attempt < READ_ATTEMPTS; attempt++) {
      if (attempt > 0) await pause(25 * 2 ** attempt);
      const answer = await client.send(
        new BatchGetItemCommand({
          RequestItems: { [table]: { Keys: wanted.map((id) => ({ id: { S: id } })), ConsistentRead: true } },
        }),
      );
      for (const item of answer.Responses?.[table] ?? []) found.set(item.id?.S as UserKey, readItem(item));
      wanted = (answer.UnprocessedKeys?.[table]?.Keys ?? []).map(({ id }) => id?.S as UserKey);
    }
    return wanted;
  }

  async function put(item: Item, readVersion: number): Promise<'committed' | 'conflict'> {
    const write = client.send(
      new PutItemCommand({
        TableName: table,
        Item: item,
        ...(readVersion === 0
          ? { ConditionExpression: 'attribute_not_exists(id)' }
          : {
              ConditionExpression: 'version = :read',
              ExpressionAttributeValues: { ':read': { N: String(readVersion) } },
            }),
      }),
    );
    return (await conditionHeld(write)) ? 'committed' : 'conflict';
  }

  return {
    async getMany(keys) {
      const found = new Map<UserKey, Stored>();
      const unread: UserKey[] = [];
      await eachOf(chunksOf(keys, KEYS_PER_READ), READS_AT_ONCE, async (chunk) => {
        unread.push(...(await readChunk(chunk, found)));
      });
      return { found, unread };
    },

    commit: (profile, effects) => put(encodeItem(profile, effects, dueShards), profile.version),
    bury: (tombstone, effects) => put(encodeTombstone(tombstone, effects), tombstone.version),
  };
}

/**
 * The stored item. What indexes and stream filters look at stands beside the profile's text; an attribute that is empty
 * is absent, which keeps the item out of the index and the record out of the stream's consumer.
 */
function encodeItem(profile: Profile, effects: readonly Effect[], dueShards: number): Item {
  const email = emailOf(profile);
  const phone = phoneOf(profile);
  return withProfile(profile, {
    id: { S: profile.key },
    version: { N: String(profile.version + 1) },
    ...(effects.length > 0 && { fx: { S: encodeEffects(profile.lineage, effects) } }),
    ...(profile.dueAt !== undefined && {
      dueShard: { S: String(bucketOf(profile.key, dueShards)) },
      dueAt: { N: String(profile.dueAt) },
    }),
    ...(email !== undefined && { email: { S: email } }),
    ...(phone !== undefined && { phone: { S: phone } }),
  });
}

/** A tombstone is in no index: nobody finds it by an address, and it is due for nothing. */
function encodeTombstone({ key, version, heir, state }: Tombstone, effects: readonly Effect[]): Item {
  const item = { id: { S: key }, version: { N: String(version + 1) }, heir: { S: heir } };
  if (state === undefined) return item;
  return withProfile(state, {
    ...item,
    ...(effects.length > 0 && { fx: { S: encodeEffects(state.lineage, effects) } }),
  });
}

const PROFILE = 'profile';

function withProfile(profile: Profile, item: Record<string, { readonly S: string } | { readonly N: string }>): Item {
  const beside = Object.entries(item).reduce(
    // Numbers take about half of their digits; counted whole they only make the guess a little careful.
    (bytes, [name, value]) => bytes + name.length + utf8Length('S' in value ? value.S : value.N),
    PROFILE.length,
  );
  const stored = toStoredText(encodeWithinBounds(profile), beside);
  return { ...item, [PROFILE]: typeof stored === 'string' ? { S: stored } : { B: stored } } as Item;
}

/** One item that cannot be understood must not keep the others of its batch from being read. */
export function readItem(item: Item): Stored {
  try {
    return decodeItem(item);
  } catch {
    return { outcome: 'unreadable' };
  }
}

function decodeItem(item: Item): Exclude<Stored, { readonly outcome: 'unreadable' }> {
  const key = item.id?.S as UserKey;
  const version = Number(item.version?.N);
  const heir = item.heir?.S as UserKey | undefined;
  const stored = item.profile?.S ?? item.profile?.B;
  const decoded = stored === undefined ? undefined : decodeProfile(key, version, fromStoredText(stored));
  if (heir === undefined) return decoded ?? { outcome: 'unknown-version', codecVersion: 0 };
  if (decoded?.outcome === 'unknown-version') return decoded;
  return { outcome: 'tombstone', tombstone: { key, version, heir, state: decoded?.profile } };
}

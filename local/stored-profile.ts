import { type DecodedProfile, decodeProfile } from '../domain/state/codec.ts';
import { fromStoredText } from '../domain/state/stored-text.ts';
import type { UserKey } from '../domain/state/user-key.ts';
import type { Item } from './cloud/services/dynamodb/attribute-value.ts';

/** What an item of the profiles table says of somebody; undefined for a tombstone that has nothing left. */
export function storedProfile({ id, version, profile }: Item): DecodedProfile | undefined {
  const stored = profile?.S ?? (profile?.B === undefined ? undefined : Buffer.from(profile.B, 'base64'));
  if (stored === undefined) return undefined;
  return decodeProfile(id?.S as UserKey, Number(version?.N), fromStoredText(stored));
}

import { isJsonObject } from '../json.ts';
import { type Profile, traitOf } from './profile.ts';

/** Two capital letters, by her own word (`country`, `address.country`), else by her language tag's. */
export function countryOf(profile: Profile): string | undefined {
  const address = traitOf(profile, 'address');
  const said = traitOf(profile, 'country') ?? (isJsonObject(address) ? address.country : undefined);
  if (typeof said === 'string' && /^[a-z]{2}$/i.test(said)) return said.toUpperCase();
  return /^[a-z]{2,3}-(?:[a-z]{4}-)?([a-z]{2})\b/i.exec(profile.locale?.value ?? '')?.[1]?.toUpperCase();
}

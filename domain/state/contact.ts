import { type Profile, traitOf } from './profile.ts';

/** One @ between a local part and a domain with a dot; whether the address works, only sending can tell. */
const EMAIL = /^[^\s@<>"(),;:\\[\]]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i;
const PHONE = /^\+[1-9]\d{6,14}$/;

/** The address to write to and to find the person by, in lower case; undefined when the trait holds no address. */
export const emailOf = (profile: Profile): string | undefined => addressIn(traitOf(profile, 'email'));

/** Whether the trait `email` with this value would be written to. */
export const isAddress = (value: unknown): boolean => addressIn(value) !== undefined;

function addressIn(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 254) return undefined;
  const address = value.trim().toLowerCase();
  return EMAIL.test(address) ? address : undefined;
}

/** The number in E.164, with spaces, dots, dashes and brackets taken out; undefined when the trait holds none. */
export function phoneOf(profile: Profile): string | undefined {
  const value = traitOf(profile, 'phone');
  if (typeof value !== 'string' || value.length > 40) return undefined;
  const number = value.replace(/[\s().-]/g, '');
  return PHONE.test(number) ? number : undefined;
}

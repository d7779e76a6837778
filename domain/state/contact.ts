import { addressIn } from '../events/address.ts';
import { type Profile, traitOf } from './profile.ts';

const PHONE = /^\+[1-9]\d{6,14}$/;

/** The address to write to and to find the person by, in lower case; undefined when the trait holds no address. */
export const emailOf = (profile: Profile): string | undefined => addressIn(traitOf(profile, 'email'));

/** The number to write to and to find the person by; undefined when the trait holds none. */
export const phoneOf = (profile: Profile): string | undefined => phoneIn(traitOf(profile, 'phone'));

/** The number in E.164, with spaces, dots, dashes and brackets taken out; undefined for anything that is none. */
export function phoneIn(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 40) return undefined;
  const number = value.replace(/[\s().-]/g, '');
  return PHONE.test(number) ? number : undefined;
}

import { addressIn } from '../events/address.ts';
import { phoneIn } from '../events/phone.ts';
import { type Profile, traitOf } from './profile.ts';

/** The address to write to and to find the person by, in lower case; undefined when the trait holds no address. */
export const emailOf = (profile: Profile): string | undefined => addressIn(traitOf(profile, 'email'));

/** The number to write to and to find the person by; undefined when the trait holds none. */
export const phoneOf = (profile: Profile): string | undefined => phoneIn(traitOf(profile, 'phone'));

import { phoneOf } from '../../state/contact.ts';
import { countryOf } from '../../state/country.ts';
import { type Profile, traitOf } from '../../state/profile.ts';
import { type Zone, zoneNamed } from '../../zone.ts';
import { zoneNameOfCountry, zoneNameOfPhone } from './country-zones.ts';

/** How apps call the trait that holds a zone's name. */
const TRAITS = ['timezone', 'timeZone', 'time_zone'];

/**
 * By whose clock a person lives: what her app last said, else a trait of hers, else what her phone number's country tells,
 * else her own country, else the project's. A name that no zone has is passed over.
 */
export function zoneOfPerson(profile: Profile, project: Zone): Zone {
  const phone = phoneOf(profile);
  const country = countryOf(profile);
  const guesses = [
    profile.timeZone?.value,
    ...TRAITS.map((name) => traitOf(profile, name)),
    phone && zoneNameOfPhone(phone),
    country && zoneNameOfCountry(country),
  ];
  for (const name of guesses) {
    const zone = typeof name === 'string' ? zoneNamed(name) : undefined;
    if (zone !== undefined) return zone;
  }
  return project;
}

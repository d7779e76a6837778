import { describe, expect, it } from 'vitest';
import { zoneNameOfCountry, zoneNameOfPhone } from '../../../domain/delivery/rules/country-zones.ts';
import { zoneOfPerson } from '../../../domain/delivery/rules/zone-of-person.ts';
import type { JsonObject } from '../../../domain/json.ts';
import { eventInput } from '../../../domain/state/input.ts';
import type { Profile } from '../../../domain/state/profile.ts';
import { readZoneName } from '../../../domain/zone.ts';
import { Person, START } from '../../support/people.ts';
import { zone } from './clocks.ts';

const PROJECT = zone('Europe/Lisbon');

function zoneOf(traits: JsonObject, context: JsonObject = {}): string {
  const told = {
    type: 'identify',
    source: 'client',
    sourceId: 'app',
    userId: 'u1',
    time: START,
    receivedAt: START,
  } as const;
  const person = new Person().receives(eventInput({ ...told, messageId: 'm', traits, context }));
  return zoneOfPerson(person.profile as Profile, PROJECT).name;
}

describe('by whose clock a person lives', () => {
  it.each<[string, JsonObject, JsonObject, string]>([
    ['what her app says', {}, { timezone: 'Asia/Tokyo' }, 'Asia/Tokyo'],
    [
      'her app before all else',
      { timezone: 'Asia/Kolkata', phone: '+49 151 2345678' },
      { timezone: 'Asia/Tokyo' },
      'Asia/Tokyo',
    ],
    ['an offset is no zone: her trait', { timezone: 'Asia/Kolkata' }, { timezone: 'GMT+0000' }, 'Asia/Kolkata'],
    ['a zone nobody knows: her phone', { timeZone: 'Mars/Olympus', phone: '+81 90 1234 5678' }, {}, 'Asia/Tokyo'],
    ['her phone before her country', { phone: '+4915123456789', country: 'JP' }, {}, 'Europe/Berlin'],
    ['a code of many zones: her country', { phone: '+12025550123', country: 'at' }, {}, 'Europe/Vienna'],
    ['her address', { address: { country: 'NP' } }, {}, 'Asia/Kathmandu'],
    ['the language of her app', {}, { locale: 'de-CH' }, 'Europe/Zurich'],
    ['a country of many zones: the project', { country: 'US' }, { locale: 'en-US' }, 'Europe/Lisbon'],
    ['a number: the project', { timezone: 5, phone: 'none' }, {}, 'Europe/Lisbon'],
    ['nothing: the project', {}, {}, 'Europe/Lisbon'],
  ])('%s', (_what, traits, context, name) => {
    expect(zoneOf(traits, context)).toBe(zone(name).name);
  });

  it('is one that this runtime knows, for every country and calling code', () => {
    const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
    const countries = letters.flatMap((a) => letters.flatMap((b) => zoneNameOfCountry(a + b) ?? []));
    const codes = Array.from({ length: 999 }, (_, n) => zoneNameOfPhone(`+${n + 1}55512345`) ?? []).flat();
    expect(countries.length).toBeGreaterThan(200);
    expect(codes.length).toBeGreaterThan(150);
    expect([...countries, ...codes].filter((name) => readZoneName(name) === undefined)).toEqual([]);
  });

  it.each(['US', 'RU', 'BR', 'AU', 'ES', 'CA'])('is not told by %s', (country) => {
    expect(zoneNameOfCountry(country)).toBeUndefined();
  });
});

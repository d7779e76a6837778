import type { BrandBody } from '../../catalog/brand.ts';
import type { Json, JsonObject } from '../../json.ts';
import { emailOf, phoneOf } from '../../state/contact.ts';
import { type Profile, traitOf } from '../../state/profile.ts';
import { idIn } from '../../state/user-key.ts';

/** What a message is about, besides the person. */
export interface About {
  /** What took her into the journey: the properties of an event, or what a program sent along. */
  readonly event?: JsonObject | undefined;
  /** What the program that asked for it has sent along, or what the step of the journey says. */
  readonly data?: JsonObject | undefined;
  /** The last one she was given on her way through the journey; `expiresAt` in ISO 8601. */
  readonly offer?: { readonly code: string; readonly expiresAt: string } | undefined;
  /** The journey that writes it. */
  readonly journey?: { readonly key: string } | undefined;
  readonly unsubscribeUrl?: string | undefined;
  readonly preferencesUrl?: string | undefined;
  /** Where she confirms that it was she who subscribed: of the message that asks for it. */
  readonly confirmUrl?: string | undefined;
  /** What she can refuse to hear about, as people call it. */
  readonly topic?: { readonly name: string; readonly description?: string | undefined } | undefined;
}

/** The names that `person` has. */
export const PERSON_NAMES = [
  'id',
  'email',
  'phone',
  'firstName',
  'lastName',
  'name',
  'locale',
  'stage',
  'traits',
] as const;
export const ROOT_NAMES = [
  ...(['person', 'event', 'data', 'offer', 'journey', 'brand', 'topic'] as const),
  ...(['unsubscribe_url', 'preferences_url', 'confirm_url'] as const),
] as const;

/** What a template sees: plain data only. What she is called is cleaned; everything else is as apps have sent it. */
export function scopeOf(
  profile: Profile,
  brand: BrandBody | undefined,
  about: About,
): Readonly<Record<string, unknown>> {
  const person: Record<(typeof PERSON_NAMES)[number], unknown> = {
    id: idIn(profile.key),
    email: emailOf(profile),
    phone: phoneOf(profile),
    firstName: nameIn(profile, ['firstName', 'first_name']) ?? nameIn(profile, ['name'])?.split(' ')[0],
    lastName: nameIn(profile, ['lastName', 'last_name']),
    name: nameIn(profile, ['name']),
    locale: profile.locale?.value,
    stage: profile.stage?.name,
    traits: traitsOf(profile),
  };
  const scope: Record<(typeof ROOT_NAMES)[number], unknown> = {
    person,
    event: about.event ?? {},
    data: about.data ?? {},
    offer: about.offer ?? {},
    journey: about.journey ?? {},
    brand: brandScope(brand),
    unsubscribe_url: about.unsubscribeUrl,
    preferences_url: about.preferencesUrl,
    confirm_url: about.confirmUrl,
    topic: { name: about.topic?.name, description: about.topic?.description },
  };
  return scope;
}

const brandScope = (brand: BrandBody | undefined) => ({
  name: brand?.name,
  website: brand?.website,
  logo: brand?.logo,
  colors: brand?.colors ?? {},
});

const LONGEST_NAME = 60;

/** People are called by what stands here, so it is one line and short: a hundred letters are no name but a message. */
function nameIn(profile: Profile, traits: readonly string[]): string | undefined {
  for (const trait of traits) {
    const value = traitOf(profile, trait);
    if (typeof value !== 'string') continue;
    const clean = value
      .replace(/\p{Cc}/gu, ' ')
      .trim()
      .slice(0, LONGEST_NAME);
    if (clean !== '') return clean;
  }
  return undefined;
}

const traitsOf = ({ traits }: Profile): JsonObject =>
  Object.fromEntries([...traits].map(([name, { value }]): [string, Json] => [name, value]));

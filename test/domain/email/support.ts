import type { BrandBody } from '../../../domain/catalog/brand.ts';
import type { CompileMjml } from '../../../domain/delivery/email/mjml.ts';
import type { About } from '../../../domain/delivery/email/person-scope.ts';
import { type EmailTemplate, prepareEmail } from '../../../domain/delivery/email/prepare.ts';
import { type EmailRendering, emailRenderer } from '../../../domain/delivery/email/render.ts';
import type { SnippetTexts } from '../../../domain/delivery/email/snippets.ts';
import type { JsonObject } from '../../../domain/json.ts';
import type { Profile } from '../../../domain/state/profile.ts';
import { mjmlCompiler } from '../../../lambdas/adapters/mjml.ts';
import { identify, Person, START } from '../../support/people.ts';

export const compile: CompileMjml = await mjmlCompiler();

export const BRAND: BrandBody = {
  name: 'Shop',
  colors: { primary: '#1a73e8' },
  senders: { marketing: { sender: 'news' } },
  footer: {
    en: { address: 'Shop Ltd\n1 High Street', unsubscribe: 'Unsubscribe', preferences: 'Your choices' },
    de: { address: 'Shop GmbH', unsubscribe: 'Abmelden' },
  },
  fallback: 'en',
};

export function person(traits: JsonObject = {}, locale?: string): Profile {
  const { profile } = new Person().receives(identify(traits, START));
  if (profile === undefined) throw new Error('nobody');
  if (locale !== undefined) profile.locale = { value: locale, time: START };
  return profile;
}

type Content = EmailTemplate['locales'][string];
type Written = Partial<Omit<EmailTemplate, 'locales'>> & { readonly locales?: Record<string, Content> };

/** A template of which a test says only what it is about. */
export const email = (content: Partial<Content>, more: Written = {}): EmailTemplate => ({
  ...{ name: 'T', channel: 'email', locales: { en: { subject: 'Hi', html: '<p>Hi</p>', ...content } as Content } },
  ...more,
});

const NO_SNIPPETS = () => undefined;

export const prepare = (template: EmailTemplate, snippets: Readonly<Record<string, string | SnippetTexts>> = {}) =>
  prepareEmail(
    template,
    'templates/t',
    (key) => {
      const snippet = snippets[key];
      return typeof snippet === 'string' ? { locales: { en: snippet } } : (snippet ?? NO_SNIPPETS());
    },
    compile,
  );

/** Prepared, and what of it a person gets. */
export function render(template: EmailTemplate, profile: Profile = person(), about: About = {}, brand?: BrandBody) {
  const prepared = prepare(template);
  if (prepared.outcome === 'problems') throw new Error(JSON.stringify(prepared.problems));
  return emailRenderer(prepared.email).render({ profile, zone: 'Europe/Berlin', now: START, about, brand });
}

export function rendered(rendering: EmailRendering) {
  if (rendering.outcome === 'failed') throw new Error(rendering.reason);
  return { ...rendering.email, locale: rendering.locale, unknown: rendering.unknown };
}

/** What a text of a subject becomes. */
export const line = (text: string, profile?: Profile, about?: About) =>
  rendered(render(email({ subject: `_${text}` }), profile, about)).subject.slice(1);

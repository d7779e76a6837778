import type { BrandBody } from '../domain/catalog/brand.ts';
import { prepareEmail } from '../domain/delivery/email/prepare.ts';
import { emailRenderer } from '../domain/delivery/email/render.ts';
import { newProfile, type Profile } from '../domain/state/profile.ts';
import { mjmlCompiler } from '../lambdas/adapters/mjml.ts';

const PEOPLE = 1_000;
const EMAILS = 10_000;
const START = Date.parse('2026-03-02T12:00:00Z');

/** A newsletter as shops write it: six sections, a list of products, prices and a date. */
const SECTION = `<mj-section background-color="{{ brand.colors.primary }}">
  <mj-column><mj-image src="https://shop.example/{{ data.picture }}" alt="" /></mj-column>
  <mj-column>
    <mj-text>{% if person.stage == "loyal" %}Thank you, {{ person.firstName }}!{% else %}Hello {{ person.firstName | default: "there" }},{% endif %}
      your plan is {{ person.traits.plan | default: "free" | capitalize }} since {{ person.traits.since | date: "long" }}.</mj-text>
    {% for item in data.items %}<mj-text>{{ item.name }}: {{ item.price | money: "EUR" }}</mj-text>{% endfor %}
    <mj-button href="https://shop.example/?u={{ person.id | url_encode }}">Have a look</mj-button>
  </mj-column>
</mj-section>`;
const MJML = `<mjml><mj-body>${SECTION.repeat(6)}</mj-body></mjml>`;

const BRAND: BrandBody = {
  name: 'Shop',
  colors: { primary: '#1a73e8' },
  senders: { marketing: { sender: 'news' } },
  footer: { en: { address: 'Shop Ltd\n1 High Street', unsubscribe: 'Unsubscribe' } },
};

const DATA = {
  picture: 'spring.png',
  items: Array.from({ length: 5 }, (_, i) => ({ name: `Product ${i}`, price: i + 0.99 })),
};

function person(n: number): Profile {
  const profile = newProfile(`k#user-${n}`, `l${n}`, START);
  const traits = { firstName: `Ada ${n}`, email: `ada-${n}@example.com`, plan: 'pro', since: '2025-11-30T09:00:00Z' };
  return {
    ...profile,
    traits: new Map(Object.entries(traits).map(([name, value]) => [name, { value, time: START, writer: '' }])),
    locale: { value: n % 3 === 0 ? 'de-AT' : 'en-GB', time: START },
  };
}

export interface RenderFigures {
  /** On one core: a newsletter of some 60 KB with its text part, for different people. */
  readonly emailsPerSecond: number;
  /** Kilobytes of HTML and text of one. */
  readonly kilobytes: number;
  /** Milliseconds to make its MJML ready, once for each publish and language. */
  readonly prepareMs: number;
}

export async function renderFigures(): Promise<RenderFigures> {
  const compile = await mjmlCompiler();
  const template = {
    ...{ name: 'News', channel: 'email' as const },
    locales: { en: { subject: 'For {{ person.firstName }}', mjml: MJML }, de: { subject: 'Für dich', mjml: MJML } },
    fallback: 'en',
  };
  const preparing = performance.now();
  const prepared = prepareEmail(template, 'templates/news', () => undefined, compile);
  const prepareMs = (performance.now() - preparing) / 2;
  if (prepared.outcome === 'problems') throw new Error('The newsletter cannot be published');
  const renderer = emailRenderer(prepared.email);
  const people = Array.from({ length: PEOPLE }, (_, n) => person(n));
  let bytes = 0;
  const render = (times: number) => {
    for (let i = 0; i < times; i++) {
      const profile = people[i % PEOPLE] as Profile;
      const done = renderer.render({
        ...{ profile, brand: BRAND, zone: 'Europe/Vienna', now: START },
        about: { data: DATA, unsubscribeUrl: 'https://shop.example/u/1' },
      });
      if (done.outcome === 'failed') throw new Error('An email cannot be rendered');
      bytes += done.email.html.length + done.email.text.length;
    }
  };
  render(PEOPLE);
  bytes = 0;
  const started = performance.now();
  render(EMAILS);
  return {
    emailsPerSecond: Math.round(EMAILS / ((performance.now() - started) / 1_000)),
    kilobytes: Math.round(bytes / EMAILS / 1_000),
    prepareMs: Math.round(prepareMs),
  };
}

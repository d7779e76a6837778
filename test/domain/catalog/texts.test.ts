import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkProject } from '../../../domain/catalog/checks/check.ts';
import { Project, type Surroundings } from '../../../domain/catalog/checks/project.ts';
import { type Definition, definitionAt } from '../../../domain/catalog/definition.ts';
import { readDefinition } from '../../../domain/catalog/problems/read.ts';
import { choose } from '../../../domain/catalog/releases/choose.ts';
import type { CheckedDefinition } from '../../../domain/catalog/schemas.ts';
import { type EmailTemplate, prepareEmail } from '../../../domain/delivery/email/prepare.ts';
import { emailRenderer } from '../../../domain/delivery/email/render.ts';
import { START } from '../../support/people.ts';
import { BRAND, compile, line, person } from '../email/support.ts';

const around: Surroundings = {
  zone: 'Europe/Berlin',
  channels: new Set(['email']),
  bindings: new Set(['sender/news']),
  scores: new Set(),
  drafts: new Set(),
  seen: new Map(),
  traits: new Set(['plan', 'firstName']),
};

function checked(definition: Definition): CheckedDefinition {
  const read = readDefinition(definition);
  if (read.outcome === 'problems') throw new Error(JSON.stringify(read.problems));
  return read.value;
}

/** What is said of texts that stand together, as `severity path: message`. */
const said = (...definitions: Definition[]): string[] =>
  checkProject(new Project(definitions.map(checked)), around, START).map(
    ({ severity, path, message }) => `${severity} ${path}: ${message}`,
  );

const template = (html: string, body: object = {}): Definition => ({
  type: 'template',
  key: 't',
  body: { name: 'T', channel: 'email', sender: 'news', locales: { en: { subject: 'Hi', html } }, ...body },
});
const receipt = (html: string, body: object = {}) => template(html, { class: 'transactional', ...body });
const snippet = (key: string, en: string): Definition => ({
  type: 'snippet',
  key,
  body: { name: key, locales: { en } },
});
const brand = (body: object = {}): Definition => ({ type: 'brand', key: 'default', body: { ...BRAND, ...body } });
const AT = 'templates/t/locales/en/html';

describe('of what a journey tells other systems', () => {
  const journey = (tell: object): Definition => ({
    ...{ type: 'journey', key: 'j' },
    body: {
      ...{ name: 'J', entries: [{ type: 'trigger' }], start: 'tell' },
      steps: { tell: { ...tell, next: 'end' }, end: { type: 'exit' } },
    },
  });
  const saidOf = (body: string) =>
    said(journey({ type: 'webhook', endpoint: 'crm', body })).filter((one) => !one.includes('/endpoint'));

  it('nothing is said where it is JSON with quotes around its placeholders', () => {
    expect(saidOf('{ "a": "{{ person.id }}", "of": ["{{ offer.code }}"] }')).toEqual([]);
  });

  it.each([
    ['no quotes', '{ "a": {{ person.id }} }', /^warning journeys\/j\/steps\/tell\/body: .*no JSON/],
    ['no JSON', 'hello', /no JSON/],
    ['a name that is not there', '{ "a": "{{ persn.id }}" }', /nothing is called “persn”/],
    ['what cannot be read', '{ "a": "{{ person.id" }', /^error journeys\/j\/steps\/tell\/body: line 1/],
  ])('%s is told', (_, body, words) => {
    expect(saidOf(body)).toEqual([expect.stringMatching(words)]);
  });

  it('so is a misspelt name in a task', () => {
    const problems = said(journey({ type: 'handoff', endpoint: 'desk', subject: 'Call {{ person.fistName }}' }));
    expect(problems.join()).toMatch(/steps\/tell\/subject: line 1: a person has no “fistName”/);
  });
});

describe('of texts in which all is well', () => {
  it.each([
    ['a receipt', [receipt('<p>{{ person.firstName }}, {{ data.anything.at.all }} {{ event.total }}</p>')]],
    ['marketing that shows the way out', [template('<a href="{{ unsubscribe_url }}">x</a>')]],
    ['marketing whose snippet does', [template('{% snippet "end" %}'), snippet('end', '{{- unsubscribe_url }}')]],
    ['marketing below which its brand does', [template('Hi', { sender: undefined }), brand()]],
    [
      'loops and names of its own',
      [receipt('{% assign x = 1 %}{% for i in data.l %}{{ i.a }}{{ forloop.index }}{{ x }}{% endfor %}')],
    ],
    ['a colour of its brand', [receipt('{{ brand.colors.primary }} {{ brand.name }}'), brand()]],
    ['a trait that was told', [receipt('{{ person.traits.plan }}')]],
  ])('%s, nothing is said', (_what, definitions) => {
    expect(said(...definitions)).toEqual([]);
  });
});

describe('of texts in which something is wrong', () => {
  it.each<[what: string, problems: string[], said: string[]]>([
    [
      'a tag that is not closed',
      said(receipt('a\n\n{% if person.id %}x')),
      [`error ${AT}: line 3: tag {% if person.id %} not closed`],
    ],
    ['an unknown filter', said(receipt('{{ person.id | moeny }}')), [`error ${AT}: line 1: undefined filter: moeny`]],
    [
      'a mistyped name',
      said(receipt('\n{{ persn.firstName }}{{ persn.firstName }}')),
      [`warning ${AT}: line 2: nothing is called “persn”; did you mean “person”?`],
    ],
    [
      'a trait without its way',
      said(receipt('{{ person.plan }} {{ person.fistName }}')),
      [
        `warning ${AT}: line 1: a person has no “plan”; the trait is person.traits.plan`,
        `warning ${AT}: line 1: a person has no “fistName”; did you mean “firstName”?`,
      ],
    ],
    [
      'a trait nobody tells',
      said(receipt('{{ person.traits.paln }}')),
      [`warning ${AT}: line 1: no app has told the trait “paln” lately; did you mean “plan”?`],
    ],
    [
      'a colour its brand does not have',
      said(receipt('{{ brand.colors.primry }}'), brand()),
      [`warning ${AT}: line 1: the brand has no colour “primry”; did you mean “primary”?`],
    ],
    [
      'marketing without a way out',
      said(template('Hi')),
      [
        `error ${AT}: marketing has to show how to unsubscribe: write a link to {{ unsubscribe_url }}, or give it a brand, whose footer has one`,
      ],
    ],
    [
      'a snippet that is not there',
      said(receipt('{% snippet "legl" %}'), snippet('legal', 'x')),
      [`error ${AT}: there is no snippet “legl”; did you mean “legal”?`],
    ],
    [
      'a brand that is not there',
      said(receipt('Hi', { brand: 'shop' })),
      ['error templates/t/brand: there is no brand “shop”'],
    ],
    [
      'a brand whose sender is not set up',
      said(brand({ senders: { marketing: { sender: 'nwes', locales: { de: 'post' } } } })),
      [
        'error brands/default/senders/marketing/sender: this stage has no binding “sender/nwes”; did you mean “sender/news”?',
        'error brands/default/senders/marketing/locales/de: this stage has no binding “sender/post”; somebody with the role admin sets it up',
      ],
    ],
    [
      'nobody to send it',
      said(receipt('Hi', { sender: undefined })),
      ['error templates/t/sender: name a sender, or a brand that has one'],
    ],
    [
      'a question to confirm without its link',
      said({
        ...receipt('Hi', { locales: { en: { subject: 'Hi', html: 'Hi', text: '{{ confirm_url }}' } } }),
        key: 'confirm-subscription',
      }),
      ['error templates/confirm-subscription/locales/en/html: nobody could confirm: write a link to {{ confirm_url }}'],
    ],
    [
      'a topic that takes for granted what has to be confirmed',
      said({
        ...{ type: 'topic', key: 'club' },
        body: { name: 'Club', channels: ['email'], doubleOptIn: true, consent: { email: 'assumed' } },
      }),
      ['warning topics/club/consent/email: with doubleOptIn a yes is always required'],
    ],
    [
      'snippets that stand in one another',
      said(snippet('a', '{% snippet "b" %}'), snippet('b', '{% snippet "a" %}')),
      ['error snippets/a: “a” names “b” names “a”: that never ends'],
    ],
  ])('%s is told', (_what, problems, expected) => {
    expect(problems).toEqual(expected);
  });
});

describe('a template whose brand is only a draft', () => {
  const drafts = [receipt('Hi', { sender: undefined }), brand()];
  const wish = (withDependencies: boolean) =>
    choose(
      { live: [], drafts },
      { items: [{ type: 'template', key: 't' }], remove: [], withDependencies },
      around,
      START,
    );

  it('takes it along, or is told of it', () => {
    expect(wish(true)).toMatchObject({ chosen: [{ key: 't' }, { key: 'default' }], problems: [] });
    expect(wish(false).problems.map(({ message }) => message)).toEqual([
      'name a sender, or a brand that has one; the brand “default” is only a draft: choose it as well',
    ]);
  });
});

describe('docs/templates.md', () => {
  const page = readFileSync('docs/templates.md', 'utf8');
  const blocks = [...page.matchAll(/```json ([\w/-]+)\n(.*?)```/gs)].map(([, place = '', body = '']) => ({
    ...(definitionAt(place) ?? { type: 'settings' as const, key: place }),
    body: JSON.parse(body) as unknown,
  }));

  it('shows definitions that can be published together, and rendered', () => {
    expect(blocks.length).toBeGreaterThanOrEqual(3);
    const bindings = new Set(['sender/news', 'sender/receipts', 'sender/answers']);
    const project = new Project(blocks.map(checked));
    const problems = checkProject(project, { ...around, bindings }, START);
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    for (const { key, body } of project.of('template')) {
      const find = (name: string) => project.of('snippet').find((one) => one.key === name)?.body;
      const prepared = prepareEmail(body as EmailTemplate, key, find, compile);
      if (prepared.outcome === 'problems') throw new Error(JSON.stringify(prepared.problems));
      const rendering = emailRenderer(prepared.email).render({ profile: person(), zone: 'UTC', now: START });
      expect(rendering.outcome).toBe('rendered');
    }
  });

  it('shows Liquid that prints what it says', () => {
    const rows = [...page.matchAll(/^\| `(\{[{%].*?)` +\| (.*?) +\|/gm)];
    expect(rows.length).toBeGreaterThan(10);
    const about = {
      data: {
        total: 1234.5,
        url: 'https://shop.example/',
        items: [{ name: 'Hat' }, { name: 'Scarf' }],
        at: '2026-03-02T12:00:00Z',
      },
    };
    for (const [, liquid = '', prints = ''] of rows) {
      const printed = line(liquid.replaceAll('\\|', '|'), person({ firstName: 'Ada', plan: 'pro' }), about);
      expect(printed.replace(/\s/g, ' '), liquid).toBe(prints === 'nothing' ? '' : prints);
    }
  });
});

import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../domain/json.ts';
import { dynamoTemplateReader } from '../../lambdas/adapters/template-reader.ts';
import { liveTemplates } from '../../lambdas/delivery/live-templates.ts';
import { emailWords } from '../../lambdas/delivery/render-email.ts';
import { BRAND, person } from '../domain/email/support.ts';
import { START } from '../support/people.ts';
import { Admin, adminFakes } from './admin.ts';
import { storedCatalog } from './catalog-fakes.ts';
import { fakeLog } from './fakes.ts';

/** Who publishes, and a worker that sends what is published. */
function project() {
  const { dependencies, client } = storedCatalog();
  const clock = { now: START };
  const api = new Admin({ ...adminFakes(), catalog: dependencies });
  const call = (method: string, path: string, body: unknown) =>
    api.call(method, `/api/catalog/${path}`, { body, claims: { sub: 'a', name: 'A', 'cognito:groups': '[admin]' } });
  let number = 0;
  const publish = async (definitions: Record<string, JsonObject>) => {
    const items = Object.keys(definitions).map((place) => ({ type: place.split('/')[0], key: place.split('/')[1] }));
    for (const { type, key } of items)
      await call('PUT', `drafts/${type}/${key}`, { body: definitions[`${type}/${key}`], revision: 0 });
    const { json } = await call('POST', 'publish', { items, expect: number });
    if (json.outcome === 'published') number = json.number;
    clock.now += 10_000;
    return json;
  };
  const bind = (name: string, value: object) =>
    call('PUT', `bindings/sender/${name}`, { value: { channel: 'email', ...value } });
  const unbind = (name: string) => call('POST', `bindings/sender/${name}/remove`, {});
  const reads: string[] = [];
  const stored = dynamoTemplateReader(client, 'definitions');
  const reader = {
    ...stored,
    readPart: (address: string) => {
      reads.push(address);
      return stored.readPart(address);
    },
  };
  const log = fakeLog();
  const now = () => clock.now;
  const words = emailWords({ templates: liveTemplates({ reader, now, log }), zone: 'Europe/Berlin', now, log });
  return { publish, bind, unbind, words, reader, reads, log, clock };
}

const mjml = (text: string) =>
  `<mjml><mj-body><mj-section><mj-column><mj-text>${text}</mj-text></mj-column></mj-section></mj-body></mjml>`;

const welcome = (more: JsonObject = {}): JsonObject => ({
  ...{ name: 'Welcome', channel: 'email', sender: 'news', fallback: 'en', class: 'transactional' },
  locales: {
    en: { subject: 'Hello {{ person.firstName }}', mjml: mjml('Good to see you. {% snippet "ps" %}') },
    de: { subject: 'Hallo {{ person.firstName }}', mjml: mjml('Schön, dass du da bist. {% snippet "ps" %}') },
  },
  ...more,
});
const ps = (text: string): JsonObject => ({ name: 'PS', locales: { en: text } });

describe('a published template', () => {
  it('takes the place of the built-in one, in the language of each person', async () => {
    const { publish, bind, words } = project();
    expect(await words('welcome', person())).toMatchObject({ rendered: { subject: 'Welcome!' } });
    await bind('news', { address: 'news@shop.example', name: 'Shop' });
    expect(await publish({ 'template/welcome': welcome(), 'snippet/ps': ps('PS: {{ person.email }}') })).toMatchObject({
      outcome: 'published',
    });
    expect(await words('welcome', person({ firstName: 'Ada', email: 'a@b.example' }, 'de-AT'))).toMatchObject({
      outcome: 'rendered',
      rendered: {
        subject: 'Hallo Ada',
        html: expect.stringContaining('lang="de"'),
        text: 'Schön, dass du da bist. PS: a@b.example\n',
        from: { address: 'news@shop.example', name: 'Shop' },
      },
    });
    expect(await words('welcome', person({ firstName: 'Zoë' }, 'fr'))).toMatchObject({
      rendered: { subject: 'Hello Zoë', text: 'Good to see you. PS: \n' },
    });
  });

  it('is compiled anew when a snippet of it changes, and only then; workers read what is new', async () => {
    const { publish, bind, words, reads } = project();
    await bind('news', { address: 'news@shop.example' });
    await publish({ 'template/welcome': welcome(), 'snippet/ps': ps('old') });
    await words('welcome', person());
    await words('welcome', person());
    const first = [...reads];
    await publish({ 'snippet/other': ps('nobody names it') });
    await words('welcome', person());
    expect(reads).toEqual(first);
    await publish({ 'snippet/ps': ps('new') });
    expect(await words('welcome', person())).toMatchObject({ rendered: { text: 'Good to see you. new\n' } });
    expect(reads).toHaveLength(first.length + 1);
  });

  it('has the footer, the sender and the colours of its brand as they are now', async () => {
    const { publish, bind, words } = project();
    for (const name of ['news', 'receipts', 'answers']) await bind(name, { address: `${name}@shop.example` });
    const senders = { marketing: { sender: 'news' }, transactional: { sender: 'receipts' } };
    const brand = { ...(BRAND as unknown as JsonObject), senders, replyTo: 'answers' };
    const html = '<body style="color:{{ brand.colors.primary }}">Hi</body>';
    const body = { name: 'B', channel: 'email', class: 'transactional', locales: { en: { subject: 'Hi', html } } };
    await publish({ 'brand/default': brand, 'template/welcome': body });
    expect(await words('welcome', person())).toMatchObject({
      rendered: {
        html: expect.stringMatching(/^<body style="color:#1a73e8">Hi<table.*Shop Ltd<br>1 High Street<.*<\/body>$/s),
        from: { address: 'receipts@shop.example' },
        replyTo: 'answers@shop.example',
      },
    });
    await publish({ 'brand/default': { ...brand, colors: { primary: '#000000' } } });
    expect(await words('welcome', person())).toMatchObject({ rendered: { html: expect.stringContaining('#000000') } });
  });

  it('waits while its sender is not set up any more, and refuses whom it cannot be rendered for', async () => {
    const { publish, bind, unbind, words, log, clock } = project();
    await bind('news', { address: 'news@shop.example' });
    const html = '{% for i in (1..9000) %}{{ person.traits.long }}{% endfor %}{{ person.traits.gone }}';
    const body = { ...welcome(), locales: { en: { subject: 'Hi', html, text: 'Hi' } } };
    await publish({ 'template/welcome': body });
    expect(await words('welcome', person({ long: 'x'.repeat(1_000) }))).toEqual({
      outcome: 'refused',
      reason: 'render-too-long',
    });
    expect(await words('welcome', person())).toMatchObject({ outcome: 'rendered' });
    expect(await words('welcome', person())).toMatchObject({ outcome: 'rendered' });
    expect(log.codes).toEqual(['variables-empty']);
    await unbind('news');
    clock.now += 10_000;
    expect(await words('welcome', person())).toEqual({ outcome: 'not-now', reason: 'missing-sender' });
    expect(await words('nobody-wrote-it', person())).toEqual({ outcome: 'refused', reason: 'no-template' });
  });

  it('is sent as it was known while nobody can tell what is published', async () => {
    const { publish, bind, words, reader, clock, log } = project();
    await bind('news', { address: 'news@shop.example' });
    reader.readPointer = () => Promise.reject(new Error('throttled'));
    await expect(words('welcome', person())).rejects.toThrow('throttled');
    const broken = reader.readPointer;
    reader.readPointer = async () => undefined;
    await words('welcome', person());
    reader.readPointer = broken;
    clock.now += 10_000;
    expect(await words('welcome', person())).toMatchObject({ rendered: { subject: 'Welcome!' } });
    expect(log.codes).toEqual(['catalog-unreadable']);
    await publish({});
  });

  it('that MJML cannot be made of is refused, with the line', async () => {
    const { publish, bind } = project();
    await bind('news', { address: 'news@shop.example' });
    const body = {
      ...welcome(),
      locales: { en: { subject: 'Hi', mjml: '<mjml>\n<mj-body>\n<mj-txt>x</mj-txt></mj-body></mjml>' } },
    };
    expect(await publish({ 'template/welcome': body })).toMatchObject({
      code: 'invalid_definitions',
      problems: [
        {
          path: 'templates/welcome/locales/en/mjml',
          message: 'line 3: there is no element <mj-txt>; did you mean “mj-text”?',
        },
      ],
    });
  });
});

describe('a preview', () => {
  const html = '<p>{{ person.firstName }} {{ data.total | money: "EUR" }} {{ person.traits.plan }}</p>';
  const body = {
    name: 'T',
    channel: 'email',
    class: 'transactional',
    sender: 'news',
    locales: { en: { subject: 'Hi', html } },
  };

  function desk() {
    const { dependencies } = storedCatalog();
    const fakes = adminFakes();
    const sent: object[] = [];
    const testProvider = {
      send: async (email: object) => {
        sent.push(email);
        return { outcome: 'accepted' as const, providerId: 'p1' };
      },
    };
    const api = new Admin({ ...fakes, catalog: dependencies, testProvider });
    const ask = (path: string, asked: object, role = 'marketer') =>
      api.call('POST', `/api/templates/${path}`, {
        body: asked,
        claims: { sub: 'a', name: 'A', 'cognito:groups': `[${role}]` },
      });
    return { ask, sent, fakes, bindings: dependencies.bindings };
  }

  it('shows what a person would get, and what is wrong', async () => {
    const { ask, fakes } = desk();
    expect(await ask('preview', { key: 't', body, data: { total: 5 } }, 'viewer')).toMatchObject({
      status: 200,
      json: {
        ...{
          locale: 'en',
          subject: 'Hi',
          html: '<p>Sam €5.00 </p>',
          text: 'Sam €5.00 \n',
          unknown: ['person.traits.plan'],
        },
        problems: [
          { path: 'templates/t/sender', code: 'missing-binding' },
          { path: 'templates/t/locales/en/html', message: 'line 1: no app has told the trait “plan” lately' },
        ],
      },
    });
    fakes.profiles.stored.set('k#u1', person({ firstName: 'Ada', plan: 'pro' }, 'en-GB'));
    expect(await ask('preview', { key: 't', body, userId: 'u1' })).toMatchObject({
      json: { html: '<p>Ada  pro</p>', unknown: ['data.total'] },
    });
    expect(await ask('preview', { key: 't', body, userId: 'nobody' })).toMatchObject({ status: 404 });
    expect(await ask('preview', { key: 't' })).toMatchObject({ status: 404, json: { code: 'unknown_definition' } });
    expect(await ask('preview', { key: 't', body: { ...body, channel: 'emial' } })).toMatchObject({ status: 422 });
  });

  it('is sent to who asks for a test, marked, with a tag of its own, and told to the audit without the address', async () => {
    const { ask, sent, fakes, bindings } = desk();
    const asked = { key: 't', body, to: 'Me@Shop.example' };
    expect(await ask('test', asked, 'viewer')).toMatchObject({ status: 403 });
    expect(await ask('test', asked)).toMatchObject({ status: 409, json: { code: 'missing_binding' } });
    await bindings.put({ name: 'sender/news', value: { channel: 'email', address: 'news@shop.example' } });
    expect(await ask('test', asked)).toMatchObject({ status: 200, json: { sent: true } });
    expect(sent).toMatchObject([
      {
        to: 'me@shop.example',
        subject: '[TEST] Hi',
        tags: { perennial: 'test' },
        from: { address: 'news@shop.example' },
      },
    ]);
    expect(fakes.audit.entries.at(-1)).toMatchObject({ action: 'testTemplate', subject: 'template/t' });
    fakes.suppressions.find = async (address) => ({
      ...(address === 'me@shop.example' && { suppression: { reason: 'bounced', since: START, sendId: 's' } }),
      refusals: new Map(),
    });
    expect(await ask('test', asked)).toMatchObject({ status: 409, json: { code: 'suppressed_address' } });
    fakes.writesTo.onlyTo = ['@example.com'];
    expect(await ask('test', asked)).toMatchObject({ status: 409, json: { code: 'not_on_list' } });
    expect(sent).toHaveLength(1);
    expect(JSON.stringify(fakes.audit.entries).toLowerCase()).not.toContain('me@shop');
  });
});

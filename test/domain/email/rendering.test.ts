import { describe, expect, it } from 'vitest';
import { chooseLocale, formattingLocale } from '../../../domain/delivery/email/locale.ts';
import { mailbox } from '../../../lambdas/adapters/email-provider.ts';
import { START } from '../../support/people.ts';
import { BRAND, compile, email, line, person, prepare, render, rendered } from './support.ts';

describe('a subject', () => {
  const data = { total: 1234.5, free: 0, when: '2026-03-02T23:30:00Z', seconds: 1_772_494_200, list: ['a', 'b'] };
  it.each([
    ['{{ person.firstName | default: "there" }}', 'there', undefined],
    ['{{ person.firstName }} {{ person.lastName }}', 'Ada', person({ first_name: ' Ada ' })],
    ['{{ person.firstName }}', 'Grace', person({ name: 'Grace Hopper' })],
    ['{{ person.id }} {{ person.email }} {{ person.stage }}', 'u1 a@b.example new', person({ email: 'A@b.example' })],
    ['{{ person.traits.plan }}{{ person.traits["pet name"] }}', 'proRex', person({ plan: 'pro', 'pet name': 'Rex' })],
    ['{{ data.total | money: "EUR" }}', '€1,234.50', undefined],
    ['{{ data.free | money: "eur" }} {{ data.nothing | money: "EUR" | default: "-" }}', '€0.00 -', undefined],
    ['{{ data.total | money }} {{ "x" | money: "EUR" }}', '1,234.5', undefined],
    ['{{ data.when | date: "long" }}', 'March 3, 2026', undefined],
    [
      '{{ data.when | date: "%d.%m.%Y %H:%M" }} {{ data.when | date: "%-d %B, %A" }}',
      '03.03.2026 00:30 3 March, Tuesday',
      undefined,
    ],
    ['{{ data.seconds | date: "%F %Y" }} {{ "never" | date }}', '%F 2026', undefined],
    ['{{ "now" | date: "short" }}', '3/2/26', undefined],
    ['{{ data.list | join: " & " }} {{ data.list | size }} {{ data.list }}', 'a & b 2 ab', undefined],
    ['{% if person.traits.plan == "pro" %}Pro{% else %}Free{% endif %} & <b>', 'Free & <b>', undefined],
    ['{% assign n = data.total | round %}{{ n | plus: 1 }}', '1236', undefined],
    ['a\n b\t{{ "c" }}', 'a b c', undefined],
  ])('%s', (text, expected, profile) => {
    expect(line(text, profile, { data })).toBe(expected);
  });

  it('of nothing is sent to nobody', () => {
    expect(render(email({ subject: '{{ person.traits.none }}' }))).toEqual({ outcome: 'failed', reason: 'no-subject' });
  });
});

describe('a language', () => {
  it.each([
    ['de-AT', ['de', 'de-AT', 'en'], 'de-AT'],
    ['de_AT', ['de', 'en'], 'de'],
    ['de-CH', ['de-AT', 'en'], 'en'],
    ['DE', ['de', 'en'], 'de'],
    ['zh-Hant-TW', ['zh-TW', 'zh', 'en'], 'zh-TW'],
    ['fr-FR.UTF-8', ['fr', 'en'], 'fr'],
    [undefined, ['de', 'en'], 'en'],
    ['fr', ['de', 'es'], 'es'],
    ['fr', ['de', 'it'], 'de'],
    ['<b>', ['de', 'en'], 'en'],
  ])('for %s of %j is %s', (wanted, written, chosen) => {
    expect(chooseLocale(wanted, written, 'en', 'es')).toBe(chosen);
  });

  it('writes dates and amounts as her country does, on her clock', () => {
    expect([formattingLocale('de-AT', 'de'), formattingLocale('fr-CA', 'en'), formattingLocale('pt', 'pt-BR')]).toEqual(
      [...['de-AT', 'en', 'pt-BR']],
    );
    const subject = '{{ 9.5 | money: "CHF" }} {{ data.at | date: "datetime" }}';
    const template = email({}, { locales: { de: { subject, html: '-' }, en: { subject, html: '-' } }, fallback: 'en' });
    const about = { data: { at: START } };
    const subjectFor = (locale: string) => rendered(render(template, person({}, locale), about)).subject;
    expect([subjectFor('de-CH'), subjectFor('de'), subjectFor('ja')].map((text) => text.replace(/\s/g, ' '))).toEqual([
      ...['CHF 9.50 02.03.2026, 13:00', '9,50 CHF 02.03.2026, 13:00', 'CHF 9.50 Mar 2, 2026, 1:00 PM'],
    ]);
  });
});

describe('what is printed empty', () => {
  it('is told by name, unless there is a default or nobody came by', () => {
    const html =
      '{{ person.traits.plan }}{{ person.traits.gone | default: "-" }}{% if data.x %}{{ data.y }}{% endif %}{{ data.items[0].name }}';
    expect(rendered(render(email({ html }), person())).unknown).toContain('person.traits.plan');
    expect(rendered(render(email({ html: '{{ person.traits.gone | default: "-" }}' }))).unknown).toEqual([]);
  });
});

describe('an email', () => {
  const html = '<body><p>Hi</p></body>';

  it('has its preheader first, where nobody sees it, and its footer last', () => {
    const about = { unsubscribeUrl: 'https://u.example/?a=1&b="2"', preferencesUrl: 'https://u.example/p' };
    const got = rendered(
      render(email({ html, preheader: 'For {{ person.firstName }}' }), person({ firstName: '<Ada>' }), about, BRAND),
    );
    expect(got.preheader).toBe('For <Ada>');
    expect(got.html).toMatch(
      /^<body><div style="display:none[^>]*>For &lt;Ada&gt;<\/div><p>Hi<\/p><table.*<\/table><\/body>$/s,
    );
    expect(got.html).toContain('Shop Ltd<br>1 High Street<br><a href="https://u.example/?a=1&amp;b=&quot;2&quot;"');
    expect(got.text).toBe(
      'Hi\n\n-- \nShop Ltd\n1 High Street\nUnsubscribe: https://u.example/?a=1&b="2"\nYour choices: https://u.example/p\n',
    );
  });

  it('shows the way out once, and none below what is transactional', () => {
    const about = { unsubscribeUrl: 'https://u.example/1' };
    const own = email({ html: '<body><a href="{{ unsubscribe_url }}">No more</a></body>' });
    expect(rendered(render(own, person(), about, BRAND)).html.split('https://u.example/1')).toHaveLength(2);
    const receipt = rendered(render(email({ html }, { class: 'transactional' }), person(), about, BRAND));
    expect(receipt.html).toContain('Shop Ltd');
    expect(receipt.html).not.toContain('u.example');
  });

  it('says in plain text what its HTML says', () => {
    const written =
      '<html><head><title>T</title><style>p > b {}</style></head><body><h1>News</h1><p>One &amp; two&nbsp;&#8364; a &lt; b</p>' +
      '<ul><li>first</li><li>second</li></ul><!-- no --><div style="display: none">hidden<div>too</div></div>' +
      '<a href="https://a.example/?x=1&amp;y={{ person.id }}">Go <b>on</b></a><img src="x" alt="A hat"><br>End</body></html>';
    expect(rendered(render(email({ html: written }))).text).toBe(
      'News\n\nOne & two € a < b\n\n- first\n- second\n\nGo on (https://a.example/?x=1&y=u1)A hat\nEnd\n',
    );
  });

  it('has the text that was written for it, if there is one', () => {
    expect(rendered(render(email({ html, text: 'Own <b> {{ person.id }}' }))).text).toBe('Own <b> u1');
  });
});

describe('MJML', () => {
  const body = (inside: string) =>
    `<mjml><mj-body><mj-section><mj-column>\n${inside}\n</mj-column></mj-section></mj-body></mjml>`;

  it('keeps Liquid wherever it stands', () => {
    const mjml = body(
      '{% for item in data.items %}<mj-text color="{{ brand.colors.primary }}">{{ item | escape }} {% if item < "b" %}<i>a < b</i>{% endif %}</mj-text>{% endfor %}' +
        '<mj-button href="https://s.example/?a={{ person.id | url_encode }}&b=1">Go &nbsp;<br>on</mj-button>',
    ).replace('a < b', 'a &lt; b');
    const got = rendered(
      render(email({ html: undefined as never, mjml }), person(), { data: { items: ['a', 'c'] } }, BRAND),
    );
    expect(got.html).toContain('href="https://s.example/?a=u1&b=1"');
    expect(got.html.match(/color:#1a73e8/g)).toHaveLength(2);
    expect(got.html.match(/<i>a &lt; b<\/i>/g)).toHaveLength(1);
    expect(got.html).toContain('<html lang="en"');
    expect(got.text).toContain('Go\non (https://s.example/?a=u1&b=1)');
  });

  it.each([
    ['<mj-txt>x</mj-txt>', 'line 2: there is no element <mj-txt>; did you mean “mj-text”?'],
    ['<mj-text>x', 'line 3: </mj-column> ends something that is not open here'],
    ['<mj-text><p>x</mj-text>', 'line 2: </mj-text> ends something that is not open here'],
    ['Hello', 'line 2: text stands between the elements of mj-column: put it into mj-text'],
    ['<mj-text>1 < 2</mj-text>', 'line 2: a “<” begins no element here: write &lt;'],
    ['<mj-include path="/etc/passwd" />', 'line 2: mj-include reads files, which are not here: use a snippet'],
    [
      '<mj-image src="a" width="{{ data.width }}" />',
      'line 2: “{{ data.width }}” is lost: MJML takes only a plain value here',
    ],
    ['<mj-text>{{ person.name</mj-text>', 'line 2: output'],
    ['<div>'.repeat(100), 'line 2: elements stand in one another more than 60 deep'],
  ])('%s is refused with its line', (inside, message) => {
    const prepared = prepare(email({ html: undefined as never, mjml: body(inside) }));
    expect(prepared).toMatchObject({
      outcome: 'problems',
      problems: [
        { path: 'templates/t/locales/en/mjml', code: 'template-syntax', message: expect.stringContaining(message) },
      ],
    });
  });

  it('that breaks the compiler breaks nothing else', () => {
    expect(prepare(email({ html: undefined as never, mjml: '<mjml></mjml><p></p>' })).outcome).toBe('problems');
    expect(prepare(email({ html: undefined as never, mjml: body('<mj-text>x</mj-text>') })).outcome).toBe('prepared');
  });
});

describe('a sender', () => {
  it.each([
    [{ address: 'a@b.example' }, 'a@b.example'],
    [{ address: 'a@b.example', name: 'Shop, Inc.' }, '"Shop, Inc." <a@b.example>'],
    [{ address: 'a@b.example', name: 'A"\r\nBcc: <x>' }, '"A   Bcc: <x>" <a@b.example>'],
    [{ address: 'a@b.example', name: 'Läden' }, '=?UTF-8?B?TMOkZGVu?= <a@b.example>'],
  ])('%j is written as mail programs read it', (sender, written) => {
    expect(mailbox(sender)).toBe(written);
  });

  it('of a long name is written in words of which each can be read', () => {
    const name = 'ü'.repeat(60);
    const words = mailbox({ address: 'a@b.example', name }).split(' ').slice(0, -1);
    expect(Math.max(...words.map((word) => word.length))).toBeLessThanOrEqual(75);
    const read = words.map((word) => Buffer.from(word.slice(10, -2), 'base64').toString());
    expect(read.join('')).toBe(name);
  });
});

describe('MJML', () => {
  it('loads nothing from other hosts of its own accord', () => {
    const compiled = compile(
      '<mjml><mj-body><mj-section><mj-column><mj-text>Hi</mj-text></mj-column></mj-section></mj-body></mjml>',
    );
    if (compiled.outcome === 'refused') throw new Error(compiled.message);
    expect(compiled.html).not.toMatch(/googleapis|@import|<link/);
  });
});

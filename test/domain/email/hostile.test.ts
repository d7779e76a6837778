import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { htmlLiquid } from '../../../domain/delivery/email/liquid.ts';
import type { Json } from '../../../domain/json.ts';
import { BRAND, email, person, prepare, render, rendered } from './support.ts';

const many = (times: number, text: string) => text.repeat(times);

describe('a template that does harm', () => {
  it.each([
    ['counts to a hundred million', '{% for i in (1..100000000) %}x{% endfor %}', 'too-much-work'],
    ['goes round in loops', many(4, '{% for i in (1..900) %}') + many(4, '{% endfor %}'), 'too-much-work'],
    ['goes through lists in lists', many(3, '{% for i in data.list %}') + many(3, '{% endfor %}'), 'too-much-work'],
    [
      'doubles what it has',
      '{% assign x = "aaaaaaaa" %}{% for i in (1..60) %}{% assign x = x | append: x %}{% endfor %}',
      'too-much-work',
    ],
    ['prints without end', '{% for i in (1..9000) %}{{ data.long }}{% endfor %}', 'too-long'],
    ['says itself without end', `{% for i in (1..9000) %}${many(200, 'x')}{% endfor %}`, 'too-long'],
  ])('and %s is refused for each person, and hangs nobody', (_what, html, reason) => {
    const about = { data: { long: many(10_000, 'x'), list: Array.from({ length: 60 }, () => 1) } };
    expect(render(email({ html, text: 'Hi' }), person(), about)).toEqual({ outcome: 'failed', reason });
  });

  it.each([
    ['reads files', '{% include "/etc/passwd" %}', 'tag "include" not found'],
    ['lays itself out by files', '{% layout "a" %}', 'tag "layout" not found'],
    ['prints what is not escaped', '{{ person.name | raw }}', 'undefined filter: raw'],
    [
      'is one tag of 30,000 words',
      `{% if a${many(10_000, ' and a')} %}{% endif %}`,
      'a tag has at most 2,000 characters',
    ],
    ['nests 6,000 conditions', many(6_000, '{% if a %}') + many(6_000, '{% endif %}'), 'at most 5,000 tags'],
    ['leaves a quote open', '<a href={{ data.url }}>x</a>', 'put quotes around “{{ data.url }}”'],
    ['puts names of attributes together', '<a {{ data.x }}="1">x</a>', 'put quotes around “{{ data.x }}”'],
    ['has a script', '<script>alert("{{ person.name }}")</script>', 'mail programs run no scripts'],
  ])('and %s is not published', (_what, html, message) => {
    expect(prepare(email({ html }))).toMatchObject({
      outcome: 'problems',
      problems: [{ path: 'templates/t/locales/en/html', message: expect.stringContaining(message) }],
    });
  });

  it('and reads what belongs to no data gets nothing', () => {
    const html = '{{ person.constructor }}{{ data.__proto__.polluted }}{{ data.list.map }}{{ "a".constructor.name }}-';
    const { html: got } = rendered(render(email({ html }), person(), { data: { list: [1] } }));
    expect(got).toBe('-');
  });

  it('and nests snippets in snippets until nobody could hold them is not published', () => {
    const twice = (key: string) => `{% snippet "${key}" %}{% snippet "${key}" %}`;
    const snippets = Object.fromEntries(
      Array.from({ length: 9 }, (_, i) => [`s${i}`, i === 8 ? many(9_000, 'x') : twice(`s${i + 1}`)]),
    );
    expect(prepare(email({ html: '{% snippet "s0" %}' }), snippets)).toMatchObject({
      problems: [{ path: 'templates/t/locales/en/html', code: 'too-large' }],
    });
  });
});

const HOSTILE: readonly (readonly [what: string, value: Json])[] = [
  ['HTML', '<img src=x onerror=alert(1)>'],
  ['an end of the page', '</p></body></html>'],
  ['an end of an attribute', '" onmouseover="alert(1)'],
  ['Liquid', '{{ person.email }}{% for i in (1..9) %}x{% endfor %}'],
  ['line breaks and a header', 'Ada\r\nBcc: all@example.com'],
  ['a line separator', 'Ada\u2028Bcc: x'],
  ['a sign that turns the direction', '\u202Ecod.exe'],
  ['a NUL', 'A\u0000da'],
  ['half of a character', 'A\uD83D'],
  ['a list', ['<b>', { a: 1 }]],
  ['an object', { toString: '<b>' }],
  ['a long text', many(20_000, '<')],
];

describe('a person who is called', () => {
  it.each(HOSTILE)('%s harms neither subject nor HTML', (_what, value) => {
    const template = email({
      subject: 'Hi {{ person.traits.nick }} {{ person.firstName }}',
      preheader: '{{ person.traits.nick }}',
      html: '<body><a href="{{ person.traits.nick }}" title="{{ person.traits.nick }}">{{ person.traits.nick }}</a></body>',
    });
    const { subject, html } = rendered(render(template, person({ nick: value, firstName: value }), {}, BRAND));
    expect(subject).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202e]/u);
    expect([...subject].length).toBeLessThanOrEqual(250);
    expect(html).not.toMatch(/<img|onmouseover="|<b>|Adax/);
    expect(html.match(/<\/body>/g)).toHaveLength(1);
    expect(html).not.toContain('person.email"');
  });

  it.each([
    ['javascript:alert(1)', ''],
    ['java\nscript:alert(1)', ''],
    [' data:text/html,x', ''],
    ['//evil.example', ''],
    ['https://shop.example/?a=1&b=2', 'https://shop.example/?a=1&amp;b=2'],
    ['mailto:a@b.example', 'mailto:a@b.example'],
  ])('%s leads where a link may lead', (url, href) => {
    const html = '<a href="{% if data.url %}{{ data.url }}{% endif %}">x</a>';
    expect(rendered(render(email({ html }), person(), { data: { url } })).html).toBe(`<a href="${href}">x</a>`);
  });

  it('anything at all puts no markup into HTML and no line break into a subject', () => {
    const template = email({
      subject: '{{ person.traits.a }}{{ person.firstName }}.',
      html: '<p title="{{ person.traits.a }}">{{ person.traits.a }}{% for i in person.traits.a %}{{ i }}{% endfor %}</p>',
    });
    const tame = rendered(render(template, person({ a: 'x', firstName: 'x' })))
      .html.match(/[<>"]/g)
      ?.join('');
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue()), (value) => {
        const a = value as Json;
        const rendering = render(template, person({ a, firstName: a }));
        const { subject, html } = rendered(rendering);
        expect(html.match(/[<>"]/g)?.join('')).toBe(tame);
        expect(subject).not.toMatch(/[\r\n]/);
      }),
      { numRuns: 200 },
    );
  });
});

it('reads whatever is written as a template in bounded time, and answers', () => {
  const pieces = fc.constantFrom(
    '{{',
    '}}',
    '{%',
    '%}',
    ' if ',
    'endif',
    '"',
    "'",
    '|',
    'a',
    '<',
    '>',
    '\n',
    ' ',
    '.',
    '-',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => {
      expect(['parsed', 'syntax']).toContain(htmlLiquid.parse(parts.join('')).outcome);
      expect(['prepared', 'problems']).toContain(prepare(email({ html: `-${parts.join('')}` })).outcome);
    }),
    { numRuns: 300 },
  );
});

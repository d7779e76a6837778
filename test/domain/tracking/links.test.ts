import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namesHostOf } from '../../../domain/delivery/tracking/named-hosts.ts';
import { withTrackedLinks } from '../../../domain/delivery/tracking/tracked-html.ts';
import { isWithin, utmOf, withUtm } from '../../../domain/delivery/tracking/utm.ts';
import { trackedOf } from '../../../domain/delivery/tracking/who-is-tracked.ts';

const numbered = (html: string) =>
  withTrackedLinks(html, { linkTo: (link, n) => `https://l.example/${n}?${link}`, picture: undefined });

describe('a host', () => {
  const html =
    '<a href="https://Shop.example/{{ person.traits.path }}"> <a href="{{ data.link }}"> <a href=\'https://käse.example:8443\'>';
  it.each(['https://shop.example/a', 'http://shop.example', 'https://SHOP.example?a', 'https://käse.example:8443/#a'])(
    'is named by the template: %s',
    (link) => expect(namesHostOf(html, link)).toBe(true),
  );

  it.each([
    'https://evil.example/',
    'https://shop.example.evil.example/',
    'https://shop.exampl/',
    'https://hop.example/',
    'https://shop.example@evil.example/',
    'https://shop.example:81/',
    'https:///shop.example/',
    'mailto:ada@shop.example',
  ])('is not, and nothing leads over ours to it: %s', (link) => expect(namesHostOf(html, link)).toBe(false));

  it('is not named by a part of what is printed', () => {
    for (const printed of ['https://shop.example{{ person.traits.x }}/', 'https://{{ person.traits.x }}.shop.example/'])
      for (const link of [
        'https://shop.example/',
        'https://shop.example.evil.example/',
        'https://evil.example/.shop.example/',
      ])
        expect(namesHostOf(`<a href="${printed}">`, link)).toBe(false);
  });
});

describe('links of a message', () => {
  it.each([
    ['<a href="https://shop.example/">', '<a href="https://l.example/1?https://shop.example/">'],
    ["<A class='x' HREF = 'http://shop.example'>", "<A class='x' HREF = 'https://l.example/1?http://shop.example'>"],
    [
      '<a title="a>b" href="https://s.example/?a=1&amp;b=2">',
      '<a title="a>b" href="https://l.example/1?https://s.example/?a=1&amp;b=2">',
    ],
    ['<a\nhref=" https://s.example/ä ">', '<a\nhref="https://l.example/1?https://s.example/ä">'],
    // For Outlook, in a comment.
    [
      '<!--[if mso]><a href="https://s.example"><![endif]-->',
      '<!--[if mso]><a href="https://l.example/1?https://s.example"><![endif]-->',
    ],
  ])('become ours: %s', (html, expected) => {
    expect(numbered(html)).toBe(expected);
  });

  it.each([
    '<a href="mailto:ada@shop.example">',
    '<a href="tel:+4930">',
    '<a href="#below">',
    '<a href="">',
    '<a name="top">',
    '<a href=https://shop.example>',
    '<a href="javascript:alert(1)">',
    '<a href="//shop.example">',
    '<a href="https://shop.example" data-track="no">',
    '<a data-track=\'NO\' href="https://shop.example">',
    '<a data-href="https://shop.example">',
    '<area href="https://shop.example">',
    '<abbr href="https://shop.example">',
    '<link href="https://shop.example/a.css">',
    '<img src="https://shop.example/a.png">',
    `<a href="https://shop.example/${'a'.repeat(2_000)}">`,
    '<a href="https://shop.example',
    '<a href="https://shop.example/a b">',
  ])('stay: %s', (html) => {
    expect(numbered(html)).toBe(html);
  });

  it('are counted one by one, up to two hundred', () => {
    const html = '<p><a href="https://s.example/">x</a></p>'.repeat(250);
    const links = [...numbered(html).matchAll(/l\.example\/(\d+)\?/g)].map(([, n]) => Number(n));
    expect(links).toEqual(Array.from({ length: 200 }, (_, n) => n + 1));
  });

  it('leave all else as it was, whatever it is', () => {
    const piece = fc.constantFrom(
      '<a ',
      'href="',
      'https://s.example',
      '"',
      "'",
      '>',
      '</a>',
      '<',
      ' ',
      'x',
      '<!--',
      '-->',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')),
        (html) => {
          expect(withTrackedLinks(html, { linkTo: (link) => link, picture: undefined })).toBe(html);
        },
      ),
    );
  });

  it('are followed by the picture, at the end of the body', () => {
    const picture = 'https://l.example/o/1';
    const at = (html: string) => withTrackedLinks(html, { linkTo: undefined, picture });
    expect(at('<html><body><p>x</p></body></html>')).toMatch(
      /^<html><body><p>x<\/p><img src="[^"]+" width="1"[^>]*><\/body><\/html>$/,
    );
    expect(at('<p>x</p>')).toMatch(/^<p>x<\/p><img [^>]+>$/);
  });
});

describe('what links carry for web statistics', () => {
  const utm = { source: 'perennial', medium: 'email', campaign: 'welcome' };
  it.each([
    ['https://s.example', 'https://s.example?utm_source=perennial&utm_medium=email&utm_campaign=welcome'],
    ['https://s.example/?a=1#b', 'https://s.example/?a=1&utm_source=perennial&utm_medium=email&utm_campaign=welcome#b'],
    ['https://s.example/?', 'https://s.example/?utm_source=perennial&utm_medium=email&utm_campaign=welcome'],
    ['https://s.example/?UTM_Source=x&utm_medium', 'https://s.example/?UTM_Source=x&utm_medium&utm_campaign=welcome'],
    [
      'https://s.example/#/a?b=c',
      'https://s.example/?utm_source=perennial&utm_medium=email&utm_campaign=welcome#/a?b=c',
    ],
  ])('%s', (link, expected) => {
    expect(withUtm(link, utm)).toBe(expected);
    expect(withUtm(expected, utm)).toBe(expected);
  });

  it('is the template’s key unless the project says otherwise', () => {
    expect(utmOf(undefined, 'welcome')).toEqual(utm);
    expect(utmOf({ utm: { campaign: 'a&b', source: 'shop' } }, 'welcome')).toEqual({
      ...utm,
      source: 'shop',
      campaign: 'a&b',
    });
    expect(withUtm('https://s.example', { ...utm, campaign: 'a&b #' })).toContain('utm_campaign=a%26b%20%23');
    expect(utmOf({ utm: false }, 'welcome')).toBeUndefined();
  });

  it.each([
    ['https://shop.example', 'https://shop.example/a', true],
    ['https://www.shop.example/', 'https://shop.example', true],
    ['https://shop.example', 'http://WWW.Shop.Example:8443/?a', true],
    ['https://shop.example', 'https://myshop.example', false],
    ['https://shop.example', 'https://shop.example.evil.example', false],
    ['https://shop.example', 'https://shop.example@evil.example', false],
    [undefined, 'https://shop.example', false],
  ])('of %s is on %s: %s', (website, link, expected) => {
    expect(isWithin(website, link)).toBe(expected);
  });
});

describe('who is measured', () => {
  const said = (granted: boolean) => new Map([['tracking', { granted, time: 1, source: 'web' }]]);
  const both = { clicks: true, opens: true };
  it.each([
    ['clicks, without settings', undefined, new Map(), { clicks: true, opens: false }],
    ['both, where the project says so', both, new Map(), both],
    ['not who does not want to be', both, said(false), undefined],
    [
      'not who has said nothing, where her yes is required',
      { ...both, consent: 'required' as const },
      new Map(),
      undefined,
    ],
    ['who has said yes', { ...both, consent: 'required' as const }, said(true), both],
  ])('%s', (_what, settings, consents, expected) => {
    expect(trackedOf(settings, consents)).toEqual(expected);
  });
});

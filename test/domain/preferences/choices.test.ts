import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  answeredAt,
  answersTo,
  choicesOf,
  gets,
  oneClick,
  type Topic,
  type Wish,
  withAnswers,
} from '../../../domain/delivery/preferences/choices.ts';
import { preferencePage } from '../../../domain/delivery/preferences/page.ts';
import { buttonColors } from '../../../domain/delivery/preferences/page-colors.ts';
import { languageOf } from '../../../domain/delivery/preferences/page-words.ts';
import type { Consents } from '../../../domain/state/consent.ts';
import { START } from '../../support/people.ts';

const TOPICS: readonly Topic[] = [
  { key: 'news', name: 'News', channels: ['email'] },
  { key: 'club', name: 'Club', channels: ['email', 'sms'], consent: { email: 'required' } },
  { key: 'inner', name: 'Inner', channels: ['email'], doubleOptIn: true },
  { key: 'quiet', name: 'Quiet', channels: ['email'], hidden: true },
  { key: 'alerts', name: 'Alerts', channels: ['sms'] },
];
const SHOWN = ['news', 'club', 'inner'];
const on = (consents: Consents) => choicesOf(TOPICS, consents).topics.flatMap(({ key, on: is }) => (is ? [key] : []));
const doing = (consents: Consents, wish: Wish): Consents =>
  withAnswers(consents, answersTo(wish, TOPICS, consents), answeredAt(START, consents), 'preference-page');

const about = fc.constantFrom('email', 'email!', ...SHOWN.flatMap((key) => [`email/${key}`, `email/${key}!`]));
const consents: fc.Arbitrary<Consents> = fc
  .dictionary(
    about,
    fc.record({ granted: fc.boolean(), time: fc.nat(9), source: fc.constantFrom('app', 'preference-page') }),
    { maxKeys: 6 },
  )
  .map((said) => new Map(Object.entries(said)));
const chosen = fc.subarray(SHOWN);

describe('what she says on the page', () => {
  it('is what holds then, of every topic she was shown', () => {
    fc.assert(
      fc.property(consents, chosen, (before, wanted) => {
        const wish = { kind: 'choose', shown: new Set(SHOWN), wanted: new Set(wanted) } as const;
        expect(on(doing(before, wish))).toEqual(wanted);
      }),
    );
  });

  it('says nothing of topics she was not shown', () => {
    fc.assert(
      fc.property(consents, chosen, chosen, (before, shown, wanted) => {
        const wish = { kind: 'choose', shown: new Set(shown), wanted: new Set(wanted) } as const;
        const then = on(doing(before, wish));
        const others = SHOWN.filter((key) => !shown.includes(key));
        expect(then.filter((key) => others.includes(key))).toEqual(on(before).filter((key) => others.includes(key)));
      }),
    );
  });

  it('takes her out of everything, and back to what she had', () => {
    fc.assert(
      fc.property(consents, (before) => {
        fc.pre(before.get('email')?.granted !== false);
        const had = on(before);
        const left = doing(before, { kind: 'leave' });
        expect([on(left), choicesOf(TOPICS, left).hasLeft]).toEqual([[], true]);
        const back = doing(left, { kind: 'return', had: new Set(had) });
        expect([on(back), choicesOf(TOPICS, back).hasLeft]).toEqual([had, false]);
      }),
    );
  });
});

describe('who comes back', () => {
  const later = (rules: Partial<Topic>): Topic => ({ key: 'later', name: 'Later', channels: ['email'], ...rules });

  it('has said yes to none of the topics that are new since, seen or hidden', () => {
    fc.assert(
      fc.property(consents, chosen, fc.boolean(), (before, had, hidden) => {
        const left = doing(before, { kind: 'leave' });
        const back = doing(left, { kind: 'return', had: new Set(had) });
        const asked = [{ consent: { email: 'required' } }, { doubleOptIn: true }, {}] as const;
        expect(asked.map((rules) => gets(back, later({ ...rules, hidden })))).toEqual([false, false, true]);
      }),
    );
  });

  it('twice, or without having left, has said nothing more', () => {
    const back = doing(doing(new Map(), { kind: 'leave' }), { kind: 'return', had: new Set(['news']) });
    for (const consents of [new Map(), back])
      expect(answersTo({ kind: 'return', had: new Set(['inner']) }, TOPICS, consents)).toEqual([]);
  });
});

describe('who comes back long after she has left', () => {
  it('gets what nobody has to ask for, and nothing that she never said yes to', () => {
    const left = doing(new Map(), { kind: 'leave' });
    expect(on(doing(left, { kind: 'return', had: new Set() }))).toEqual(['news']);
  });
});

describe('one click', () => {
  it.each([
    ['news', { kind: 'leave-topic', topic: 'news' }],
    ['quiet', { kind: 'leave' }],
    ['alerts', { kind: 'leave' }],
    ['gone', { kind: 'leave' }],
    [undefined, { kind: 'leave' }],
  ])('beside a message about %s', (topic, wish) => {
    expect(oneClick(topic, TOPICS)).toEqual(wish);
  });
});

describe('the page', () => {
  it('prints what a project calls things, and never reads it as markup', () => {
    const name = '<script>alert(1)</script>" onload="x';
    const brand = { name, website: 'https://shop.example/"><i>', colors: { primary: '#1A73E8' } };
    const choices = choicesOf([{ key: 'news', name, description: name, channels: ['email'] }], new Map());
    const frame = { brand, language: languageOf('en') };
    const content = { choices, address: undefined, topic: choices.topics[0], notice: { kind: 'saved' } as const };
    const { html } = preferencePage(frame, content);
    expect(html).not.toMatch(/<script|<i>|" onload=/);
    expect(html).toContain('&lt;script&gt;');
  });

  it('has words on its button that can be read on any colour', () => {
    const part = (color: string, i: number) => Number.parseInt(color.slice(1 + 2 * i, 3 + 2 * i), 16) / 255;
    const light = (color: string) =>
      [0.2126, 0.7152, 0.0722].reduce((sum, weight, i) => {
        const value = part(color, i);
        return sum + weight * (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
      }, 0);
    fc.assert(
      fc.property(fc.nat(0xffffff), (number) => {
        const { background, text } = buttonColors(`#${number.toString(16).padStart(6, '0')}`);
        const [dark = 0, bright = 0] = [light(background), light(text)].sort((a, b) => a - b);
        expect((bright + 0.05) / (dark + 0.05)).toBeGreaterThan(4.5);
      }),
    );
  });

  it.each([
    [['de-AT'], 'de'],
    [['fr-FR', 'de'], 'de'],
    [['en-GB', 'de'], 'en'],
    [['fr,de;q=0.8'], 'en'],
    [[undefined], 'en'],
  ])('for %j is in %s', (wanted, lang) => {
    expect(languageOf(...wanted).lang).toBe(lang);
  });
});

import type { BrandBody } from '../../catalog/brand.ts';
import type { Profile } from '../../state/profile.ts';
import { LONGEST_OUTPUT } from './bounds.ts';
import type { Reader } from './filters.ts';
import { footerOf } from './footer.ts';
import { htmlLiquid, type LiquidDialect, type Parsed, textLiquid } from './liquid.ts';
import { chooseLocale, formattingLocale } from './locale.ts';
import { missingIn } from './missing.ts';
import { type About, scopeOf } from './person-scope.ts';
import { END_OF_BODY, type PreparedEmail, type PreparedTexts } from './prepared.ts';

export interface RenderedEmail {
  /** One line. */
  readonly subject: string;
  /** One line; empty when there is none. It stands in the HTML too. */
  readonly preheader: string;
  readonly html: string;
  readonly text: string;
}

/** For whom, and in whose name. */
export interface Addressee {
  readonly profile: Profile;
  /** Whose clock dates are told by: hers, or the project's (IANA name). */
  readonly zone: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly brand?: BrandBody | undefined;
  /** The project's language. */
  readonly defaultLocale?: string | undefined;
  readonly about?: About;
}

export type EmailRendering =
  | {
      readonly outcome: 'rendered';
      readonly email: RenderedEmail;
      /** Of the template's languages. */
      readonly locale: string;
      /** What the template prints and this person does not have: `person.traits.plan`. */
      readonly unknown: readonly string[];
    }
  /** For this person it cannot be rendered, and could not the next time either. */
  | { readonly outcome: 'failed'; readonly reason: RenderFailure };

export type RenderFailure = 'too-long' | 'too-much-work' | 'failed' | 'no-subject' | 'unreadable';

/** A template that a worker keeps: each language is parsed once, when the first person needs it. */
export interface EmailRenderer {
  readonly template: PreparedEmail;
  render(addressee: Addressee): EmailRendering;
}

const PARTS = ['subject', 'preheader', 'html', 'text'] as const;
type ParsedTexts = Readonly<Record<(typeof PARTS)[number], Parsed>>;

export function emailRenderer(template: PreparedEmail): EmailRenderer {
  const written = Object.keys(template.locales);
  const parsed = new Map<string, ParsedTexts | undefined>();

  function textsIn(locale: string): ParsedTexts | undefined {
    if (!parsed.has(locale)) parsed.set(locale, parseTexts(template.locales[locale]));
    return parsed.get(locale);
  }

  return {
    template,
    render({ profile, zone, now, brand, defaultLocale, about = {} }) {
      const wanted = profile.locale?.value;
      const locale = chooseLocale(wanted, written, template.fallback, defaultLocale);
      const texts = textsIn(locale);
      if (texts === undefined) return { outcome: 'failed', reason: 'unreadable' };
      const scope = scopeOf(profile, brand, about);
      const reader: Reader = { locale: formattingLocale(wanted, locale), zone, now };
      const done = renderParts(texts, scope, reader);
      if (done.outcome === 'failed') return done;
      const { subject, preheader, html, text } = done.parts;
      const line = oneLine(subject, LONGEST_SUBJECT);
      if (line === '') return { outcome: 'failed', reason: 'no-subject' };
      const withWayOut = template.class === 'marketing' && !names(texts.html, 'unsubscribe_url');
      const footer = footerOf(brand, locale, about, withWayOut);
      if (html.length + footer.html.length + text.length > LONGEST_OUTPUT)
        return { outcome: 'failed', reason: 'too-long' };
      return {
        outcome: 'rendered',
        email: {
          subject: line,
          preheader: oneLine(preheader, LONGEST_PREHEADER),
          html: beforeItsEnd(html, footer.html),
          // Conditions and loops leave empty lines where they stood.
          text: text.replace(/\n{3,}/g, '\n\n') + footer.text,
        },
        locale,
        unknown:
          done.blanks === 0
            ? []
            : missingIn(
                PARTS.flatMap((part) => texts[part].variables),
                scope,
              ),
      };
    },
  };
}

function parseTexts(texts: PreparedTexts | undefined): ParsedTexts | undefined {
  if (texts === undefined) return undefined;
  const parsed: Partial<Record<(typeof PARTS)[number], Parsed>> = {};
  for (const part of PARTS) {
    const parsing = dialectOf(part).parse(texts[part]);
    if (parsing.outcome === 'syntax') return undefined;
    parsed[part] = parsing.parsed;
  }
  return parsed as ParsedTexts;
}

const dialectOf = (part: (typeof PARTS)[number]): LiquidDialect => (part === 'html' ? htmlLiquid : textLiquid);

type PartsRendered =
  | {
      readonly outcome: 'rendered';
      readonly parts: Readonly<Record<(typeof PARTS)[number], string>>;
      readonly blanks: number;
    }
  | { readonly outcome: 'failed'; readonly reason: RenderFailure };

function renderParts(texts: ParsedTexts, scope: object, reader: Reader): PartsRendered {
  const parts = { subject: '', preheader: '', html: '', text: '' };
  let blanks = 0;
  for (const part of PARTS) {
    const done = dialectOf(part).render(texts[part], scope, reader);
    if (done.outcome === 'failed') return done;
    parts[part] = done.text;
    blanks += done.blanks;
  }
  return { outcome: 'rendered', parts, blanks };
}

/** Mail programs show some seventy characters of a subject, and a header line has 998. */
const LONGEST_SUBJECT = 250;
const LONGEST_PREHEADER = 500;

/** A line break in a subject would begin another header; and signs that turn the direction of writing hide what is written. */
const oneLine = (text: string, longest: number): string => {
  const line = text
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/[\s\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
  const characters = [...line];
  return characters.length <= longest ? line : `${characters.slice(0, longest - 1).join('')}…`;
};

function beforeItsEnd(html: string, footer: string): string {
  const end = html.lastIndexOf(END_OF_BODY);
  return end === -1 ? html + footer : html.slice(0, end) + footer + html.slice(end);
}

const names = ({ variables }: Parsed, name: string): boolean => variables.some(({ segments }) => segments[0] === name);

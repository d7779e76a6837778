import type { BrandBody } from '../../catalog/brand.ts';
import { escapeHtml } from './liquid.ts';
import { chooseLocale } from './locale.ts';
import type { About } from './person-scope.ts';

export interface Footer {
  readonly html: string;
  readonly text: string;
}

/**
 * What stands below an email: the postal address, and below marketing the way out.
 * @param withWayOut not below what is transactional, nor where the template has its own
 */
export function footerOf(
  brand: BrandBody | undefined,
  locale: string,
  { unsubscribeUrl, preferencesUrl }: About,
  withWayOut: boolean,
): Footer {
  const words = brand === undefined ? ownWords(locale) : wordsOf(brand, locale);
  if (words === undefined) return NO_FOOTER;
  const ways = withWayOut
    ? [
        { words: words.unsubscribe, url: unsubscribeUrl },
        { words: words.preferences, url: preferencesUrl },
      ].flatMap((way) => (way.words === undefined || way.url === undefined ? [] : [{ words: way.words, url: way.url }]))
    : [];
  if (words.address === '' && ways.length === 0) return NO_FOOTER;
  const address = escapeHtml(words.address).replaceAll('\n', '<br>');
  const links = ways
    .map((way) => `<a href="${escapeHtml(way.url)}" style="color:#666666">${escapeHtml(way.words)}</a>`)
    .join(' &middot; ');
  const style = 'padding:24px 16px;font-family:Arial,sans-serif;font-size:12px;line-height:18px;color:#666666';
  return {
    html:
      '<table role="presentation" width="100%" border="0" cellpadding="0" cellspacing="0">' +
      `<tr><td align="center" style="${style}">${[address, links].filter((line) => line !== '').join('<br>')}</td></tr></table>`,
    text: `\n-- \n${[words.address, ...ways.map((way) => `${way.words}: ${way.url}`)].filter((line) => line !== '').join('\n')}\n`,
  };
}

const NO_FOOTER: Footer = { html: '', text: '' };

type FooterWords = BrandBody['footer'][string];

const wordsOf = ({ footer, fallback }: BrandBody, locale: string): FooterWords | undefined =>
  footer[chooseLocale(locale, Object.keys(footer), fallback)];

/** Below built-in messages of a project that has no brand yet: nobody knows its address, and the way out is there. */
const ownWords = (locale: string): FooterWords => ({
  address: '',
  unsubscribe: /^de\b/i.test(locale) ? 'Abmelden' : 'Unsubscribe',
});

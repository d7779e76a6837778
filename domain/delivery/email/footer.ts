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
  { footer, fallback }: BrandBody,
  locale: string,
  { unsubscribeUrl, preferencesUrl }: About,
  withWayOut: boolean,
): Footer {
  const words = footer[chooseLocale(locale, Object.keys(footer), fallback)];
  if (words === undefined) return { html: '', text: '' };
  const ways = withWayOut
    ? [
        { words: words.unsubscribe, url: unsubscribeUrl },
        { words: words.preferences, url: preferencesUrl },
      ].flatMap((way) => (way.words === undefined || way.url === undefined ? [] : [{ words: way.words, url: way.url }]))
    : [];
  const address = escapeHtml(words.address).replaceAll('\n', '<br>');
  const links = ways
    .map((way) => `<a href="${escapeHtml(way.url)}" style="color:#666666">${escapeHtml(way.words)}</a>`)
    .join(' &middot; ');
  const style = 'padding:24px 16px;font-family:Arial,sans-serif;font-size:12px;line-height:18px;color:#666666';
  return {
    html:
      '<table role="presentation" width="100%" border="0" cellpadding="0" cellspacing="0">' +
      `<tr><td align="center" style="${style}">${address}${links === '' ? '' : `<br>${links}`}</td></tr></table>`,
    text: `\n-- \n${[words.address, ...ways.map((way) => `${way.words}: ${way.url}`)].join('\n')}\n`,
  };
}

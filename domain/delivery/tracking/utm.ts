import type { SettingsBody } from '../../catalog/settings.ts';

/** By name, without `utm_`. */
export type Utm = Readonly<Record<'source' | 'medium' | 'campaign', string>>;

/** What the links of a message carry for the project's own web statistics; undefined when they carry nothing. */
export function utmOf(settings: SettingsBody['tracking'], message: string): Utm | undefined {
  if (settings?.utm === false) return undefined;
  const { source = 'perennial', medium = 'email', campaign = message } = settings?.utm ?? {};
  return { source, medium, campaign };
}

/** A link with what it lacks of them, its own query and fragment as they are. */
export function withUtm(link: string, utm: Utm): string {
  const [, address = '', query, fragment = ''] = /^([^?#]*)(?:\?([^#]*))?(#.*)?$/s.exec(link) ?? [];
  const written = new Set((query ?? '').split('&').map((pair) => pair.split('=', 1)[0]?.toLowerCase()));
  const missing = Object.entries(utm).flatMap(([name, value]) =>
    written.has(`utm_${name}`) ? [] : [`utm_${name}=${encodeURIComponent(value)}`],
  );
  const pairs = [...(query ? [query] : []), ...missing];
  return address + (pairs.length === 0 ? '' : `?${pairs.join('&')}`) + fragment;
}

/** Whether a link leads to a website or a part of it (`www.`, `shop.`): on anybody else's its statistics are no business of ours. */
export function isWithin(website: string | undefined, link: string): boolean {
  const [site, host] = [hostOf(website ?? '')?.replace(/^www\./, ''), hostOf(link)];
  return site !== undefined && host !== undefined && (host === site || host.endsWith(`.${site}`));
}

const hostOf = (link: string): string | undefined =>
  /^https?:\/\/([a-z\d.-]+)(?::\d+)?(?:[/?#]|$)/i.exec(link)?.[1]?.toLowerCase();

import type { BrandBody } from '../../domain/catalog/brand.ts';
import type { SettingsBody } from '../../domain/catalog/settings.ts';
import type { PreparedEmail } from '../../domain/delivery/email/prepared.ts';
import { type LookLink, packLook } from '../../domain/delivery/tracking/look-link.ts';
import { namesHostOf } from '../../domain/delivery/tracking/named-hosts.ts';
import { withTrackedLinks } from '../../domain/delivery/tracking/tracked-html.ts';
import { isWithin, utmOf, withUtm } from '../../domain/delivery/tracking/utm.ts';
import { trackedOf } from '../../domain/delivery/tracking/who-is-tracked.ts';
import type { Profile } from '../../domain/state/profile.ts';
import type { MessageLinksDependencies } from './message-links.ts';

export interface TrackedEmailDependencies extends MessageLinksDependencies {
  /** What the project measures. */
  readonly tracking: () => Promise<SettingsBody['tracking']>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface TrackedMessage {
  readonly sendId: string;
  readonly message: string;
  /** What is done with it is of interest to who counts journeys. */
  readonly isOfJourney: boolean;
}

/** The HTML of a message with links by which it can be told that somebody followed them. */
export type TrackEmail = (
  message: TrackedMessage,
  profile: Profile,
  html: string,
  of: { readonly template: PreparedEmail; readonly brand: BrandBody | undefined },
) => Promise<string>;

/**
 * Marketing only: what she asked for is not measured, and the link to a new password leads there whatever becomes of us.
 * Who is not measured gets every link as it was written; and so does everybody where the host of a link is not the
 * project's word: whoever can write it into a profile could have it led to over our host.
 */
export const trackedEmail =
  ({ tracking, tokens, host, now }: TrackedEmailDependencies): TrackEmail =>
  async ({ sendId, message, isOfJourney }, profile, html, { template, brand }) => {
    const settings = await tracking();
    const tracked = template.class === 'marketing' ? trackedOf(settings, profile.consent) : undefined;
    if (tracked === undefined) return html;
    const { seal } = await tokens();
    const ours = await host();
    const look: LookLink = { sendId, message, sentAt: now(), ...(isOfJourney && { isOfJourney }) };
    const utm = utmOf(settings, message);
    const written = Object.values(template.locales);
    const isOurs = (link: string) =>
      isWithin(brand?.website, link) || written.some((texts) => namesHostOf(texts.html, link));
    const linkTo = (link: string, n: number) => {
      // Where she says what she wants is nobody's success.
      if (link.startsWith(`${ours}/u/`) || link.startsWith(`${ours}/c/`) || !URL.canParse(link)) return undefined;
      const url = utm !== undefined && isWithin(brand?.website, link) ? withUtm(link, utm) : link;
      return tracked.clicks && isOurs(link) ? `${ours}/l/${seal('click', packLook({ ...look, to: { url, n } }))}` : url;
    };
    return withTrackedLinks(html, {
      linkTo: tracked.clicks || utm !== undefined ? linkTo : undefined,
      picture: tracked.opens ? `${ours}/o/${seal('open', packLook(look))}` : undefined,
    });
  };

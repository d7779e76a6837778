import type { PreparedEmail } from '../../domain/delivery/email/prepared.ts';
import { packConfirmation } from '../../domain/delivery/preferences/confirmation-link.ts';
import { type PreferenceLink, packLink } from '../../domain/delivery/preferences/preference-link.ts';
import type { UserKey } from '../../domain/state/user-key.ts';
import { suppressionName } from '../adapters/suppression-list.ts';
import type { SealedTokens } from './sealed-tokens.ts';

export interface MessageLinksDependencies {
  readonly tokens: () => Promise<SealedTokens>;
  /** Where links lead, without a slash at its end. */
  readonly host: () => Promise<string>;
}

/** Her own links in a message: pages on which she says what she wants to get. */
export interface WaysOut {
  readonly unsubscribeUrl: string;
  readonly preferencesUrl: string;
  /** In the message that asks for it. */
  readonly confirmUrl?: string;
}

export interface WrittenTo {
  /** Undefined where the address is not known to be hers: then the links are about that address alone. */
  readonly user: UserKey | undefined;
  readonly address: string;
  readonly sendId: string;
  /** What the message was decided about, where its template says nothing of that. */
  readonly topic?: string | undefined;
  /** What she is asked to confirm, and since when (ms). */
  readonly confirms?: { readonly topic: string; readonly at: number } | undefined;
}

/** SES takes no header value longer than 870 characters, and `<…>` stands around the link. */
const LONGEST_LINK = 868;

/** Makes the links of one message. Rejects when the secret they are sealed with cannot be read. */
export type MakeWaysOut = (to: WrittenTo, template: PreparedEmail) => Promise<WaysOut>;

export const waysOut =
  ({ tokens, host }: MessageLinksDependencies): MakeWaysOut =>
  async ({ user, address, sendId, topic: decided, confirms }, { topic = decided, brand }) => {
    const { seal } = await tokens();
    const at = await host();
    const urlOf = (link: PreferenceLink) => `${at}/u/${seal('preferences', packLink(link))}`;
    const known = { address: suppressionName(address), sendId, ...(topic && { topic }), ...(brand && { brand }) };
    const url = urlOf({ ...known, ...(user !== undefined && { user }) });
    // What holds for her address holds for her as well.
    const fitting = url.length <= LONGEST_LINK ? url : urlOf(known);
    const ways = { unsubscribeUrl: fitting, preferencesUrl: `${fitting}#topics` };
    if (confirms === undefined || user === undefined) return ways;
    const asked = packConfirmation({ ...known, user, topic: confirms.topic, askedAt: confirms.at });
    return { ...ways, confirmUrl: `${at}/c/${seal('confirm', asked)}` };
  };

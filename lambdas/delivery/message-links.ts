import type { PreparedEmail } from '../../domain/delivery/email/prepared.ts';
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
}

export interface WrittenTo {
  readonly user: UserKey;
  readonly address: string;
  readonly sendId: string;
}

/** SES takes no header value longer than 870 characters, and `<…>` stands around the link. */
const LONGEST_LINK = 868;

/** Makes the links of one message. Rejects when the secret they are sealed with cannot be read. */
export type MakeWaysOut = (to: WrittenTo, template: PreparedEmail) => Promise<WaysOut>;

export const waysOut =
  ({ tokens, host }: MessageLinksDependencies): MakeWaysOut =>
  async ({ user, address, sendId }, { topic, brand }) => {
    const { seal } = await tokens();
    const at = `${await host()}/u/`;
    const urlOf = (link: PreferenceLink) => at + seal('preferences', packLink(link));
    const known = { address: suppressionName(address), sendId, ...(topic && { topic }), ...(brand && { brand }) };
    const url = urlOf({ ...known, user });
    // What holds for her address holds for her as well.
    const fitting = url.length <= LONGEST_LINK ? url : urlOf(known);
    return { unsubscribeUrl: fitting, preferencesUrl: `${fitting}#topics` };
  };

import { isJsonObject } from '../../domain/json.ts';
import type { Reaction } from '../cloud/services/ses/reactions.ts';
import type { Standing } from '../cloud/services/ses/sending-account.ts';

const HOUR = 3_600_000;
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';

/** What a mailbox can be told to do, in a word. */
const DEEDS = {
  deliver: {},
  bounce: { arrival: 'bounced' },
  'bounce-softly': { arrival: 'bounced', bounce: { type: 'Transient', subType: 'MailboxFull' } },
  complain: { complains: true },
  open: { opens: [{ after: HOUR, userAgent: BROWSER }] },
  click: {
    opens: [{ after: HOUR, userAgent: BROWSER }],
    clicks: [{ after: HOUR, userAgent: BROWSER, link: 'https://shop.example/' }],
  },
  reject: { arrival: 'rejected' },
  'be-late': { delayed: true },
  'stay-silent': { published: 0 },
  throttle: { answer: 'throttled' },
  'lose-answer': { answer: 'lost' },
} satisfies Readonly<Record<string, Reaction>>;
const STANDINGS: readonly Standing[] = ['sending', 'paused', 'suspended'];

const USE =
  `Send {"to":"ada@example.com","does":"bounce"}, {"share":0.02,"does":"bounce"} or {"account":"paused"}; ` +
  `mailboxes can ${Object.keys(DEEDS).join(', ')}, SES can forget one of its own suppression list, the account is ${STANDINGS.join(', ')}.`;

/** What somebody wants the laptop's SES to do, or what is wrong with it. */
export type EmailWish =
  | { readonly whom: string | { readonly share: number }; readonly reaction: Reaction }
  /** It comes off the account's suppression list. */
  | { readonly forget: string }
  | { readonly account: Standing };

export function emailWishOf(body: unknown): EmailWish | string {
  if (!isJsonObject(body)) return USE;
  const { to, share, does, account, ...others } = body;
  if (Object.keys(others).length > 0) return USE;
  const standing = STANDINGS.find((one) => one === account);
  if (standing !== undefined) return [to, share, does].every((one) => one === undefined) ? { account: standing } : USE;
  const isOneAddress = typeof to === 'string' && to.includes('@') && share === undefined;
  if (account === undefined && does === 'forget' && isOneAddress) return { forget: to };
  if (account !== undefined || typeof does !== 'string' || !Object.hasOwn(DEEDS, does)) return USE;
  const reaction = DEEDS[does as keyof typeof DEEDS];
  if (isOneAddress) return { whom: to, reaction };
  if (typeof share === 'number' && share >= 0 && share <= 1 && to === undefined) return { whom: { share }, reaction };
  return USE;
}

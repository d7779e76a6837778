import { LONGEST_LINK } from './tracked-html.ts';

/** What the picture or a link of a message knows: which message it is, and where the link leads. Nothing of her. */
export interface LookLink {
  readonly sendId: string;
  /** The template's key. */
  readonly message: string;
  /** When it was handed to the provider (ms). */
  readonly sentAt: number;
  /** Its claim knows of which step of whose run. */
  readonly isOfJourney?: true;
  /** Of a link. */
  readonly to?: { readonly url: string /** Its number in the message. */; readonly n: number };
}

/** Short names: there may be many in a message, and some mail programs cut it at 102 KB. */
export const packLook = ({ sendId, message, sentAt, isOfJourney, to }: LookLink): object => ({
  ...{ s: sendId, m: message, a: sentAt, ...(isOfJourney && { j: 1 }) },
  ...(to && { t: to.url, n: to.n }),
});

/** Reads what a token held; undefined for what no release of ours has put there. */
export function unpackLook(content: unknown): LookLink | undefined {
  if (typeof content !== 'object' || content === null) return undefined;
  const { s: sendId, m: message, a: sentAt, j, t: url, n } = content as Record<string, unknown>;
  if (!isName(sendId) || !isName(message) || typeof sentAt !== 'number') return undefined;
  const look = { sendId, message, sentAt, ...(j === 1 && { isOfJourney: true as const }) };
  if (url === undefined) return look;
  // Sealed by us, and looked at all the same: it is where somebody is sent to.
  if (typeof url !== 'string' || url.length > 2 * LONGEST_LINK || !/^https?:\/\//i.test(url)) return undefined;
  return { ...look, to: { url, n: typeof n === 'number' ? n : 0 } };
}

const isName = (value: unknown): value is string => typeof value === 'string' && /^[\w-]{1,256}$/.test(value);

import { LONGEST_LINK } from './tracked-html.ts';

/** What the picture or a link of a message knows: which message it is, and where the link leads. Nothing of her. */
export interface LookLink {
  readonly sendId: string;
  /** The template's key. */
  readonly message: string;
  /** When it was handed to the provider (ms). */
  readonly sentAt: number;
  /** Of a link. */
  readonly to?: { readonly url: string /** Its number in the message. */; readonly n: number };
}

/** Short names: there may be many in a message, and some mail programs cut it at 102 KB. */
export const packLook = ({ sendId, message, sentAt, to }: LookLink): object => ({
  ...{ s: sendId, m: message, a: sentAt },
  ...(to && { t: to.url, n: to.n }),
});

/** Reads what a token held; undefined for what no release of ours has put there. */
export function unpackLook(content: unknown): LookLink | undefined {
  if (typeof content !== 'object' || content === null) return undefined;
  const { s: sendId, m: message, a: sentAt, t: url, n } = content as Record<string, unknown>;
  if (!isName(sendId) || !isName(message) || typeof sentAt !== 'number') return undefined;
  if (url === undefined) return { sendId, message, sentAt };
  // Sealed by us, and looked at all the same: it is where somebody is sent to.
  if (typeof url !== 'string' || url.length > 2 * LONGEST_LINK || !/^https?:\/\//i.test(url)) return undefined;
  return { sendId, message, sentAt, to: { url, n: typeof n === 'number' ? n : 0 } };
}

const isName = (value: unknown): value is string => typeof value === 'string' && /^[\w-]{1,256}$/.test(value);

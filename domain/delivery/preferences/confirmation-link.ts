import { DAY } from '../../calendar.ts';
import type { UserKey } from '../../state/user-key.ts';
import { type PreferenceLink, packLink, unpackLink } from './preference-link.ts';

/** What the link of a message that asks to confirm knows. */
export interface ConfirmationLink extends PreferenceLink {
  readonly user: UserKey;
  readonly topic: string;
  /** When she was asked (ms). */
  readonly askedAt: number;
}

/** A yes has to be confirmed while she still knows that she said it. */
const GOOD_FOR = 7 * DAY;

export const isTooOld = ({ askedAt }: ConfirmationLink, now: number): boolean => now > askedAt + GOOD_FOR;

export const packConfirmation = (link: ConfirmationLink): object => ({ ...packLink(link), at: link.askedAt });

/** Reads what a token held; undefined for what no release of ours has put there. */
export function unpackConfirmation(content: unknown): ConfirmationLink | undefined {
  const link = unpackLink(content);
  const { at } = (content ?? {}) as { readonly at?: unknown };
  if (link?.user === undefined || link.topic === undefined || typeof at !== 'number') return undefined;
  return { ...link, user: link.user, topic: link.topic, askedAt: at };
}

import { isKnown, type UserKey } from '../../state/user-key.ts';

/** What the link of a message knows: who was written to, about what, and in whose name. It holds for years. */
export interface PreferenceLink {
  /** Whom the message was written to; undefined where her id is too long for a link. */
  readonly user?: UserKey;
  /** How the suppression list names the address it went to. The address itself is nobody's business on the way. */
  readonly address: string;
  readonly sendId: string;
  /** What the message was about, where it had a topic. */
  readonly topic?: string;
  /** The key of its brand; the project's default one if left out. */
  readonly brand?: string;
}

/** Short names: a link stands in a header of at most 870 characters, and in the text part of an email. */
export const packLink = ({ user, address, sendId, topic, brand }: PreferenceLink): object => ({
  ...(user !== undefined && { u: user }),
  ...{ a: address, s: sendId },
  ...(topic !== undefined && { t: topic }),
  ...(brand !== undefined && { b: brand }),
});

/** Reads what a token held; undefined for what no release of ours has put there. */
export function unpackLink(content: unknown): PreferenceLink | undefined {
  if (typeof content !== 'object' || content === null) return undefined;
  const { u: user, a: address, s: sendId, t: topic, b: brand } = content as Record<string, unknown>;
  if (typeof address !== 'string' || typeof sendId !== 'string') return undefined;
  return {
    ...(isUserKey(user) && { user }),
    ...{ address, sendId },
    ...(typeof topic === 'string' && { topic }),
    ...(typeof brand === 'string' && { brand }),
  };
}

const isUserKey = (value: unknown): value is UserKey =>
  typeof value === 'string' && (value.startsWith('a#') || isKnown(value as UserKey));

/** Marketing can be refused and waits its turn; people wait for what is transactional. */
export const MESSAGE_CLASSES = ['marketing', 'transactional'] as const;
export type MessageClass = (typeof MESSAGE_CLASSES)[number];

/** What can be held: all of a channel, or one class of it. */
export const HOLDABLE = ['email', 'email/marketing', 'email/transactional'] as const;
export type Holdable = (typeof HOLDABLE)[number];

/** Nothing of it is sent until a person says so. */
export interface Hold {
  readonly what: Holdable;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** Who held it: the `sub` of a person, or the breaker, by which a provider's refusal of all we send does. */
  readonly by: string;
  /** In words, or the provider's. */
  readonly reason: string;
}

/** Who holds a channel when its provider refuses the account. */
export const BREAKER = 'breaker';

/** What keeps messages of a class from leaving; undefined: nothing. The whole channel's comes first. */
export const holdOver = (holds: readonly Hold[], of: MessageClass): Hold | undefined =>
  holds.find(({ what }) => what === 'email') ?? holds.find(({ what }) => what === `email/${of}`);

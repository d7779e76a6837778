import type { SourceKind } from './event.ts';

/**
 * How much a client source is believed about known users. `open`: whatever it says, as every analytics SDK works.
 * `signed`: what it says about a known user counts only with that user's token, which only the project's own server can
 * make. A server source is believed either way: its key is a secret.
 */
export type Identity = 'open' | 'signed';

/** An app or server that may send events, and what it may send. */
export interface Source {
  readonly id: string;
  readonly kind: SourceKind;
  readonly identity: Identity;
  /** What user tokens of this source may be signed with: the secret in use, and those on their way out. */
  readonly identitySecrets: readonly IdentitySecret[];
  /** Web origins that may use its keys (`https://shop.example`, `https://*.shop.example`); empty: any. */
  readonly origins: readonly string[];
  /**
   * Of a server: what it sends is what people do, as if their apps had sent it. Without it a server's events say little
   * about anybody being there (see `isActivity`).
   */
  readonly activity?: true;
  /** Events per second on average, over all workers together; without it only the API's own limit holds. */
  readonly eventsPerSecond?: number;
  /** Events per UTC day. */
  readonly eventsPerDay?: number;
}

export interface IdentitySecret {
  readonly secret: string;
  /** Until when (ms) it is honoured; without it for as long as it stands here. */
  readonly until?: number;
}

/** A source with nothing restricted. */
export const openSource = (id: string, kind: SourceKind): Source => ({
  id,
  kind,
  identity: 'open',
  identitySecrets: [],
  origins: [],
});

/** An item of the definitions table; all attributes are texts. */
export type Binding = Readonly<Record<'kind' | 'name', string>> & Readonly<Record<string, string>>;

/** Kinds of the items in which sources and their keys are bound. */
export const SOURCE_KIND = 'source';
export const KEY_KIND = 'source-key';

/** How a source is bound to its deployment. */
export const bindSource = (source: Source): Binding => ({
  kind: SOURCE_KIND,
  name: source.id,
  source: JSON.stringify(source),
});

/** Reads what `bindSource` wrote. */
export const readSource = (text: string): Source => JSON.parse(text) as Source;

/** A write key of a source. */
export interface SourceKey {
  /** SHA-256 of the key (hex), so that nobody who reads the table can send. */
  readonly sha256: string;
  readonly sourceId: string;
  /** Its first characters, by which an operator tells one key from another. */
  readonly hint: string;
  readonly createdAt: number;
  /** From when (ms) it is refused; without it it stays. */
  readonly expiresAt?: number;
}

/** How a key is bound: one item each, so that a source can have several while an old one is phased out. */
export const bindKey = ({ sha256, ...key }: SourceKey): Binding => ({
  kind: KEY_KIND,
  name: sha256,
  key: JSON.stringify(key),
});

/** Reads what `bindKey` wrote. */
export const readKey = (sha256: string, text: string): SourceKey => ({
  sha256,
  ...(JSON.parse(text) as Omit<SourceKey, 'sha256'>),
});

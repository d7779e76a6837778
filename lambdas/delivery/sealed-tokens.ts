import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import type { LinkSecret, LinkSecretReader } from '../adapters/link-secret.ts';

/** What a link is for: one made for one purpose is nonsense for all others. */
export type TokenPurpose = 'preferences' | 'confirm' | 'click' | 'open';

/**
 * What the links of messages carry: sealed, so that nobody can make one or read one. A user id may be an address, and
 * links are forwarded and logged on their way.
 */
export interface SealedTokens extends TokenOpener {
  /** The same content gives the same token: letters, digits, `-` and `_`. Throws when it is over `LONGEST_CONTENT`. */
  seal(purpose: TokenPurpose, content: object): string;
}

export interface TokenOpener {
  /**
   * What was sealed for this purpose; undefined for everything else, however it was made. Whoever opens it checks what
   * it says: an older release may have sealed it.
   */
  open(purpose: TokenPurpose, token: string): unknown;
}

/** Bytes of JSON. With it a link stays under the 4,096 characters that mail programs and proxies let through. */
export const LONGEST_CONTENT = 2_800;

/** In front of every token: how it is sealed, and by which secret. Another secret or another way gets another letter. */
const FORM = 'A';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const LONGEST_TOKEN = FORM.length + Math.ceil(((NONCE_BYTES + LONGEST_CONTENT + TAG_BYTES) * 4) / 3);

/** @param secret 32 random bytes */
export function sealedTokens(secret: Uint8Array): SealedTokens {
  const keyFor = (use: string) => Buffer.from(hkdfSync('sha256', secret, '', `perennial links ${FORM} ${use}`, 32));
  const sealing = keyFor('seal');
  const naming = keyFor('nonce');

  return {
    seal(purpose, content) {
      const plain = Buffer.from(JSON.stringify(content));
      if (plain.length > LONGEST_CONTENT) throw new RangeError('Too much for a link');
      // Made of what it is used for: no two contents share a nonce, and no randomness is needed.
      const nonce = createHmac('sha256', naming).update(`${purpose}\0`).update(plain).digest().subarray(0, NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', sealing, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(purpose));
      const sealed = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
      return FORM + sealed.toString('base64url');
    },

    open(purpose, token) {
      if (token.length > LONGEST_TOKEN || !token.startsWith(FORM)) return undefined;
      const text = token.slice(FORM.length);
      const sealed = Buffer.from(text, 'base64url');
      // Reading base64 is lenient: what is not written as we write it was changed on its way.
      if (sealed.length <= NONCE_BYTES + TAG_BYTES || sealed.toString('base64url') !== text) return undefined;
      const decipher = createDecipheriv('aes-256-gcm', sealing, sealed.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(Buffer.from(purpose));
      decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
      try {
        const plain = [decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()];
        return JSON.parse(Buffer.concat(plain).toString());
      } catch {
        return undefined;
      }
    },
  };
}

/** A worker's memory of this deployment's tokens: the secret is read once. Rejects when nobody can tell. */
export function rememberedTokens(secret: LinkSecret): () => Promise<SealedTokens> {
  let tokens: SealedTokens | undefined;
  return async () => {
    tokens ??= sealedTokens(await secret.findOrMake());
    return tokens;
  };
}

/** The same for who only opens: until the first link is made, no token is one. */
export function rememberedOpener(secret: LinkSecretReader): () => Promise<TokenOpener> {
  let tokens: TokenOpener | undefined;
  return async () => {
    if (tokens !== undefined) return tokens;
    const found = await secret.find();
    if (found === undefined) return { open: () => undefined };
    tokens = sealedTokens(found);
    return tokens;
  };
}

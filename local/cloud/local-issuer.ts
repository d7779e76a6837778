import type { KeyObject, KeyPairKeyObjectResult } from 'node:crypto';
import { generateKeyPairSync, sign } from 'node:crypto';

export interface LocalIssuer {
  /** Verifies the tokens of this issuer. */
  readonly publicKey: KeyObject;
  readonly keyId: string;
  /** A signed token with the given claims. */
  token(claims: Readonly<Record<string, unknown>>): string;
}

/** Plays the identity provider that a stage names for its admin API: a key pair made at start, and tokens by it. */
export function createLocalIssuer(): LocalIssuer {
  // Made when somebody asks: it takes longer than all the rest of a small cloud.
  let pair: KeyPairKeyObjectResult | undefined;
  const keys = () => {
    pair ??= generateKeyPairSync('rsa', { modulusLength: 2048 });
    return pair;
  };
  const keyId = 'local';
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return {
    get publicKey() {
      return keys().publicKey;
    },
    keyId,
    token(claims) {
      const signed = `${part({ alg: 'RS256', typ: 'JWT', kid: keyId })}.${part(claims)}`;
      return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), keys().privateKey).toString('base64url')}`;
    },
  };
}

/** Claims of an administrator; a hundred years long, because the local clock jumps. */
export function adminClaims(issuer: string, audience: string, now: number): Record<string, unknown> {
  const iat = Math.floor(now / 1000);
  const exp = iat + 100 * 365 * 24 * 3600;
  return { iss: issuer, aud: audience, sub: 'local-admin', email: 'admin@local.example', iat, nbf: iat, exp };
}

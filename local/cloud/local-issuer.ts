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

/** The roles of the admin API, as lambdas/console/api/roles.ts has them: what is local knows no function. */
export const ROLES = ['viewer', 'marketer', 'approver', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Somebody with a token. */
export interface Holder {
  readonly role: Role;
  /** What the issuer calls her. */
  readonly subject: string;
}

/** Claims as a Cognito user pool makes them; a hundred years long, because the local clock jumps. */
export function claimsOf(
  { role, subject }: Holder,
  { issuer, audience }: { readonly issuer: string; readonly audience: string },
  now: number,
): Record<string, unknown> {
  const iat = Math.floor(now / 1000);
  const exp = iat + 100 * 365 * 24 * 3600;
  return { iss: issuer, aud: audience, sub: subject, 'cognito:groups': [role], iat, nbf: iat, exp };
}

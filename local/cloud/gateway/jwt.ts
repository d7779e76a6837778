import { verify } from 'node:crypto';
import type { LocalIssuer } from '../local-issuer.ts';

export interface JwtAuthorizer {
  readonly issuer: string;
  readonly audiences: readonly string[];
}

export interface Authorized {
  readonly claims: Readonly<Record<string, string>>;
  readonly scopes: readonly string[] | null;
}

/**
 * Checks a bearer token as an HTTP API's JWT authorizer does: signature (RS256), issuer, audience and times. Returns
 * what the function is told about the caller, or undefined for a token that is refused.
 */
export function authorize(
  header: string | undefined,
  { issuer, audiences }: JwtAuthorizer,
  keys: LocalIssuer,
  now: number,
): Authorized | undefined {
  const token = header?.replace(/^Bearer\s+/i, '');
  const [head, body, signature, ...rest] = token?.split('.') ?? [];
  if (!head || !body || !signature || rest.length > 0) return undefined;
  const { alg, kid } = json(head) ?? {};
  if (alg !== 'RS256' || (kid !== undefined && kid !== keys.keyId)) return undefined;
  const signed = Buffer.from(`${head}.${body}`);
  if (!verify('RSA-SHA256', signed, keys.publicKey, Buffer.from(signature, 'base64url'))) return undefined;
  const claims = json(body);
  if (claims === undefined || claims.iss !== issuer) return undefined;
  // AWS looks at client_id only when there is no aud: Cognito's access tokens have none.
  const audience = [claims.aud ?? claims.client_id].flat();
  if (!audience.some((one) => audiences.includes(String(one)))) return undefined;
  const seconds = now / 1000;
  if (typeof claims.exp !== 'number' || claims.exp <= seconds) return undefined;
  if (typeof claims.nbf === 'number' && claims.nbf > seconds) return undefined;
  if (typeof claims.iat === 'number' && claims.iat > seconds) return undefined;
  return { claims: asText(claims), scopes: null };
}

/** Functions get every claim as text; a list looks like `[a b]`. */
function asText(claims: Readonly<Record<string, unknown>>): Record<string, string> {
  const text = (value: unknown) => {
    if (Array.isArray(value)) return `[${value.join(' ')}]`;
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  };
  return Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, text(value)]));
}

function json(part: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(Buffer.from(part, 'base64url').toString());
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

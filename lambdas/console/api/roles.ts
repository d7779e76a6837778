import type { AdminEvent } from './admin-event.ts';

/** Who may do what: each may do all that those before it may. docs/admin-api.md says what that is. */
export const ROLES = ['viewer', 'marketer', 'approver', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who makes a request, as her token says. */
export interface Caller {
  /** The issuer's id of her: what the audit keeps. */
  readonly subject: string;
  /** For people to read; the subject when the token names her not. */
  readonly name: string;
  readonly role: Role;
}

export type Identified =
  | { readonly outcome: 'caller'; readonly caller: Caller }
  | { readonly outcome: 'no-token' | 'no-role' };

/**
 * @param roleClaim the claim that lists roles or groups, in whatever form issuers write lists; other values than our
 * roles are other applications' and count for nothing
 */
export function callerOf(event: AdminEvent, roleClaim: string): Identified {
  const claims = event.requestContext.authorizer?.jwt.claims;
  const subject = textOf(claims?.sub);
  if (claims === undefined || subject === undefined) return { outcome: 'no-token' };
  const said = wordsOf(claims[roleClaim]);
  const role = ROLES.findLast((one) => said.includes(one));
  if (role === undefined) return { outcome: 'no-role' };
  const name = textOf(claims.name) ?? textOf(claims.email) ?? subject;
  return { outcome: 'caller', caller: { subject, name, role } };
}

export const mayAct = (role: Role, needed: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(needed);

const LONGEST = 200;

const textOf = (claim: unknown): string | undefined =>
  typeof claim === 'string' && claim !== '' ? claim.slice(0, LONGEST) : undefined;

/** The gateway writes a list as `[a b]`; a claim can hold one as JSON, with commas, or in a single word. */
const wordsOf = (claim: unknown): readonly string[] =>
  typeof claim === 'string' ? claim.split(/[\s,"[\]]+/) : Array.isArray(claim) ? claim.map(String) : [];

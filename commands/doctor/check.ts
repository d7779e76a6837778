import type { AlarmAccountReader } from '../../lambdas/adapters/account/alarm-account.ts';
import type { EmailAccountReader } from '../../lambdas/adapters/account/email-account.ts';
import type { FunctionAccountReader } from '../../lambdas/adapters/account/function-account.ts';
import type { StoreAccountReader } from '../../lambdas/adapters/account/store-account.ts';
import type { Deployment } from '../deployment/address-book.ts';

/** The account as the checks see it. */
export interface Account {
  readonly email: EmailAccountReader;
  readonly functions: FunctionAccountReader;
  readonly alarms: AlarmAccountReader;
  readonly stores: StoreAccountReader;
  /** The texts (TXT) of a DNS name, each put together; empty when there is none. Throws when nobody can tell. */
  readonly texts: (name: string) => Promise<readonly string[]>;
}

/** What a check saw, and what to do about it. */
export type Seen =
  | { readonly outcome: 'ok'; readonly saw: string }
  | { readonly outcome: 'warning' | 'problem' | 'unknown'; readonly saw: string; readonly todo: string };

/** One thing that only the account itself can tell. Later steps add theirs to a list. */
export interface Check {
  readonly id: string;
  readonly what: string;
  /** IAM actions it needs; all of them only read. */
  readonly needs: readonly string[];
  readonly look: (account: Account, deployment: Deployment) => Promise<Seen>;
}

export type Finding = Seen & Pick<Check, 'id' | 'what'>;

export const ok = (saw: string): Seen => ({ outcome: 'ok', saw });
export const warning = (saw: string, todo: string): Seen => ({ outcome: 'warning', saw, todo });
export const problem = (saw: string, todo: string): Seen => ({ outcome: 'problem', saw, todo });

/** Carries out every check; one that may not look, or cannot, says so and stops none of the others. */
export async function examine(
  checks: readonly Check[],
  account: Account,
  deployment: Deployment,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  // One after the other: some of AWS's APIs for administrators answer once a second.
  for (const check of checks)
    findings.push({ id: check.id, what: check.what, ...(await seenBy(check, account, deployment)) });
  return findings;
}

async function seenBy(check: Check, account: Account, deployment: Deployment): Promise<Seen> {
  try {
    return await check.look(account, deployment);
  } catch (error) {
    return notSeen(check, error as Error);
  }
}

/** Each service has a name of its own for it. */
const REFUSED = /AccessDenied|AuthorizationError|NotAuthorized|UnauthorizedOperation/;

function notSeen({ needs }: Check, { name, message }: Error): Seen {
  if (!REFUSED.test(name)) return { outcome: 'unknown', saw: `${name}: ${message}`, todo: 'Try again.' };
  // AWS names the action that was refused; it may be one of several.
  const action = /perform: ([\w-]+:\w+)/.exec(message)?.[1] ?? needs.join(', ');
  return { outcome: 'unknown', saw: 'You may not look.', todo: `Run it with a role that is allowed ${action}.` };
}

import { resolveTxt } from 'node:dns/promises';
import { alarmAccount } from '../../lambdas/adapters/account/alarm-account.ts';
import type { OperatorClients } from '../../lambdas/adapters/account/clients.ts';
import { sesEmailAccount } from '../../lambdas/adapters/account/email-account.ts';
import { lambdaAccount } from '../../lambdas/adapters/account/function-account.ts';
import { storeAccount } from '../../lambdas/adapters/account/store-account.ts';
import type { Account } from './check.ts';

/** The account that the clients' credentials are of, and the DNS of this machine. */
export const accountOf = ({ ses, lambda, cloudWatch, sns, dynamodb, sqs }: OperatorClients): Account => ({
  email: sesEmailAccount(ses),
  functions: lambdaAccount(lambda),
  alarms: alarmAccount(cloudWatch, sns),
  stores: storeAccount(dynamodb, sqs),
  texts,
});

const NOTHING_THERE = new Set(['ENOTFOUND', 'ENODATA']);

async function texts(name: string): Promise<readonly string[]> {
  try {
    // A record of more than 255 characters comes in pieces.
    return (await resolveTxt(name)).map((pieces) => pieces.join(''));
  } catch (error) {
    if (NOTHING_THERE.has((error as { code?: string }).code ?? '')) return [];
    throw error;
  }
}

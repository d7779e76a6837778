import type { Deployment } from '../deployment/address-book.ts';
import { type Check, ok, problem, warning } from './check.ts';

/** Whether what is remembered can be used, and brought back. */
export const dataChecks: readonly Check[] = [
  {
    id: 'tables-usable',
    what: 'Tables and their key can be used',
    needs: ['dynamodb:DescribeTable'],
    async look(account, deployment) {
      const tables = await eachTable(deployment, (name) => account.stores.table(name));
      const keyless = tables.filter(({ saw }) => saw.keyLostSince !== undefined);
      if (keyless.length > 0)
        return problem(
          `DynamoDB cannot use the key of ${names(keyless)}.`,
          'Enable the KMS key, or let the account use it again by its key policy, within seven days: then AWS archives the table.',
        );
      const busy = tables.filter(({ saw }) => saw.status !== 'ACTIVE');
      if (busy.length > 0)
        return warning(busy.map(({ table, saw }) => `${table} is ${saw.status}`).join(', '), 'Wait, and look again.');
      return ok(`${tables.length} tables, all active.`);
    },
  },
  {
    id: 'tables-recoverable',
    what: 'Tables can be brought back to any moment',
    needs: ['dynamodb:DescribeContinuousBackups'],
    async look(account, deployment) {
      const tables = await eachTable(deployment, (name) => account.stores.recoveryDays(name));
      const without = tables.filter(({ saw }) => saw === 0);
      if (without.length > 0)
        return problem(`${names(without)}: no point-in-time recovery.`, 'Deploy the data stack again; it turns it on.');
      // Erased people would come back out of an older backup.
      const long = tables.filter(({ saw }) => saw > 7);
      if (long.length > 0)
        return warning(
          `${names(long)}: up to ${long[0]?.saw} days.`,
          'Seven are meant: what was erased must not come back later.',
        );
      return ok('Point-in-time recovery of seven days or fewer on all.');
    },
  },
  {
    id: 'tables-protected',
    what: 'Tables cannot be deleted by mistake',
    needs: ['dynamodb:DescribeTable'],
    async look(account, deployment) {
      const open = (await eachTable(deployment, (name) => account.stores.table(name))).filter(
        ({ saw }) => !saw.deletionProtected,
      );
      if (open.length === 0) return ok('Deletion protection is on.');
      return warning(`${names(open)} can be deleted.`, 'Set protectData of the stage if these are real people.');
    },
  },
];

interface Of<T> {
  readonly table: string;
  readonly saw: T;
}

const names = (tables: readonly Of<unknown>[]) => tables.map(({ table }) => table).join(', ');

function eachTable<T>({ tables }: Deployment, look: (name: string) => Promise<T>): Promise<Of<T>[]> {
  return Promise.all(Object.entries(tables).map(async ([table, name]) => ({ table, saw: await look(name) })));
}

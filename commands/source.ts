/**
 * npm run source -- create --table DEFINITIONS_TABLE --id web --kind client
 *
 * Makes a write key for an app or server and prints it, once: only its hash is stored. The table's name is an output of
 * the data stack; AWS credentials come from where the AWS CLI finds them.
 */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { dynamodbClient } from '../lambdas/adapters/clients.ts';
import { registerKey } from '../lambdas/adapters/source-directory.ts';

const USAGE = 'Usage: npm run source -- create --table DEFINITIONS_TABLE --id SOURCE --kind client|server';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { table: { type: 'string' }, id: { type: 'string' }, kind: { type: 'string' } },
});
const { table, id, kind } = values;
if (
  positionals[0] !== 'create' ||
  table === undefined ||
  id === undefined ||
  (kind !== 'client' && kind !== 'server')
) {
  console.error(USAGE);
  process.exit(2);
}

const writeKey = `${kind === 'client' ? 'wk' : 'sk'}_${randomBytes(18).toString('base64url')}`;
try {
  await registerKey(dynamodbClient(), table, writeKey, { id, kind });
} catch (error) {
  // Most often no Region, no credentials or no such table: the SDK's sentence says which, its stack helps nobody.
  console.error(`The key was not made: ${(error as Error).message}`);
  process.exit(1);
}
console.log(writeKey);

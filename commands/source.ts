/**
 * npm run source -- create --table DEFINITIONS_TABLE --id web --kind client
 *
 * Sources and their write keys. A key or secret is printed once: of keys only the hash is stored. The table's name is an
 * output of the data stack; AWS credentials come from where the AWS CLI finds them.
 */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { dynamodbClient } from '../lambdas/adapters/clients.ts';
import { dynamoSourceRegistry } from '../lambdas/adapters/source-registry.ts';
import { administer } from './sources/administer.ts';

const USAGE = `Usage: npm run source -- ACTION --table DEFINITIONS_TABLE [--id SOURCE] [options]

  list                                    sources and their keys
  create --kind client|server [settings] [--key KEY]
                                          a new source; prints its key
  set [settings]                          changes a source
  add-key [--key KEY]                     another key; prints it
  rotate-key [--overlap P30D]             a new key; older ones end after the overlap
  revoke-key --hint HINT | --key KEY      ends one key now; list shows the hints
  rotate-secret [--overlap P30D]          a new secret for user tokens; older ones end after the overlap

Settings: --identity open|signed, --origin ORIGIN (several times; '' for any), --per-second N and --per-day N (0: none)
--key takes a key that exists, so that apps in the field go on with it`;

const text = { type: 'string' } as const;

function requested() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        ...{ table: text, id: text, kind: text, identity: text, key: text, hint: text, overlap: text },
        ...{ 'per-second': text, 'per-day': text, origin: { type: 'string', multiple: true } },
      },
    });
  } catch {
    return undefined;
  }
}

const ACTIONS = ['list', 'create', 'set', 'add-key', 'rotate-key', 'revoke-key', 'rotate-secret'];

const { values, positionals } = requested() ?? { values: {}, positionals: [] };
const { table, id = '', kind, identity, key, hint, overlap, origin: origins } = values;
const action = positionals[0] ?? '';
if (!ACTIONS.includes(action) || table === undefined || (id === '' && action !== 'list')) {
  console.error(USAGE);
  process.exit(2);
}

const limit = (value: string | undefined) => (value === undefined ? undefined : Number(value));
try {
  const answer = await administer(
    {
      ...{ action, id, kind, identity, key, hint, overlap, origins },
      eventsPerSecond: limit(values['per-second']),
      eventsPerDay: limit(values['per-day']),
    },
    {
      registry: dynamoSourceRegistry(dynamodbClient(), table),
      random: () => randomBytes(24).toString('base64url'),
      now: Date.now(),
    },
  );
  if (answer.outcome === 'problem') {
    console.error(answer.message);
    process.exit(1);
  }
  for (const line of answer.lines) console.log(line);
} catch (error) {
  // Most often no Region, no credentials or no such table: the SDK's sentence says which, its stack helps nobody.
  console.error(`Nothing was changed: ${(error as Error).message}`);
  process.exit(1);
}

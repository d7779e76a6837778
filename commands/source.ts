/**
 * npm run source -- create --table DEFINITIONS_TABLE --id web --kind client
 *
 * Sources and their write keys. A key or secret is printed once: of keys only the hash is stored. The table's name is an
 * output of the data stack; AWS credentials come from where the AWS CLI finds them.
 */

import { randomBytes } from 'node:crypto';
import { dynamodbClient } from '../lambdas/adapters/clients.ts';
import { dynamoSourceRegistry } from '../lambdas/adapters/source-registry.ts';
import { misuseOf, requested } from './command-line/command-line.ts';
import { WHOSE_ACCOUNT, whyUnreachable } from './deployment/unreachable.ts';
import { administer, problemOfRequest } from './sources/administer.ts';

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
          --activity: what this server sends is what people do, as if their apps had sent it; --no-activity takes it back
--key takes a key that exists, so that apps in the field go on with it

${WHOSE_ACCOUNT}`;

const text = { type: 'string' } as const;
const ACTIONS = ['list', 'create', 'set', 'add-key', 'rotate-key', 'revoke-key', 'rotate-secret'];

const misused: (problem: string) => never = misuseOf(USAGE);

const { values, positionals } = requested(USAGE, {
  allowPositionals: true,
  options: {
    ...{ table: text, id: text, kind: text, identity: text, key: text, hint: text, overlap: text },
    ...{ 'per-second': text, 'per-day': text, origin: { type: 'string', multiple: true } },
    ...{ activity: { type: 'boolean' }, 'no-activity': { type: 'boolean' } },
  },
});
const { table, id = '', kind, identity, key, hint, overlap, origin: origins } = values;
const [action = '', ...rest] = positionals;
if (!ACTIONS.includes(action)) misused(action === '' ? 'Say what to do.' : `There is no action "${action}".`);
if (rest.length > 0) misused(`Nobody knows what to do with "${rest.join(' ')}".`);
if (table === undefined) misused('--table is missing: the definitions table, an output of the data stack.');
if (id === '' && action !== 'list') misused('--id is missing: which source it is about.');

if (values.activity && values['no-activity']) misused('--activity and --no-activity say opposite things.');

// Said at once, and not after the table could not be reached.
const limit = (value: string | undefined) => (value === undefined ? undefined : Number(value));
const request = {
  ...{ action, id, kind, identity, key, hint, overlap, origins },
  activity: values.activity ? true : values['no-activity'] ? false : undefined,
  eventsPerSecond: limit(values['per-second']),
  eventsPerDay: limit(values['per-day']),
};
const problem = problemOfRequest(request);
if (problem !== undefined) misused(problem);

// Everybody who still has Node 20 would read eight lines about it first.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
try {
  const answer = await administer(request, {
    registry: dynamoSourceRegistry(dynamodbClient(), table),
    random: () => randomBytes(24).toString('base64url'),
    now: Date.now(),
  });
  if (answer.outcome === 'problem') {
    console.error(answer.message);
    process.exit(1);
  }
  for (const line of answer.lines) console.log(line);
} catch (error) {
  // Most often no Region, no credentials or no such table: the SDK's sentence says which, its stack helps nobody.
  console.error(`The table could not be ${action === 'list' ? 'read' : 'changed'}: ${whyUnreachable(error as Error)}`);
  process.exit(1);
}

/**
 * npm run catalog -- pull|diff|push DIR [--to STAGE] [--yes]
 *
 * Keeps what a project decides in a folder, one JSON file for each definition, and so in git; brings it from one stage to
 * the next. It needs no AWS credentials: all of it goes over the admin API.
 */

import { placeOf } from '../domain/catalog/definition.ts';
import { type CatalogApi, httpCatalogApi, Refused } from './catalog/catalog-api.ts';
import { compare, linesOf } from './catalog/compare.ts';
import { pruneFolder, readFolder, writeFolder } from './catalog/folder.ts';
import { lineOf, push } from './catalog/push.ts';
import { targetsOf } from './catalog/target.ts';
import { misuseOf, requested } from './command-line/command-line.ts';

const USAGE = `Usage: npm run catalog -- pull|diff|push DIR [--to STAGE]... [options]

  pull            writes what is live into DIR
  diff            says what push would change
  push            checks what differs there and says so; with --yes publishes it

  --to STAGE      where: PERENNIAL_STAGE_URL and PERENNIAL_STAGE_TOKEN say how; several times for one after the other
  --url, --token  where instead of --to; else PERENNIAL_URL and PERENNIAL_TOKEN
  --yes           push: publishes
  --prune         push: removes what is not in DIR; pull: removes files of what is not live
  --drafts        pull: drafts in the place of what they would change
  --built-in      pull: also the stages that come with Perennial, to begin own ones from
  --overwrite     push: puts DIR's in the place of drafts that somebody is working on
  --note TEXT     push: stands in the history
  --start-journeys  push: who changes stage or segment by it may enter journeys by it
  --no-fill       push: what is counted anew is counted from now on only

Ends with 1 when something was refused; further stages are left alone then.`;

const misused: (problem: string) => never = misuseOf(USAGE);

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;

const { values, positionals } = requested(USAGE, {
  allowPositionals: true,
  options: {
    ...{ to: { type: 'string', multiple: true }, url: text, token: text, note: text },
    ...{
      yes: flag,
      prune: flag,
      drafts: flag,
      overwrite: flag,
      'built-in': flag,
      'start-journeys': flag,
      'no-fill': flag,
    },
  },
});
const [action = '', directory, ...rest] = positionals;
if (!['pull', 'diff', 'push'].includes(action))
  misused(action === '' ? 'Say what to do.' : `There is no action "${action}".`);
if (directory === undefined) misused('Say which folder: DIR.');
if (rest.length > 0) misused(`Nobody knows what to do with "${rest.join(' ')}".`);
const found = targetsOf(values, process.env);
if (found.outcome === 'problem') misused(found.message);
const { targets } = found;
if (action === 'pull' && targets.length > 1) misused('A folder is pulled from one stage.');
if (action !== 'pull' && (values.drafts || values['built-in']))
  misused('--drafts and --built-in are for pull: what is pushed is in the folder.');

/** Whether all went well. */
async function carryOut(api: CatalogApi): Promise<boolean> {
  if (action === 'pull') return pull(api);
  const { definitions, problems } = readFolder(directory as string);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) return false;
  if (action === 'diff') {
    const { definitions: live } = await api.everything();
    const comparison = compare(definitions, live);
    const lines = linesOf(comparison, values.prune ? comparison.missing : []);
    for (const line of lines.length > 0 ? lines : ['No difference.']) console.log(line);
    return true;
  }
  const { yes = false, prune = false, overwrite = false, note } = values;
  const how = { startJourneys: values['start-journeys'] === true, fill: values['no-fill'] !== true };
  const { lines, ok } = await push(api, definitions, { yes, prune, overwrite, note, ...how });
  for (const line of lines) (ok ? console.log : console.error)(line);
  return ok;
}

async function pull(api: CatalogApi): Promise<boolean> {
  const { number, definitions } = await api.everything({
    drafts: values.drafts === true,
    builtIn: values['built-in'] === true,
  });
  writeFolder(directory as string, definitions);
  const gone = values.prune ? pruneFolder(directory as string, definitions) : [];
  const many = definitions.length === 1 ? '1 definition' : `${definitions.length} definitions`;
  console.log(`${many} of release ${number} ${definitions.length === 1 ? 'is' : 'are'} in ${directory}.`);
  for (const one of gone) console.log(`removed ${placeOf(one)}`);
  return true;
}

for (const { name, url, token } of targets) {
  if (targets.length > 1) console.log(`${name}:`);
  try {
    if (await carryOut(httpCatalogApi(url, token))) continue;
    process.exitCode = 1;
  } catch (error) {
    const { message, cause } = error as Error & { cause?: { code?: string } };
    console.error(error instanceof Refused ? message : `${name} could not be reached: ${cause?.code ?? message}`);
    if (error instanceof Refused) for (const problem of error.problems) console.error(lineOf(problem));
    process.exitCode = 1;
  }
  break;
}

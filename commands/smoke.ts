/**
 * npm run smoke -- URL --key WRITE_KEY [--admin-token TOKEN] [--to ADDRESS] [--json]
 *
 * Sends a few events through a deployment, or through `npm start` on a laptop, and looks whether everything that is
 * promised of them happens. It needs no AWS credentials: all of it goes over HTTP, as apps do.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { closingOf, countOf, linesOf, openingOf } from './smoke/report.ts';
import { newRun, problemOfUrl } from './smoke/run.ts';
import { carryOut } from './smoke/step.ts';
import { steps } from './smoke/steps.ts';

const USAGE = `Usage: npm run smoke -- URL --key WRITE_KEY [--admin-token TOKEN] [--to ADDRESS] [--json]

  URL             the deployment's API: ApiUrl of the engine stack, or http://127.0.0.1:4646 for npm start
  --key           a write key, of a source made for this if you like
  --admin-token   a bearer token of the stage's issuer: looks whether the events counted; takes up to five minutes
  --to            sends a welcome there

Ends with 1 when a step failed; warnings and skipped steps do not count.`;

/** Ends with what is wrong and how it is used. */
function misused(problem: string): never {
  console.error(`${problem}\n\n${USAGE}`);
  process.exit(2);
}

const text = { type: 'string' } as const;

function requested() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { key: text, 'admin-token': text, to: text, json: { type: 'boolean' }, help: { type: 'boolean' } },
    });
  } catch (error) {
    return misused((error as Error).message);
  }
}

const { values, positionals } = requested();
const [url, ...rest] = positionals;
const { key, 'admin-token': adminToken, to, json } = values;
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
if (url === undefined || rest.length > 0) misused('Say one URL.');
if (key === undefined) misused('--key is missing: npm run source -- create makes one.');
const wrong = problemOfUrl(url);
if (wrong !== undefined) misused(wrong);

const run = newRun({ url, key, adminToken, to, now: Date.now(), wait: sleep });
// With --json stdout has that one line and nothing else.
const say = (lines: readonly string[]) => {
  for (const line of lines) (json ? console.error : console.log)(line);
};
say(openingOf(run));
const outcomes = await carryOut(steps, run, (outcome) => say(linesOf(outcome)));
say(closingOf(run, outcomes));
if (json) console.log(JSON.stringify({ url, userId: run.userId, counts: countOf(outcomes), steps: outcomes }));
process.exitCode = countOf(outcomes).failed > 0 ? 1 : 0;

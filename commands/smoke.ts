/**
 * npm run smoke -- URL --key WRITE_KEY [--admin-token TOKEN] [--to ADDRESS] [--json]
 *
 * Sends a few events through a deployment, or through `npm start` on a laptop, and looks whether everything that is
 * promised of them happens. It needs no AWS credentials: all of it goes over HTTP, as apps do.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { misuseOf, requested } from './command-line/command-line.ts';
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

const misused: (problem: string) => never = misuseOf(USAGE);

const text = { type: 'string' } as const;

const { values, positionals } = requested(USAGE, {
  allowPositionals: true,
  options: { key: text, 'admin-token': text, to: text, json: { type: 'boolean' } },
});
const [url, ...rest] = positionals;
const { key, 'admin-token': adminToken, to, json } = values;
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

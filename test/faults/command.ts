/**
 * npm run faults -- [--seeds N] [--from N] [--seed N] [--without claim|version|dedupe] [--json]
 *
 * Lives through so many seeds of faults in this machine's processes, one per core, and says what differed from what should
 * be. Ends with code 1 when anything did.
 */

import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { misuseOf, requested } from '../../commands/command-line/command-line.ts';
import { readAssembly } from '../../local/cloud/template/assembly.ts';
import { synthesizeLocal } from '../../local/synthesize.ts';
import { runSeed, type SeedResult } from './seed.ts';
import { SAFEGUARDS, type Safeguard } from './without.ts';

const USAGE = `Usage: npm run faults -- [--seeds N] [--from N] [--seed N] [--without ${SAFEGUARDS.join('|')}] [--json]

  --seeds N     how many, from 1; 1000 unless said
  --from N      the first one; 0 unless said
  --seed N      this one alone, with the log of all functions and everything that differs
  --without X   takes a safeguard out, which must be noticed

Ends with 1 when a message was lost or doubled, or anything else was wrong.`;

const misused: (problem: string) => never = misuseOf(USAGE);
const text = { type: 'string' } as const;
const { values } = requested(USAGE, {
  options: {
    seeds: { ...text, default: '1000' },
    from: { ...text, default: '0' },
    seed: text,
    without: text,
    json: { type: 'boolean', default: false },
    /** For the processes this one starts. */
    worker: text,
  },
});

/** Seeds that failed are shown up to so many. */
const SHOWN = 10;
const TELL_EVERY = 30_000;

const safeguard = values.without === undefined ? undefined : safeguardNamed(values.without);

if (values.worker !== undefined) await work(values.worker);
else if (values.seed !== undefined) await explain(wholeNumber('seed', values.seed));
else await runAll(wholeNumber('from', values.from), wholeNumber('seeds', values.seeds, 1));

/** One of several processes: is told seed by seed what to run. */
async function work(assemblyDirectory: string): Promise<void> {
  const assembly = readAssembly(assemblyDirectory);
  process.on('message', (seed: number) => {
    void runSeed(seed, { assembly, form: 'in process', without: safeguard }).then(
      (result) => process.send?.(result),
      (error: Error) => {
        process.send?.({
          seed,
          lost: [],
          doubled: [],
          wrong: [`it never ended: ${error.stack}`],
          unknown: 0,
          ends: {},
        });
      },
    );
  });
  process.on('disconnect', () => process.exit());
  process.send?.('ready');
}

/** One seed with the log of all functions, and everything that differs. */
async function explain(seed: number): Promise<void> {
  const log = (line: string) => console.error(line);
  const result = await runSeed(seed, { assembly: synthesizeLocal(), form: 'in process', without: safeguard, log });
  console.log(JSON.stringify(result, undefined, 2));
  if (hasFailed(result)) process.exitCode = 1;
}

async function runAll(from: number, seeds: number): Promise<void> {
  const total = { seeds: 0, lost: 0, doubled: 0, wrong: 0, unknown: 0 };
  const ends: Record<string, number> = {};
  const failed: SeedResult[] = [];
  let toldAt = Date.now();
  await inProcesses(from, seeds, (result) => {
    total.seeds++;
    total.lost += result.lost.length;
    total.doubled += result.doubled.length;
    total.wrong += result.wrong.length;
    total.unknown += result.unknown;
    for (const [end, times] of Object.entries(result.ends)) ends[end] = (ends[end] ?? 0) + times;
    if (hasFailed(result) && failed.push(result) <= SHOWN) console.error(inWords(result));
    if (Date.now() - toldAt < TELL_EVERY) return;
    toldAt = Date.now();
    console.error(`${total.seeds} of ${seeds} seeds, ${failed.length} failed`);
  });
  const { lost, doubled, wrong, unknown } = total;
  if (values.json) console.log(JSON.stringify(total));
  else
    console.log(
      `${total.seeds} seeds: ${lost} lost, ${doubled} doubled, ${wrong} wrong. Of ${unknown} messages nobody can know whether ` +
        'they went: a worker died or an answer was lost between claim and outcome.\n' +
        `Messages ended as: ${Object.entries(ends)
          .map(([end, times]) => `${end} ${times}`)
          .join('; ')}.`,
    );
  // A process that ends in the middle of a seed, in peace, takes its result with it.
  if (total.seeds !== seeds) console.error(`Only ${total.seeds} of ${seeds} seeds told how they ended`);
  if (failed.length > 0 || total.seeds !== seeds) process.exitCode = 1;
}

/** Runs the seeds in as many processes as there are cores, each given the next one when it is done. */
function inProcesses(from: number, seeds: number, onResult: (result: SeedResult) => void): Promise<void> {
  const assembly = synthesizeLocal();
  const script = fileURLToPath(import.meta.url);
  const args = ['--worker', assembly, ...(safeguard ? ['--without', safeguard] : [])];
  let next = from;
  const lane = () =>
    new Promise<void>((resolve, reject) => {
      const child = fork(script, args, {
        execArgv: [...process.execArgv, '--max-semi-space-size=64'],
        env: { ...process.env, NODE_NO_WARNINGS: '1' },
      });
      child.on('message', (message: 'ready' | SeedResult) => {
        if (message !== 'ready') onResult(message);
        if (next < from + seeds) child.send(next++);
        else child.disconnect();
      });
      child.on('error', reject);
      child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`A process ended with code ${code}`))));
    });
  return Promise.all(Array.from({ length: Math.min(availableParallelism(), seeds) }, lane)).then(() => undefined);
}

function hasFailed({ lost, doubled, wrong }: SeedResult): boolean {
  return lost.length + doubled.length + wrong.length > 0;
}

function inWords({ seed, lost, doubled, wrong }: SeedResult): string {
  const lines = (kind: string, list: readonly string[]) => list.slice(0, 3).map((line) => `  ${kind}: ${line}`);
  const found = [...lines('lost', lost), ...lines('doubled', doubled), ...lines('wrong', wrong)];
  return [`Seed ${seed} failed (npm run faults -- --seed ${seed}):`, ...found].join('\n');
}

function wholeNumber(name: string, text: string, least = 0): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number) && number >= least) return number;
  return misused(`--${name} takes a whole number from ${least} on, not "${text}".`);
}

function safeguardNamed(name: string): Safeguard {
  const found = SAFEGUARDS.find((one) => one === name);
  return found ?? misused(`--without takes one of ${SAFEGUARDS.join(', ')}, not "${name}".`);
}

/**
 * npm run scale [-- --mau 3000000 --events 300 …]
 *
 * What a number of monthly active people asks of AWS, and what gives out first: the tables of docs/scale.md, with numbers
 * of your own.
 */
import { parseArgs } from 'node:util';
import { type Habits, habits } from './scale/load.ts';
import { limitTable, loadTable } from './scale/tables.ts';

const flag = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const flags = Object.fromEntries(Object.keys(habits).map((name) => [flag(name), name as keyof Habits]));

const USAGE = `Usage: npm run scale [-- --mau N] [habits]

Habits, with what is assumed (commands/scale/load.ts says what each is):
${Object.entries(flags)
  .map(([option, name]) => `  --${option} ${habits[name]}`)
  .join('\n')}`;

/** Ends with what is wrong and how it is used. */
function misused(problem: string): never {
  console.error(`${problem}\n\n${USAGE}`);
  process.exit(2);
}

const text = { type: 'string' } as const;

function requested(): Readonly<Record<string, unknown>> {
  const options = Object.fromEntries([...Object.keys(flags), 'mau'].map((option) => [option, text]));
  try {
    return parseArgs({ options: { ...options, help: { type: 'boolean' } } }).values;
  } catch (error) {
    return misused((error as Error).message);
  }
}

const { help, mau, ...given } = requested();
if (help) {
  console.log(USAGE);
  process.exit(0);
}

function positive(option: string, value: unknown): number {
  const number = Number(value);
  return number > 0 && Number.isFinite(number) ? number : misused(`--${option} takes a number above zero.`);
}

const own = Object.fromEntries(
  Object.entries(given).map(([option, value]) => [flags[option], positive(option, value)]),
);
const mine: Habits = { ...habits, ...own };
const maus = mau === undefined ? [1e6, 1e7, 1e8] : [positive('mau', mau)];
console.log(`${loadTable(maus, mine)}\n\n${limitTable(mine)}`);

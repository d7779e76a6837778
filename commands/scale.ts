/**
 * npm run scale [-- --mau 3000000 --events 300 …]
 *
 * What a number of monthly active people asks of AWS, and what gives out first: the tables of docs/scale.md, with numbers
 * of your own.
 */
import { misuseOf, requested } from './command-line/command-line.ts';
import { type Habits, habits } from './scale/load.ts';
import { limitTable, loadTable } from './scale/tables.ts';

const flag = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const flags = Object.fromEntries(Object.keys(habits).map((name) => [flag(name), name as keyof Habits]));

const USAGE = `Usage: npm run scale [-- --mau N] [habits]

Habits, with what is assumed (commands/scale/load.ts says what each is):
${Object.entries(flags)
  .map(([option, name]) => `  --${option} ${habits[name]}`)
  .join('\n')}`;

const misused: (problem: string) => never = misuseOf(USAGE);

const text = { type: 'string' } as const;

const options = Object.fromEntries([...Object.keys(flags), 'mau'].map((option) => [option, text]));
const { mau, ...given }: Readonly<Record<string, unknown>> = requested(USAGE, { options }).values;

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

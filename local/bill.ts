/**
 * npm run bill -- [--k 20] [--u 20] [--together 10] [--json]: what AWS would bill for a defined load, call by call.
 */
import { parseArgs } from 'node:util';
import { readableBill } from './bill/readable.ts';
import { LOAD, measureBill } from './bill/run-bill.ts';
import { progressOn } from './progress.ts';

const USAGE = 'Usage: npm run bill -- [--k EVENTS_PER_REQUEST] [--u EVENTS_PER_VISIT] [--together REQUESTS] [--json]';

function stop(message: string): never {
  console.error(message);
  process.exit(2);
}

function optionsOf() {
  try {
    const options = {
      k: text,
      u: text,
      together: text,
      json: { type: 'boolean', default: false },
      help: { type: 'boolean' },
    } as const;
    return parseArgs({ options }).values;
  } catch (error) {
    return stop(`${(error as Error).message}\n${USAGE}`);
  }
}

function countOf(name: string, given: string | undefined, usual: number, most: number): number {
  if (given === undefined) return usual;
  const count = Number(given);
  if (/^\d+$/.test(given) && count >= 1 && count <= most) return count;
  return stop(`--${name} must be a number from 1 to ${most}\n${USAGE}`);
}

const text = { type: 'string' } as const;
const values = optionsOf();
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const load = {
  ...LOAD,
  k: countOf('k', values.k, LOAD.k, 200),
  u: countOf('u', values.u, LOAD.u, 200),
  together: countOf('together', values.together, LOAD.together, 10),
};
const { bill, commits } = await measureBill(load, progressOn(process.stderr));
console.log(values.json ? JSON.stringify({ ...bill, commits }) : readableBill(bill, commits));

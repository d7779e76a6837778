/** npm run replay -- FILE.csv [--until YYYY-MM-DD] [--json]: lives a purchase log through the local Perennial. */
import { parseArgs } from 'node:util';
import { LocalPerennial } from './perennial.ts';
import { progressOn } from './progress.ts';
import { readDay, readPurchaseLog, UnreadableLog } from './replay/purchase-log.ts';
import { firstMomentOf, type ReplaySummary, runReplay } from './replay/run-replay.ts';

const USAGE = 'Usage: npm run replay -- FILE.csv [--until YYYY-MM-DD] [--json]';

function stop(message: string): never {
  console.error(message);
  process.exit(2);
}

function argumentsOf() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { until: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean' } },
    });
  } catch (error) {
    return stop(`${(error as Error).message}\n${USAGE}`);
  }
}

const { values, positionals } = argumentsOf();
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const file = positionals[0] ?? stop(USAGE);
const purchases = (() => {
  try {
    return readPurchaseLog(file);
  } catch (error) {
    if (error instanceof UnreadableLog) return stop(error.message);
    throw error;
  }
})();
const until =
  values.until === undefined
    ? (purchases.at(-1)?.day ?? 0) + 1
    : (readDay(values.until) ?? stop(`"${values.until}" is not a date (YYYY-MM-DD)`));

const perennial = await LocalPerennial.start({ startAt: firstMomentOf(purchases), ticking: false, port: 0 });
try {
  const summary = await runReplay(perennial, purchases, until, progressOn(process.stderr));
  console.log(values.json ? JSON.stringify(summary) : readable(summary));
} finally {
  await perennial.stop();
}

function readable({ people, events, stages, transitions, due, seconds }: ReplaySummary): string {
  const table = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([name, count]) => `  ${name.padEnd(24)}${String(count).padStart(7)}`)
      .join('\n');
  return `${people} people, ${events} orders, ${due} due inputs, ${seconds} s\n\nStages\n${table(stages)}\n\nTransitions\n${table(transitions)}`;
}

import type { Bill } from './bill.ts';
import type { CommitUnits } from './commits.ts';
import type { BillLine } from './lines.ts';

/** A bill as text: what a million events cost line by line, what a month costs, and what is assumed. */
export function readableBill(bill: Bill, commits: CommitUnits): string {
  const { traffic, lines, perMillionEvents, idlePerMonth, perMillionUsers, prices, notes } = bill;
  const scale = 1_000_000 / Math.max(1, traffic.events);
  return [
    `${whole(traffic.events)} events in ${whole(traffic.requests)} requests, ${bill.since.slice(0, 10)} to ${bill.until.slice(0, 10)}: ` +
      `k = ${traffic.k} events a request, u = ${traffic.u} events a user and batch, ` +
      `${traffic.requestsPerBatch} requests a batch. Prices of ${prices.region}, ${prices.asOf}.`,
    '',
    'A million events, line by line',
    ...table(lines.byUse, scale),
    total('together', perMillionEvents?.usd ?? 0),
    ...Object.entries(perMillionEvents?.byFunction ?? {}).map(([name, usd]) => total(`  ${name}`, usd)),
    '',
    `A commit (${whole(commits.commits)} of them, ${whole(traffic.dues)} due inputs)`,
    `  read units ${commits.rru.median} at the median, ${commits.rru.mean} on average; write units ${commits.wru.median} and ` +
      `${commits.wru.mean}; in indexes ${commits.indexWru.median} and ${commits.indexWru.mean}`,
    `  ${percent(commits.dueMoves)} moved the due time, ${percent(commits.withEffects)} had something to hand on`,
    '',
    'By the clock, in this run',
    ...table(lines.byClock, 1),
    '',
    'A month without an event',
    ...idlePerMonth.costs.map(({ what, quantity, usdPerMonth }) => row(what, whole(quantity), usdPerMonth)),
    total('together', idlePerMonth.usd),
    ...(perMillionUsers === undefined
      ? []
      : [
          '',
          `A month of a million people with ${perMillionUsers.eventsPerUser} events each`,
          total('  events', perMillionUsers.events),
          total('  by the clock', perMillionUsers.byClock),
          total('  without an event', perMillionUsers.idle),
          total('  tables', perMillionUsers.tables),
          total('together', perMillionUsers.usd),
          `  and ${money(perMillionUsers.lakeGrowth)} more each month for the lake as it grows; messages cost ${money(perMillionUsers.channels)} beside it`,
        ]),
    '',
    ...notes,
  ].join('\n');
}

function table(lines: readonly BillLine[], scale: number): string[] {
  return [...lines]
    .sort((a, b) => a.function.localeCompare(b.function) || b.usd - a.usd)
    .map((line) =>
      row(
        `${line.function.padEnd(16)}${line.unit.padEnd(28)}${line.resource}`,
        whole(line.units * scale),
        line.usd * scale,
      ),
    );
}

const row = (name: string, units: string, usd: number) =>
  `  ${name.padEnd(76)}${units.padStart(14)}${money(usd).padStart(12)}`;
const total = (name: string, usd: number) => row(name, '', usd);
const money = (usd: number) => `$${usd.toFixed(4)}`;
const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
const whole = (units: number) => Math.round(units).toLocaleString('en-US');

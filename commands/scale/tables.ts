import { bitesAt, limits } from './limits.ts';
import { type Habits, type Load, loadOf } from './load.ts';

/** In the order of the wire. */
const rows: readonly (readonly [what: string, of: keyof Load, unit: string])[] = [
  ['requests', 'requests', '/s'],
  ['events', 'events', '/s'],
  ['commits of profiles', 'commits', '/s'],
  ['writes to `profiles` and its indexes', 'profileWrites', ' WRU/s'],
  ['of these the index `due`', 'dueWrites', ' WRU/s'],
  ['reads of `profiles`', 'profileReads', ' RRU/s'],
  ['into the lake', 'lakeBytes', ' B/s'],
  ['Firehose calls', 'lakeRecords', '/s'],
  ['domain events', 'domainEvents', '/s'],
  ['emails, mean', 'emailsPerDay', '/day'],
  ['emails, while a campaign leaves', 'emailsPerSecond', '/s'],
  ['writes to `sends`, meanwhile', 'sendWrites', ' WRU/s'],
  ['functions at work, meanwhile', 'concurrency', ''],
  ['profiles stored', 'profilesGb', ' GB'],
];

/** What each number of active people asks for, in Markdown. */
export function loadTable(maus: readonly number[], habits?: Habits): string {
  const loads = maus.map((mau) => loadOf(mau, habits));
  return table(
    ['in the busiest second', ...maus.map((mau) => `${short(mau)} MAU`)],
    rows.map(([what, of, unit]) => [what, ...loads.map((load) => `${short(load[of])}${unit}`)]),
  );
}

/** What gives out, the first first, in Markdown. */
export function limitTable(habits?: Habits): string {
  const sorted = limits.map((limit) => ({ ...limit, mau: bitesAt(limit, habits) })).sort((a, b) => a.mau - b.mau);
  return table(
    ['from about', 'what gives out', 'at', 'then', 'alarm', 'to change'],
    sorted.map(({ mau, what, at, unit, consequence, alarm, change }) => [
      `${short(mau)} MAU`,
      what,
      `${short(at)}${unit.startsWith('/') ? '' : ' '}${unit}`,
      consequence,
      alarm === undefined ? 'none' : `[${alarm}](runbook.md#${alarm})`,
      change,
    ]),
  );
}

function table(head: readonly string[], body: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const UNITS = [
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

/** Two digits: more would promise what the assumptions cannot keep. */
function short(value: number): string {
  const rounded = Number(value.toPrecision(2));
  const [size, letter] = UNITS.find(([least]) => rounded >= least) ?? [1, ''];
  return `${Number((rounded / size).toPrecision(2))}${letter}`;
}

import { type Outcome, type Run, WELCOME } from './step.ts';
import { steps } from './steps.ts';

/** How many steps ended in each way. */
export function countOf(outcomes: readonly Outcome[]): Readonly<Record<Outcome['outcome'], number>> {
  const counts = { ok: 0, warning: 0, failed: 0, skipped: 0 };
  for (const { outcome } of outcomes) counts[outcome]++;
  return counts;
}

/** What a person reads before the first step: some steps are silent for as long as events may take. */
export const openingOf = ({ door, admin }: Run): string[] => [
  `Perennial at ${door.url}${admin ? '; some steps wait for up to three minutes' : ''}`,
  '',
];

const WIDTH = Math.max(...steps.map(({ id }) => id.length));

/** A step that has ended. */
export function linesOf(one: Outcome): string[] {
  const head = `${one.outcome.padEnd(8)} ${one.id.padEnd(WIDTH)}  `;
  const line = `${head}${one.what}: ${one.saw}`;
  return 'todo' in one ? [line, `${' '.repeat(head.length)}→ ${one.todo}`] : [line];
}

/** How it went, and what is left of it. */
export function closingOf(run: Run, outcomes: readonly Outcome[]): string[] {
  const { ok, warning, failed, skipped } = countOf(outcomes);
  const traces = leftBehind(run);
  return [
    '',
    `ok ${ok} · warning ${warning} · failed ${failed} · skipped ${skipped}`,
    ...(traces.length === 0 ? [] : ['', ...traces]),
  ];
}

/** Erasing comes with a later release; until then these are the traces of a run. */
function leftBehind({ taken, userId, onLaptop }: Run): string[] {
  if (taken.size === 0) return [];
  if (onLaptop)
    return [`It has left a user "${userId}". A laptop keeps all in memory: she is gone when npm start ends.`];
  const ids = [`k#${userId}`, ...(taken.has(WELCOME) ? [`a#${userId}-device`] : [])];
  return [
    `It has left a user "${userId}"${ids.length > 1 ? ' and a device of hers' : ''}. Until Perennial can erase, this takes`,
    'them away (PROFILES is ProfilesTableName, an output of the data stack):',
    '',
    ...ids.map((id) => `  aws dynamodb delete-item --table-name PROFILES --key '${JSON.stringify({ id: { S: id } })}'`),
  ];
}

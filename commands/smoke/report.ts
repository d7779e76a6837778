import type { Outcome } from './step.ts';

/** How many steps ended in each way. */
export function countOf(outcomes: readonly Outcome[]): Readonly<Record<Outcome['outcome'], number>> {
  const counts = { ok: 0, warning: 0, failed: 0, skipped: 0 };
  for (const { outcome } of outcomes) counts[outcome]++;
  return counts;
}

/** What a person reads, in the order of the steps. */
export function linesOf(url: string, userId: string, outcomes: readonly Outcome[]): string[] {
  const width = Math.max(...outcomes.map(({ id }) => id.length));
  const { ok, warning, failed, skipped } = countOf(outcomes);
  return [
    `Perennial at ${url}`,
    '',
    ...outcomes.flatMap((one) => {
      const head = `${one.outcome.padEnd(8)} ${one.id.padEnd(width)}  `;
      const line = `${head}${one.what}: ${one.saw}`;
      return 'todo' in one ? [line, `${' '.repeat(head.length)}→ ${one.todo}`] : [line];
    }),
    '',
    `ok ${ok} · warning ${warning} · failed ${failed} · skipped ${skipped}`,
    '',
    ...leftBehind(userId),
  ];
}

/** Erasing comes with a later release; until then these are the traces of a run. */
const leftBehind = (userId: string) => [
  `It has left a user "${userId}" and, with --to, a device of hers. Until Perennial can erase, this takes them away:`,
  '',
  ...[`k#${userId}`, `a#${userId}-device`].map(
    (id) => `  aws dynamodb delete-item --table-name PROFILES --key '${JSON.stringify({ id: { S: id } })}'`,
  ),
];

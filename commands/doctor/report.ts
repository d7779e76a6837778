import type { Finding } from './check.ts';
import type { Unproven } from './unproven.ts';

const rank = { problem: 0, warning: 1, unknown: 2, ok: 3 } as const;

/** How many findings there are of each outcome. */
export function countOf(findings: readonly Finding[]): Readonly<Record<Finding['outcome'], number>> {
  const counts = { problem: 0, warning: 0, unknown: 0, ok: 0 };
  for (const { outcome } of findings) counts[outcome]++;
  return counts;
}

/** What a person reads: the worst first, each with what to do; then what no command can look up. */
export function linesOf(deployment: string, findings: readonly Finding[], points: readonly Unproven[]): string[] {
  const width = Math.max(...findings.map(({ id }) => id.length));
  const sorted = [...findings].sort((a, b) => rank[a.outcome] - rank[b.outcome]);
  const { problem, warning, unknown, ok } = countOf(findings);
  return [
    `Deployment ${deployment}`,
    '',
    ...sorted.flatMap((finding) => linesOfFinding(finding, width)),
    '',
    `problem ${problem} · warning ${warning} · unknown ${unknown} · ok ${ok}`,
    '',
    'What only a real account can prove, each with what proves it (docs/unproven.md says more):',
    '',
    ...points.flatMap(({ id, claim, proof }) => [`  ${id}: ${claim}`, `      ${proof}`]),
  ];
}

function linesOfFinding(finding: Finding, width: number): string[] {
  const head = `${finding.outcome.padEnd(8)} ${finding.id.padEnd(width)}  `;
  const lines = [`${head}${finding.what}: ${finding.saw}`];
  return finding.outcome === 'ok' ? lines : [...lines, `${' '.repeat(head.length)}→ ${finding.todo}`];
}

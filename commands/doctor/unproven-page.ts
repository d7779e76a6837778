import type { Unproven } from './unproven.ts';

const INTRODUCTION = `# What is unproven

Perennial was built without an AWS account. What is listed here we hold to be true of AWS, from its documentation or
from what others report, and have not seen: each with who is hurt if it is not so, what stands in for it on the local
cloud, and what would prove it. NAME is a deployment, URL its API, KEY a write key.

    npm run doctor -- --deployment NAME     # looks at the account and changes nothing
    npm run smoke -- URL --key KEY          # sends events through a deployment

This page is made of \`commands/doctor/unproven.ts\` (a test keeps them the same); whoever proves a point takes it out
there and writes what was seen into docs/measured.md or the place that relies on it.
`;

/** The list as docs/unproven.md. */
export function unprovenPage(points: readonly Unproven[]): string {
  const sections = points.map(
    ({ id, claim, risk, imitated, proof }) =>
      `\n## ${id}\n\n${claim}\n\n- **If it is not so:** ${risk}\n- **Stands in for it:** ${imitated}\n- **Proves it:** ${proof}\n`,
  );
  return INTRODUCTION + sections.join('');
}

/**
 * npm run doctor -- --deployment NAME [--json]
 *
 * Looks at the account a deployment lives in, for what no template can set: sandboxes, quotas, DNS, who hears of alarms,
 * what was given up. It reads only. Credentials and Region come from where the AWS CLI finds them.
 */

import { operatorClients } from '../lambdas/adapters/account/clients.ts';
import { ssmParameters } from '../lambdas/adapters/parameters.ts';
import { misuseOf, requested } from './command-line/command-line.ts';
import { readDeployment } from './deployment/read-deployment.ts';
import { WHOSE_ACCOUNT } from './deployment/unreachable.ts';
import { accountOf } from './doctor/account.ts';
import { examine } from './doctor/check.ts';
import { checks } from './doctor/checks.ts';
import { countOf, linesOf } from './doctor/report.ts';
import { unproven } from './doctor/unproven.ts';

const USAGE = `Usage: npm run doctor -- --deployment NAME [--json]

Ends with 1 when there is a problem; warnings and what could not be looked at do not count. It needs the right
ssm:GetParameter, and uses these; where one is missing it says so and goes on:

  ${[...new Set(checks.flatMap(({ needs }) => needs))].sort().join('\n  ')}

${WHOSE_ACCOUNT}`;

/** Ends with what is in the way of looking at all. */
function stop(problem: string): never {
  if (json) console.log(JSON.stringify({ problem }));
  else console.error(problem);
  process.exit(1);
}

const misused: (problem: string) => never = misuseOf(USAGE);

const { deployment: name, json } = requested(USAGE, {
  options: { deployment: { type: 'string' }, json: { type: 'boolean' } },
}).values;
if (name === undefined) misused('--deployment is missing: the name that the stage gives itself in bin/stages.ts.');

// Everybody who still has Node 20 would read eight lines about it first.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
const clients = operatorClients();
try {
  const found = await readDeployment(ssmParameters(clients.ssm), name);
  if (found.outcome === 'problem') stop(found.message);
  const findings = await examine(checks, accountOf(clients), found.deployment);
  if (json) console.log(JSON.stringify({ deployment: name, counts: countOf(findings), findings, unproven }));
  else for (const line of linesOf(name, findings, unproven)) console.log(line);
  process.exitCode = countOf(findings).problem > 0 ? 1 : 0;
} catch (error) {
  // Most often no Region or no credentials: the SDK's sentence says which, its stack helps nobody.
  stop(`The deployment could not be looked up: ${(error as Error).message}`);
}

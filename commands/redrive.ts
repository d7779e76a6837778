/**
 * npm run redrive -- --deployment NAME [--yes]
 *
 * Brings back what was given up: dead letters of the queues, and the records dispatch left in the failures bucket. Without
 * --yes it only looks and says what it would do. Credentials and Region come from where the AWS CLI finds them.
 */

import { parseDuration } from '../domain/duration.ts';
import { operatorClients } from '../lambdas/adapters/account/clients.ts';
import { ssmParameters } from '../lambdas/adapters/parameters.ts';
import { misuseOf, requested } from './command-line/command-line.ts';
import { readDeployment } from './deployment/read-deployment.ts';
import { WHOSE_ACCOUNT } from './deployment/unreachable.ts';
import { givenUpOf } from './redrive/given-up.ts';
import { isWell, type Place, places, type RedriveRequest, redrive } from './redrive/redrive.ts';
import { linesOf } from './redrive/report.ts';

const USAGE = `Usage: npm run redrive -- --deployment NAME [options]

Says what was given up, where it would go back to and what that means. It changes nothing without --yes.

  --yes                 bring it back
  --only PLACE          ${places.join(', ')}; several times for several
  --newer-than PT24H    only what is about the time since then; an ISO 8601 duration
  --older-than P2D      only what is about the time before then
  --json                one line of JSON

Ends with 1 when something could not be reached, read or brought back. It needs, on the queues:
  sqs:GetQueueAttributes, sqs:ReceiveMessage, sqs:ChangeMessageVisibility, and for --yes sqs:SendMessage, sqs:DeleteMessage
on the failures bucket:
  s3:ListBucket, s3:GetObject, and for --yes s3:DeleteObject, s3:PutObject (what cannot be read is left alone in its object)
on the stage's own key, if it has one:
  kms:Decrypt, and for --yes kms:GenerateDataKey
and ssm:GetParameter.

${WHOSE_ACCOUNT}`;

const misused: (problem: string) => never = misuseOf(USAGE);

function durationOf(option: string, text: string | undefined): number | undefined {
  const duration = parseDuration(text);
  if (text !== undefined && duration === undefined) misused(`--${option} is a duration like PT24H or P2D.`);
  return duration;
}

const { values } = requested(USAGE, {
  options: {
    ...{ deployment: { type: 'string' }, yes: { type: 'boolean' }, json: { type: 'boolean' } },
    ...{ only: { type: 'string', multiple: true } },
    ...{ 'older-than': { type: 'string' }, 'newer-than': { type: 'string' } },
  },
});
const { deployment: name, only = places } = values;
if (name === undefined) misused('--deployment is missing: the name that the stage gives itself in bin/stages.ts.');
const unknown = only.find((place) => !places.includes(place as Place));
if (unknown !== undefined) misused(`There is no place "${unknown}".`);
const request: RedriveRequest = {
  only: only as readonly Place[],
  yes: values.yes === true,
  ages: {
    olderThan: durationOf('older-than', values['older-than']),
    newerThan: durationOf('newer-than', values['newer-than']),
  },
};

// Everybody who still has Node 20 would read eight lines about it first.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
const clients = operatorClients();
try {
  const found = await readDeployment(ssmParameters(clients.ssm), name);
  if (found.outcome === 'problem') {
    if (values.json) console.log(JSON.stringify({ problem: found.message }));
    else console.error(found.message);
    process.exit(1);
  }
  const now = Date.now();
  const { stderr } = process;
  const tell = (place: Place, moved: number) => void (stderr.isTTY && stderr.write(`\r${place}: ${moved} moved `));
  const reports = await redrive({ ...givenUpOf(clients, found.deployment), now, tell }, request);
  if (request.yes && stderr.isTTY) stderr.write('\n');
  if (values.json) console.log(JSON.stringify({ deployment: name, at: new Date(now).toISOString(), places: reports }));
  else for (const line of linesOf(name, reports, now)) console.log(line);
  process.exitCode = reports.every(isWell) ? 0 : 1;
} catch (error) {
  // Most often no Region or no credentials: the SDK's sentence says which, its stack helps nobody.
  console.error(`The deployment could not be looked up: ${(error as Error).message}`);
  process.exit(1);
}

/** Something we hold to be true of AWS and have not seen there. */
export interface Unproven {
  readonly id: string;
  /** What we rely on. */
  readonly claim: string;
  /** Who is hurt, and how, if it is not so. */
  readonly risk: string;
  /** What stands in for it here. */
  readonly imitated: string;
  /** What would prove it: a command or a look in an account. NAME is the deployment, URL its API, KEY a write key. */
  readonly proof: string;
}

const smoke = 'npm run smoke -- URL --key KEY';
const doctor = 'npm run doctor -- --deployment NAME';

/**
 * What only a real account can prove, from the door to the bill. docs/unproven.md is made of this list, and `npm run
 * doctor` prints it: whoever proves a point takes it out here and writes down what was seen.
 */
export const unproven: readonly Unproven[] = [
  {
    id: 'deploy',
    claim: 'CloudFormation takes the templates: every property, name, policy and limit.',
    risk: 'The first deployment fails and rolls back; nothing is lost.',
    imitated:
      'Templates are checked against CloudFormation’s schemas and two rule packs; the local cloud refuses types and properties it does not know.',
    proof: 'npx cdk deploy --all -c stage=dev',
  },
  {
    id: 'upgrade',
    claim: 'A later release updates the stacks in place, and no retained resource is replaced.',
    risk: 'A replaced table or queue is an empty one beside the old.',
    imitated:
      'Templates are compared with those of earlier releases in the tests; logical ids of what is retained are pinned.',
    proof: 'npx cdk diff --all -c stage=NAME before each npx cdk deploy',
  },
  {
    id: 'gzip-as-json',
    claim: 'API Gateway hands a gzipped body over unharmed when its content type is JSON. We expect that it does not.',
    risk: 'Events of SDKs that always compress under a JSON type (Segment Kotlin) are lost; an alarm tells.',
    imitated:
      'The local gateway takes such a body for text and damages it; what arrives so is answered with body_mangled.',
    proof: `${smoke} (step gzip-json)`,
  },
  {
    id: 'gzip-as-octets',
    claim: 'The same body passes as application/octet-stream.',
    risk: 'Nobody could send compressed batches.',
    imitated: 'The local gateway encodes bodies that are not text in base64, as payload format 2.0 documents it.',
    proof: `${smoke} (step gzip-octets)`,
  },
  {
    id: 'gateway-paths',
    claim: 'The gateway hands paths over decoded and cuts them off at a decoded question mark.',
    risk: 'Ids with odd characters are not found by path; by query they are.',
    imitated: 'The local gateway does so.',
    proof: 'GET URL/api/profiles/a%2Fb%3Fc with an admin token, and the same by ?userId=',
  },
  {
    id: 'gateway-errors',
    claim: 'The gateway’s own answers (404, 413, 429) carry its CORS headers.',
    risk: 'Browser SDKs cannot read them, take them for a lost network and try again for too long.',
    imitated: 'The local gateway adds the headers to every answer.',
    proof: `${smoke} (step cors)`,
  },
  {
    id: 'own-domain',
    claim: 'A host name and certificate of one’s own work with the HTTP API as the stage sets them.',
    risk: 'Apps that were told that host get no answer.',
    imitated: 'Not at all; the template is checked only.',
    proof: `${smoke} with that host as URL`,
  },
  {
    id: 'jwt-authorizer',
    claim:
      'Your issuer’s tokens pass the JWT authorizer: keys found, audience and expiry as checked here, lists of roles handed on.',
    risk: 'Nobody gets into the admin API, or all are answered `no_role`; or a claim is checked less strictly than here.',
    imitated:
      'An issuer of the local cloud; signature, issuer, audience and times are checked, and a list arrives as `[a b]`.',
    proof: `${smoke} --admin-token TOKEN`,
  },
  {
    id: 'permissions',
    claim: 'IAM decides as our reading of it does: conditions on leading keys, the sender’s address, wildcards.',
    risk: 'Too narrow: a function fails at its first such call, and its alarm rings. Too wide: nobody notices. ForAllValues holds where a key is missing.',
    imitated: 'Every call is judged by the synthesized roles and resource policies; unknown operators are errors.',
    proof: 'IAM Access Analyzer’s policy validation and unused-access findings, a week after a deployment',
  },
  {
    id: 'runtime',
    claim: 'The bundles run on nodejs24.x on arm64.',
    risk: 'Functions fail to start; every alarm rings at once.',
    imitated: 'The same bundles, in worker threads of the Node that runs the tests.',
    proof: smoke,
  },
  {
    id: 'cold-starts',
    claim: 'A cold start takes well under a second.',
    risk: 'The first events after a pause are answered late; SDKs time out after 10 s and more.',
    imitated: 'Importing the bundles is measured (docs/measured.md); starting an environment is not.',
    proof: 'initDurationMs in the platform.initReport lines of a function’s log, with system logs at INFO',
  },
  {
    id: 'durations',
    claim: 'An invocation takes what docs/scale.md assumes of it.',
    risk: 'The bill and the concurrency needed are off by that factor.',
    imitated: 'Computed from the CPU time and the calls of the local run.',
    proof: 'CloudWatch metric Duration of each function, under a day of real traffic',
  },
  {
    id: 'recursion',
    claim: 'advance may send to its own queues (recursiveLoop ALLOW), and Lambda stops no chain of others.',
    risk: 'After about 16 hops messages go to dead letters.',
    imitated: 'The local cloud counts hops as Lambda documents it.',
    proof: 'Lambda metric RecursiveInvocationsDropped stays at zero',
  },
  {
    id: 'fair-queues',
    claim: 'Message groups on standard queues keep one user’s flood from delaying others.',
    risk: 'While one id floods, everybody’s events are late with it, until its quarantine.',
    imitated: 'Groups are kept and not acted on.',
    proof: 'CloudWatch ApproximateNumberOfNoisyGroups and the age of quiet groups during a flood',
  },
  {
    id: 'poller-scaling',
    claim: 'Lambda’s pollers follow the queues as fast as documented.',
    risk: 'A burst waits some minutes longer; timers wait with it.',
    imitated: 'A bounded number of environments, free at once.',
    proof: 'ApproximateAgeOfOldestMessage of the live queue through a tenfold burst',
  },
  {
    id: 'metric-delay',
    claim: 'The age of the oldest message is in CloudWatch within a few minutes, by the minute.',
    risk: 'The guard that holds timers behind a backlog sees it too late: people count as silent whose events still wait.',
    imitated: 'Datapoints appear as soon as their minute is over.',
    proof: 'Pause the live mapping under traffic and watch for timers-held-back in the logs',
  },
  {
    id: 'index-lag',
    claim: 'Secondary indexes follow their table within a second or two.',
    risk: 'Somebody due is found by a later sweep, at worst by the full pass of every 15 minutes.',
    imitated: 'Index reads lag by up to two seconds, by seed.',
    proof: 'Lateness of Stage Changed events (time of the event less that of the change) under traffic',
  },
  {
    id: 'stream-filter',
    claim: 'The stream’s filter passes exactly the records with effects.',
    risk: 'Too strict: nothing leaves. Too lax: dispatch is invoked for every write, and costs.',
    imitated: 'The pattern is applied to DynamoDB’s typed JSON, leaves only.',
    proof: `${smoke} --to ADDRESS (a mail comes), and the mapping’s FilteredOutEventCount`,
  },
  {
    id: 'stream-failures',
    claim: 'A record that cannot be handed on is bisected, tried five times and left whole in the failures bucket.',
    risk: 'A shard stands still for up to six hours, or records are gone.',
    imitated: 'Bisecting, ages, retries and the object’s form, as documented.',
    proof:
      'Not without breaking something: in a deployment to throw away, take ledger and timeline from dispatch’s role',
  },
  {
    id: 'failed-records',
    claim: 'What Lambda leaves in the failures bucket holds the records as payload, as text or as an object.',
    risk: 'npm run redrive leaves such an object where it is and says that it cannot be read; nothing is lost for 14 days.',
    imitated: 'Written as text; reading takes both.',
    proof:
      'aws s3 cp of an object that is there after stream-failures was tried, and npm run redrive -- --deployment NAME --only failures',
  },
  {
    id: 'stream-again',
    claim: 'A version of dispatch may have a mapping of the stream beside that of the function itself.',
    risk: 'What was neither handed on nor left in the bucket is not handed on: docs/runbook.md, dispatch-failures, has no other way.',
    imitated: 'Not at all.',
    proof: 'The commands of docs/runbook.md under “Reading the stream again”, in a deployment to throw away',
  },
  {
    id: 'rule-targets',
    claim: 'EventBridge starts the sweep each minute, and leaves what it could not start on a queue.',
    risk: 'Nothing comes due; the alarm sweep-stopped rings.',
    imitated: 'Schedules fire by the local clock; permissions and the dead-letter queue of the target are checked.',
    proof: `${doctor} (dead-letters), and Invocations of sweep: 1,440 a day`,
  },
  {
    id: 'lake',
    claim: 'Firehose writes gzipped objects once a minute, with its role and, if there is one, the stage’s key.',
    risk: 'Raw inputs reach nothing; an alarm rings after 15 minutes, and after a day they are dropped.',
    imitated: 'Buffering by time and size, names by the hour, compression; no encryption.',
    proof: `${smoke} --admin-token TOKEN (step trace)`,
  },
  {
    id: 'lake-names',
    claim: 'Objects of the lake end in .gz and stand under the hour, in UTC, in which Firehose began them.',
    risk: 'An event is not found by its id, though it is in the lake.',
    imitated: 'Names are made so.',
    proof: `${smoke} --admin-token TOKEN (step trace), and aws s3 ls of the lake’s bucket`,
  },
  {
    id: 'lake-lines',
    claim:
      'Athena hands a line of JSON over whole: LazySimpleSerDe without parameters splits at a byte 1 and knows no escape.',
    risk: 'Events come back damaged and are left out: what is counted from the lake is short of them.',
    imitated: 'DuckDB reads lines so.',
    proof:
      "SELECT count(*) FROM raw_events WHERE datehour = … AND json_extract_scalar(line, '$.messageId') IS NULL in the workgroup: 0, also with quotes and backslashes in what was posted",
  },
  {
    id: 'lake-hours',
    claim:
      'Partition projection finds the hours that Firehose writes, and a range of datehour given by parameters keeps Athena from reading others.',
    risk: 'Answers are empty; or each question reads the whole lake, up to the stage’s lakeQueryGigabytes, and costs that.',
    imitated: 'Only hours in the projection and the range are read; any other projection is refused.',
    proof:
      'DataScannedInBytes of aws athena get-query-execution for a question about one hour, beside aws s3 ls --summarize of its prefix',
  },
  {
    id: 'lake-questions',
    claim:
      'Athena’s engine 3 takes our SQL as DuckDB does, takes parameters for expressions, and writes CSV with all values in quotes and quotes doubled.',
    risk: 'Questions fail with Athena’s reason; a draft’s preview and the filling of counters stand still.',
    imitated:
      'DuckDB, with functions and types limited to those that were compared; parameters and CSV in Athena’s form.',
    proof: 'Publish a segment that looks back beyond its counters, and its members beside what the lake’s events say',
  },
  {
    id: 'lake-grants',
    claim:
      'What Athena does in the name of a function that asks is what letAsk grants: Glue, the raw objects, its answers.',
    risk: 'Questions fail; the reason names the action that is not allowed.',
    imitated: 'Each action of the list in Athena’s documentation is asked of the function’s role.',
    proof: 'The first preview of a draft that needs the lake; its failure names what is missing',
  },
  {
    id: 'log-alarms',
    claim: 'Metric filters find our codes in what Lambda makes of a JSON log line.',
    risk: 'An alarm on a log code stays silent.',
    imitated: 'Not at all: filters look for the code as a word anywhere in the line.',
    proof: 'aws logs test-metric-filter with a line of each function’s log',
  },
  {
    id: 'log-queries',
    claim: 'Logs Insights finds our code in the line that Lambda wraps ours into.',
    risk: 'The dashboard’s lists of what was logged stay empty; the alarms are not concerned.',
    imitated: 'Not at all.',
    proof: `The query of docs/logs.md over the log group of ingest, after ${smoke}`,
  },
  {
    id: 'gateway-log',
    claim: 'The access log’s integrationErrorMessage tells a throttled function from one that failed.',
    risk: 'Whoever looks for the cause of 5xx has to find it in the metrics.',
    imitated: 'Not at all: the local gateway keeps no log.',
    proof:
      'In a deployment to throw away, ingest’s reserved concurrency at 0 for a minute, and a look at integrationError',
  },
  {
    id: 'alarms-ring',
    claim: 'An alarm goes off when its metric says so, and its words reach the mailbox.',
    risk: 'Trouble goes on until somebody looks by himself.',
    imitated: 'Alarms are compared with the runbook as templates; nothing rings here.',
    proof:
      'aws cloudwatch set-alarm-state --alarm-name perennial-NAME-live-lag --state-value ALARM --state-reason test',
  },
  {
    id: 'throttling',
    claim: 'DynamoDB, Lambda and SES throttle as their documentation says, and everything throttled comes back.',
    risk: 'Under a burst events wait longer than computed; what is given up rests with the dead letters.',
    imitated:
      'Refusals by chance and by seed (npm run faults); no partition, table or account has a limit of its own here.',
    proof: 'A load test (see scale), and the dead letters after it: none',
  },
  {
    id: 'restore',
    claim: 'A table restored to a moment takes the place of the one that was lost.',
    risk: 'On the worst day there is a backup and no way back from it that anybody has gone.',
    imitated: 'Not at all; that recovery is on is checked in the templates and by the doctor.',
    proof:
      'In a deployment to throw away: restore profiles to a new table, publish its name and stream, deploy the engine',
  },
  {
    id: 'customer-key',
    claim: 'A KMS key of one’s own works through DynamoDB, SQS, S3 and Firehose with the grants we give.',
    risk: 'A stage with cmkArn takes no events at all from its first minute on.',
    imitated: 'Not at all; the statements are checked to be there.',
    proof: `${smoke} --admin-token TOKEN on a stage with cmkArn; ${doctor} (tables-usable)`,
  },
  {
    id: 'email-arrives',
    claim: 'What SES accepts arrives, and not as spam.',
    risk: 'People get nothing, and nobody here notices: bounces are not read in this release.',
    imitated: 'An outbox; form, sender, sandbox and quota are checked as SES does.',
    proof: `${doctor} (email-…), then ${smoke} --to ADDRESS and a look into the mailbox`,
  },
  {
    id: 'reputation',
    claim: 'SES publishes its rates of bounces and complaints at least once an hour while something is sent.',
    risk: 'The alarms bounces and complaints see it later than they could, or have no data between two values.',
    imitated: 'Not at all.',
    proof: 'CloudWatch metric AWS/SES Reputation.BounceRate over a day of sending',
  },
  {
    id: 'one-click-signed',
    claim: 'SES’s DKIM signs List-Unsubscribe and List-Unsubscribe-Post, which we hand it beside the content.',
    risk: 'Gmail and Yahoo show no button, and take whoever writes to many for somebody without one.',
    imitated: 'The headers are checked as SES does (names, 870 characters) and kept with the message.',
    proof:
      'A marketing email in a mailbox of Gmail: its source names both in h= of DKIM-Signature, and “Unsubscribe” stands beside the sender',
  },
  {
    id: 'email-receipts',
    claim: 'What becomes of emails comes back on the default bus, in the shapes of SES’s documentation.',
    risk: 'Addresses that bounce are not suppressed by us; SES itself keeps to its account-level suppression list.',
    imitated: 'Events in these shapes, by the addresses of the mailbox simulator and others as they are told.',
    proof: `${smoke} --admin-token TOKEN --to bounce@simulator.amazonses.com says “bounced” (step receipt)`,
  },
  {
    id: 'push',
    claim: 'A test push reaches a device.',
    risk: 'None yet: there is no push in this release.',
    imitated: 'Not in this release.',
    proof: `Nothing yet: ${smoke} lists it as skipped (step push)`,
  },
  {
    id: 'fence',
    claim: 'Amazon Location tells of somebody who enters a fence.',
    risk: 'None yet: there are no places in this release.',
    imitated: 'Not in this release.',
    proof: `Nothing yet: ${smoke} lists it as skipped (step fence)`,
  },
  {
    id: 'refusals',
    claim: 'Services refuse by the names our adapters know: throttled, paused, a condition that failed, a full batch.',
    risk: 'A send that should come back later is taken for refused for good, or the other way round.',
    imitated: 'Names, statuses and headers as the SDK reads them, per service.',
    proof: 'send-refused in the log of deliver-email names none but final reasons, while SES throttles',
  },
  {
    id: 'delays',
    claim: 'SQS hands delayed messages out within a second or so of their time.',
    risk: 'Timers are late by that much.',
    imitated: 'Delays end on the local clock’s second.',
    proof: 'Lateness of Stage Changed events, as under index-lag',
  },
  {
    id: 'all-dead-letters',
    claim:
      'Long polls one after the other show every dead letter that is not hidden, and an empty one means that none is left.',
    risk: 'npm run redrive ends too early: what is left is counted by its next run.',
    imitated: 'One server, which hands out all it has.',
    proof:
      'npm run redrive -- --deployment NAME on a queue of some thousands, and its counts against those of the queue',
  },
  {
    id: 'dashboard',
    claim: 'The dashboard’s metrics exist under those names and dimensions.',
    risk: 'Somebody woken at night looks at an empty widget.',
    imitated: 'Tests see that it names only what the stacks have.',
    proof: `A look at the dashboard perennial-NAME some minutes after ${smoke}`,
  },
  {
    id: 'unknown-sends',
    claim: 'SES that does not answer within ten seconds either sent the message or did not; we resend no marketing.',
    risk: 'Somebody gets nothing, never twice. Every request that times out is one such.',
    imitated: 'Answers are lost on purpose, in the tests of faults.',
    proof: 'The share of send-unknown in the log of deliver-email, in production',
  },
  {
    id: 'bill',
    claim: 'The bill is what the meter says.',
    risk: 'A deployment costs more than was promised.',
    imitated:
      'Units are counted by each service’s rules and priced from a dated list; sizes of indexes, log lines and durations are estimates.',
    proof: 'Cost Explorer by usage type for the tag perennial:deployment, after a week, beside npm run bill',
  },
  {
    id: 'scale',
    claim: 'What docs/scale.md computes holds for millions of people.',
    risk: 'A quota bites earlier than it says; alarms tell which.',
    imitated: 'Not at all: a laptop has no quotas worth the name.',
    proof: 'A load test against a deployment to throw away, with the quotas named there raised first',
  },
];

/**
 * npm start -- [--empty] [--exit] [--port N] [--clock TIME] [--json]: Perennial's stacks on this machine.
 *
 * Without --empty a demo shop's people live 90 days first. With --json stdout gets one line of JSON when it is ready and
 * nothing else; everything for people goes to stderr.
 */
import { parseArgs } from 'node:util';
import { DAY, parseIsoTime } from '../domain/calendar.ts';
import { controlOf } from './control/control.ts';
import { DEMO, runDemo } from './demo/run-demo.ts';
import { LocalPerennial } from './perennial.ts';
import { progressOn } from './progress.ts';

const USAGE = 'Usage: npm start -- [--empty] [--exit] [--port N] [--clock 1997-01-01T00:00:00Z] [--json]';
const DEFAULT_PORT = 4_646;

function stop(message: string): never {
  console.error(message);
  process.exit(2);
}

function optionsOf() {
  try {
    const { values } = parseArgs({
      options: {
        empty: { type: 'boolean', default: false },
        exit: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        port: { type: 'string', default: String(DEFAULT_PORT) },
        clock: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
    return values;
  } catch (error) {
    return stop(`${(error as Error).message}\n${USAGE}`);
  }
}

const { empty, exit, json, port: portText, clock, help } = optionsOf();
if (help) {
  console.log(USAGE);
  process.exit(0);
}
const port = Number(portText);
if (!/^\d{1,5}$/.test(portText) || port > 65_535) stop(`"${portText}" is not a port\n${USAGE}`);
const clockAt =
  clock === undefined ? undefined : (parseIsoTime(clock) ?? stop(`"${clock}" is not an ISO 8601 time\n${USAGE}`));
const tell = (line = '') => process.stderr.write(`${line}\n`);

tell('Synthesizing and starting the stacks …');
// The demo's ninety days end now, so that what is sent to it afterwards has today's date.
const startAt = clockAt ?? (empty ? undefined : Date.now() - DEMO.days * DAY);
const perennial = await LocalPerennial.start({ port, ...(startAt !== undefined && { startAt }), log: tell }).catch(
  (error: NodeJS.ErrnoException) => {
    if (error.code === 'EADDRINUSE')
      return stop(`Port ${port} is taken. Choose another with --port N, or --port 0 for any free one.`);
    throw error;
  },
);

perennial.cloud.localRoutes(controlOf(perennial));

if (!empty) await demo();
if (json)
  console.log(
    JSON.stringify({
      url: perennial.url,
      writeKey: perennial.writeKey,
      serverKey: perennial.serverKey,
      adminToken: perennial.adminToken,
      pid: process.pid,
    }),
  );
if (exit) {
  await perennial.stop();
} else {
  if (!json) welcome();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void perennial.stop().then(() => process.exit(0)));
}

async function demo(): Promise<void> {
  tell(`A demo shop's ${DEMO.people} people live ${DEMO.days} days through the HTTP endpoint …`);
  const { events, seconds } = await runDemo(perennial, progressOn(process.stderr));
  if (clockAt === undefined && perennial.now() < Date.now()) await perennial.advanceTo(Date.now());
  const { people, anonymous, stages } = perennial.overview();
  const messages = new Map<string, number>();
  for (const { subject } of perennial.outbox()) messages.set(subject, (messages.get(subject) ?? 0) + 1);
  tell();
  tell(
    `${DEMO.days} days, ${events} events, ${people} people${anonymous > 0 ? ` and ${anonymous} anonymous profiles` : ''} in ${seconds.toFixed(0)} s`,
  );
  tell();
  tell('Stage        People');
  for (const { name, count } of stages)
    tell(`  ${name.padEnd(11)}${String(count).padStart(5)}  ${'▇'.repeat(Math.ceil((count / people) * 40))}`);
  tell();
  tell('Messages sent');
  for (const [subject, count] of messages) tell(`  ${subject.padEnd(20)}${String(count).padStart(5)}`);
  tell();
}

function welcome(): void {
  const { url, writeKey, serverKey, adminToken } = perennial;
  tell(`Perennial runs on ${url}  (open it in a browser; Ctrl-C ends it)`);
  tell();
  tell(`  write key    ${writeKey}      for apps`);
  tell(`  server key   ${serverKey}      for servers`);
  tell(`  admin token  ${adminToken}`);
  tell();
  tell('A first event, and what followed from it:');
  tell(
    `  curl ${url}/v1/identify -u ${writeKey}: -d '{"userId":"ada","traits":{"firstName":"Ada","email":"ada@example.com"}}'`,
  );
  tell(`  curl -X POST ${url}/local/settle`);
  tell(`  curl '${url}/local/outbox?userId=ada'`);
}

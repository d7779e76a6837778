/**
 * npm run bench -- [--timers] [--json]: the measured figures of DESIGN's budgets, on this machine. Nothing here asserts
 * a speed. With --timers also how late timers are, which takes twelve minutes more: they come due in real time.
 */
import { parseArgs } from 'node:util';
import { LocalPerennial } from '../local/perennial.ts';
import { synthesizeLocal } from '../local/synthesize.ts';
import { billFigures } from './bill.ts';
import { bundleFigures } from './bundles.ts';
import { burstOfEntries } from './burst.ts';
import { ingestFigures } from './ingest.ts';
import { eventToMessageLatency } from './latency.ts';
import { measureProfileBytes } from './profile-bytes.ts';
import { publishFigures } from './publish.ts';
import { reducerFigures } from './reducer.ts';
import { renderFigures } from './render.ts';
import { eventsPerSecond, groupedRequests, randomRequests } from './throughput.ts';
import { timerLateness } from './timer-lateness.ts';

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, timers: { type: 'boolean', default: false } },
});
const tell = (line: string) => process.stderr.write(`${line}\n`);
const assembly = synthesizeLocal();

/** Each figure on a fresh cloud, so that none finds the other's people. */
async function onFreshCloud<T>(measure: (perennial: LocalPerennial) => Promise<T>): Promise<T> {
  const perennial = await LocalPerennial.start({ assembly, port: 0, log: tell });
  try {
    return await measure(perennial);
  } finally {
    await perennial.stop();
  }
}

tell('Events to rest: 20,000 in requests of 100, 10 users each …');
const grouped = await onFreshCloud((perennial) => eventsPerSecond(perennial, groupedRequests()));
tell('Events to rest: 20,000 in requests of 100, random users …');
const random = await onFreshCloud((perennial) => eventsPerSecond(perennial, randomRequests()));
tell('Event in to message handed to the provider, idle …');
const latencyMs = await onFreshCloud(eventToMessageLatency);
tell('A burst: 2,000 people enter at once, each gets a message …');
const burst = await onFreshCloud(burstOfEntries);
tell('Bundles …');
const bundles = await onFreshCloud(bundleFigures);
tell('The reducer alone …');
const reducer = reducerFigures();

tell('The ingest handler alone …');
const ingest = await ingestFigures();

tell('Rendering emails alone …');
const render = await renderFigures();

tell('Bytes of stored profiles …');
const profileBytes = measureProfileBytes(tell);

tell('The bill at 20 events a request and 20 a visit …');
const bill = await billFigures(assembly);

tell('A publish, a preview and a reconcile over 100,000 people …');
const publish = await onFreshCloud(publishFigures);

if (values.timers) tell('Lateness of timers in real time: twelve minutes …');
const timerLatenessMs = values.timers ? await onFreshCloud((perennial) => timerLateness(perennial, tell)) : undefined;

const figures = {
  endToEnd: { eventsPerSecond: grouped, randomUsersEventsPerSecond: random },
  latencyMs,
  ...(timerLatenessMs && { timerLatenessMs }),
  ingest,
  reducer,
  render,
  burst: { messagesPerSecond: burst },
  publish,
  profileBytes,
  bill,
  bundles,
};
console.log(values.json ? JSON.stringify(figures) : JSON.stringify(figures, null, 2));

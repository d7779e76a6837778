import { SECOND } from '../../../domain/calendar.ts';
import type { Allowance } from '../../../domain/events/allowance.ts';
import { OPEN_PLAN } from '../../../domain/events/plan-settings.ts';
import { openSource, type Source } from '../../../domain/events/source.ts';
import { encodeSeen } from '../../../domain/events/tracking-plan/codec.ts';
import { merge } from '../../../domain/events/tracking-plan/merge.ts';
import { BOUNDS, type SeenEvent, seenKey } from '../../../domain/events/tracking-plan/seen-event.ts';
import { rememberSources } from '../../../lambdas/adapters/source-directory.ts';
import type { TrackingPlan } from '../../../lambdas/adapters/tracking-plan.ts';
import { type IngestDependencies, ingest } from '../../../lambdas/events/ingest.handler.ts';
import { observing } from '../../../lambdas/events/observing/observing.ts';
import { sourceMeter } from '../../../lambdas/events/source-meter.ts';
import type { HttpEvent } from '../../../lambdas/runtime/http.ts';
import { START } from '../../support/people.ts';
import { FakeQueue } from '../fakes.ts';

/** What fails while a request is handled. */
export type Fault = 'sources' | 'plan' | 'users' | 'queue' | 'queue in part' | 'allowances' | 'observing';

/** Sources of every kind; the key of each is its id. */
const SOURCES: readonly Source[] = [
  openSource('wk', 'client'),
  openSource('sk', 'server'),
  { ...openSource('signed', 'client'), identity: 'signed', identitySecrets: [{ secret: 's' }] },
  { ...openSource('listed', 'client'), origins: ['https://shop.example'] },
  { ...openSource('slow', 'client'), eventsPerSecond: 0.01, eventsPerDay: 1_000 },
];

export interface Handled {
  readonly answer: Awaited<ReturnType<typeof ingest>>;
  readonly queue: FakeQueue;
  /** Messages the queue did not take. */
  readonly refused: number;
  /** Fields of the lines that were logged, as they would be written. */
  readonly logged: readonly string[];
  /** How often each dependency was called: the only work of a request that is not bounded by its size. */
  readonly calls: ReadonlyMap<string, number>;
  /** What the observer stored, as JSON. */
  readonly stored: readonly string[];
}

/** A worker with everything real but the network, through one run of many requests. Its clock moves with each. */
export function fuzzedWorker() {
  let now = START;
  let faults: ReadonlySet<Fault> = new Set();
  let calls = new Map<string, number>();
  const called = (name: string, fault: Fault) => {
    calls.set(name, (calls.get(name) ?? 0) + 1);
    if (faults.has(fault)) throw new Error('a message that quotes ada@example.com');
  };
  const clock = () => now;
  let logged: string[] = [];
  const log: IngestDependencies['log'] = (_code, fields = {}) => void logged.push(JSON.stringify(fields));

  const directory = {
    async find(key: string) {
      called('sources', 'sources');
      return SOURCES.find(({ id }) => id === key);
    },
  };
  const accounts = new Map<string, Allowance>();
  const allowances = {
    async read(id: string) {
      called('allowances', 'allowances');
      return accounts.get(id);
    },
    async write({ id }: Source, { allowance }: { readonly allowance: Allowance }) {
      called('allowances', 'allowances');
      accounts.set(id, allowance);
      return true;
    },
  };
  /** JSON of what the observer stores. */
  let stored: string[] = [];
  const store = (what: unknown) => {
    called('observing', 'observing');
    stored.push(JSON.stringify(what));
  };
  const seenEvents = new Map<string, SeenEvent>();
  const growing: TrackingPlan = {
    async add(seen) {
      const before = seenEvents.get(seenKey(seen));
      if (before === undefined && seenEvents.size >= BOUNDS.names) return { outcome: 'full' };
      const merged = before === undefined ? seen : merge(before, seen);
      store(encodeSeen(merged));
      seenEvents.set(seenKey(seen), merged);
      return { outcome: 'added', stored: merged };
    },
    async addMore(count) {
      store(count);
    },
  };
  const plan = {
    async read() {
      called('plan', 'plan');
      return OPEN_PLAN;
    },
  };
  const observer = observing({
    settings: { read: async () => OPEN_PLAN },
    recent: { add: async (_sourceId, _ring, entries) => store(entries) },
    plan: growing,
    now: clock,
    log,
  });
  const remembered = rememberSources(directory, clock);
  const meter = sourceMeter(allowances, clock, log);
  const users = {
    async among(ids: readonly string[]) {
      called('users', 'users');
      return new Set(ids.filter((id) => id.length % 2 === 0));
    },
  };

  return {
    async handle(event: HttpEvent, failing: readonly Fault[] = []): Promise<Handled> {
      now += 5 * SECOND;
      faults = new Set(failing);
      calls = new Map();
      logged = [];
      stored = [];
      const queue = new FakeQueue();
      queue.fails = faults.has('queue');
      let refused = 0;
      queue.refuses = ({ body }) => {
        const refuses = faults.has('queue in part') && body.length % 2 === 0;
        if (refuses) refused++;
        return refuses;
      };
      // A remembered source would hide that the directory fails.
      const sources = faults.has('sources') ? directory : remembered;
      const dependencies = { sources, plan, meter, users, live: queue, observer, log };
      const requestContext = { ...event.requestContext, timeEpoch: now };
      const answer = await ingest(dependencies, { ...event, requestContext });
      return { answer, queue, refused, logged, calls, stored };
    },
  };
}

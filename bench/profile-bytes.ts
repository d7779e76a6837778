import { DAY, SECOND } from '../domain/calendar.ts';
import { advance } from '../domain/decisions/advance.ts';
import { encodeEffects } from '../domain/decisions/effect-codec.ts';
import type { CustomerEvent } from '../domain/events/event.ts';
import { decodeProfile, encodeProfile } from '../domain/state/codec.ts';
import { dueInput, eventInput, type Input } from '../domain/state/input.ts';
import type { Profile } from '../domain/state/profile.ts';
import { benchPlan } from './bench-plan.ts';
import { histogram } from './histogram.ts';
import { percentile } from './percentile.ts';
import { randomRequests } from './throughput.ts';
import { yearsOfLife } from './year-of-life.ts';

const EVENT_NAMES = 60;
const PEOPLE = 500;
const START = Date.parse('2026-03-02T12:00:00Z');
/** Between two events of the throughput bench's load (ms): 2,000 a second. */
const PACE = SECOND / 2_000;

/** Bytes of UTF-8. */
interface Bytes {
  readonly median: number;
  readonly p95: number;
  readonly max: number;
}

export interface ProfileBytes {
  /** Of each person after the throughput bench's load, sent by random users under 60 event names. */
  readonly benchmark: Bytes;
  /** Of each person after a year of life. */
  readonly year: Bytes;
  /** Of each commit in that year: what is billed, and the active have most of them. */
  readonly yearCommits: Bytes;
}

/**
 * What a profile takes up where it is stored, its text together with the effects of its last commit: after the load of
 * the throughput bench, and after a year of 500 people's lives.
 *
 * @param tell gets the distributions, line by line
 */
export function measureProfileBytes(tell: (line: string) => void): ProfileBytes {
  const load = eventsOfLoad();
  const loadEnd = START + load.length * PACE;
  const benchmark = byUser(load).map((events) => committedBytes(events, loadEnd).at(-1) ?? 0);

  const years = yearsOfLife(PEOPLE, START).map((events) => committedBytes(events, START + 365 * DAY));
  const year = years.map((commits) => commits.at(-1) ?? 0);
  const yearCommits = years.flat();

  const show = (title: string, bytes: readonly number[]) => {
    tell(`  ${title}`);
    for (const line of histogram(bytes)) tell(`    ${line}`);
  };
  show(`${benchmark.length} profiles after ${load.length} events of the load`, benchmark);
  show(`${year.length} profiles after a year`, year);
  show(`${yearCommits.length} commits in that year`, yearCommits);
  return { benchmark: figuresOf(benchmark), year: figuresOf(year), yearCommits: figuresOf(yearCommits) };
}

const figuresOf = (bytes: readonly number[]): Bytes => ({
  median: percentile(bytes, 0.5),
  p95: percentile(bytes, 0.95),
  max: percentile(bytes, 1),
});

/**
 * Lets one person live through her events, each reduced and stored by itself, with what comes due on the way and until
 * `end` (ms); answers with the bytes that each commit stored.
 */
function committedBytes(events: readonly CustomerEvent[], end: number): number[] {
  const plan = benchPlan();
  const committed: number[] = [];
  let stored: Profile | undefined;

  const take = (input: Input) => {
    const { profile, effects, changed } = advance(stored, [input], plan);
    if (!changed) throw new Error(`An input changed nothing: ${input.id}`);
    const text = encodeProfile(profile);
    const effectsText = effects.length === 0 ? '' : encodeEffects(profile.lineage, effects);
    committed.push(Buffer.byteLength(text) + Buffer.byteLength(effectsText));
    // Read as a worker would: what the text rounds off is gone.
    const decoded = decodeProfile(profile.key, profile.version + 1, text);
    if (decoded.outcome !== 'profile') throw new Error('A profile cannot be read');
    stored = decoded.profile;
  };
  const passTimeTo = (time: number) => {
    while (stored?.dueAt !== undefined && stored.dueAt <= time) take(dueInput(stored.key, stored.dueAt));
  };

  for (const event of events) {
    passTimeTo(event.receivedAt);
    take(eventInput(event));
  }
  passTimeTo(end);
  return committed;
}

/** The throughput bench's load as `ingest` would hand it on. */
const eventsOfLoad = (): CustomerEvent[] =>
  randomRequests(EVENT_NAMES)
    .flat()
    .map(({ event, userId, messageId, properties }, number) => {
      const time = START + Math.floor(number * PACE);
      return {
        type: 'track',
        name: event,
        messageId,
        source: 'client',
        sourceId: 'app',
        userId,
        time,
        receivedAt: time,
        properties,
      };
    });

function byUser(events: readonly CustomerEvent[]): CustomerEvent[][] {
  const users = new Map<string, CustomerEvent[]>();
  for (const event of events) {
    const userId = event.userId ?? '';
    const own = users.get(userId) ?? [];
    own.push(event);
    users.set(userId, own);
  }
  return [...users.values()];
}

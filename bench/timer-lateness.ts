import { setTimeout as sleep } from 'node:timers/promises';
import { MINUTE, SECOND } from '../domain/calendar.ts';
import { decodeEffects } from '../domain/decisions/effect-codec.ts';
import { LOOK_AHEAD, WAKE_WITHIN } from '../domain/decisions/sweep-window.ts';
import { randomFrom } from '../local/demo/random.ts';
import { postAll } from '../local/events-client.ts';
import type { LocalPerennial } from '../local/perennial.ts';
import { percentile } from './percentile.ts';

const WAITING = 1_000;
const WITHIN = 10 * MINUTE;
/** How long before the first is due (ms) the clock stops jumping: no sweep has looked so far ahead yet. */
const LEAD = LOOK_AHEAD + 10 * SECOND;
/** How long after the last was due (ms) we still wait for stragglers, and for somebody to be moved a second time. */
const PATIENCE = 30 * SECOND;
/** How far the local clock may stray from real time (ms) while we measure by it. */
const DRIFT = SECOND;

export interface TimerLateness {
  /** Milliseconds from when a person was due until her new stage was committed. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** How many people waited. */
  readonly waiting: number;
}

/** A stage that was entered because its time had come; local milliseconds since 1970. */
interface Move {
  readonly user: string;
  readonly dueAt: number;
  readonly committedAt: number;
}

/**
 * How late timers are in real time: 1,000 people wait for the end of their first week, which comes at moments spread
 * uniformly over ten minutes. The clock jumps to just before the first of them; from there it ticks, and each goes the
 * way of every timer: `due` index, sweep, delayed message, `advance`, commit. Takes about twelve real minutes; throws
 * unless everybody moved exactly once.
 *
 * @param tell gets a line a minute
 */
export async function timerLateness(perennial: LocalPerennial, tell: (line: string) => void): Promise<TimerLateness> {
  const moves: Move[] = [];
  let sweeps = 0;
  const { cloud, profilesTable } = perennial;
  cloud.on('change', (table, { keys, newImage, at }) => {
    if (table !== profilesTable || newImage?.fx?.S === undefined) return;
    for (const effect of decodeEffects(newImage.fx.S).effects)
      if (effect.kind === 'transition' && effect.cause === 'time')
        moves.push({ user: keys.id?.S ?? '', dueAt: effect.at, committedAt: at });
  });
  cloud.on('invoke', (logicalId) => {
    if (logicalId.startsWith('Sweep')) sweeps++;
  });

  const dues = await letPeopleWait(perennial);
  const first = Math.min(...dues.values());
  const end = Math.max(...dues.values()) + PATIENCE;
  await perennial.advanceTo(first - LEAD);

  const started = { real: performance.now(), local: perennial.now() };
  for (let now = started.local; now < end; now = perennial.now()) {
    tell(`  ${moves.length} of ${WAITING} moved, ${sweeps} sweeps, ${Math.ceil((end - now) / MINUTE)} minutes to go …`);
    await sleep(Math.min(MINUTE, end - now));
  }
  const drift = perennial.now() - started.local - (performance.now() - started.real);
  if (Math.abs(drift) > DRIFT) throw new Error(`The local clock strayed from real time by ${Math.round(drift)} ms`);

  assertEachMovedOnce(dues, moves);
  const lateness = moves.map(({ dueAt, committedAt }) => committedAt - dueAt);
  return {
    p50: percentile(lateness, 0.5),
    p99: percentile(lateness, 0.99),
    max: percentile(lateness, 1),
    waiting: lateness.length,
  };
}

/** Lets everybody be seen for the first time, at moments spread over the ten minutes just past; answers when each is due. */
async function letPeopleWait(perennial: LocalPerennial): Promise<Map<string, number>> {
  const random = randomFrom(11);
  const opening = perennial.now() - WITHIN;
  const visits = Array.from({ length: WAITING }, (_, number) => ({
    type: 'track',
    event: 'Product Viewed',
    userId: `waiting-${number}`,
    messageId: `first-${number}`,
    timestamp: new Date(opening + Math.floor(random() * WITHIN)).toISOString(),
  }));
  await postAll(perennial.url, perennial.writeKey, visits);
  await perennial.settle();

  const dues = new Map<string, number>();
  for (const { id, dueAt } of perennial.cloud.services.dynamodb.scan(perennial.profilesTable))
    if (id?.S !== undefined && dueAt?.N !== undefined) dues.set(id.S, Number(dueAt.N));
  if (dues.size !== WAITING) throw new Error(`${dues.size} people wait instead of ${WAITING}`);
  // Who is due soon gets a message at once, past the sweep.
  if (Math.min(...dues.values()) <= perennial.now() + WAKE_WITHIN)
    throw new Error('Somebody does not wait for a sweep');
  return dues;
}

function assertEachMovedOnce(dues: ReadonlyMap<string, number>, moves: readonly Move[]): void {
  const moved = new Set(moves.filter(({ user, dueAt }) => dues.get(user) === dueAt).map(({ user }) => user));
  if (moved.size !== dues.size || moves.length !== dues.size)
    throw new Error(`${moved.size} of ${dues.size} people moved when they were due, with ${moves.length} moves in all`);
}

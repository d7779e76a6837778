import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../domain/calendar.ts';
import type { OldestMessage } from '../../domain/decisions/live-lag.ts';
import { decodeInputs } from '../../domain/state/input-message.ts';
import type { Due } from '../../lambdas/adapters/due-index.ts';
import type { SweepPosition } from '../../lambdas/adapters/sweep-cursor.ts';
import { sweep } from '../../lambdas/decisions/sweep.handler.ts';
import { START } from '../support/people.ts';
import { FakeQueue, fakeLog } from './fakes.ts';

function sweeper(dues: Due[], shards = 1) {
  const timers = new FakeQueue();
  const census = new FakeQueue();
  const live: { oldest: OldestMessage | undefined; fails: boolean } = { oldest: undefined, fails: false };
  const log = fakeLog();
  const stopped: { at?: SweepPosition } = {};
  const asked: [shard: number, after: number, until: number][] = [];
  let now = START;
  const dependencies = {
    index: {
      async *between(shard: number, after: number, until: number) {
        asked.push([shard, after, until]);
        if (shard === 0) yield dues.filter(({ dueAt }) => dueAt > after && dueAt <= until);
      },
    },
    cursor: {
      read: async () => stopped.at,
      write: async (position: SweepPosition) => {
        stopped.at = position;
      },
      planSchedules: async () => undefined,
    },
    oldestLiveMessage: {
      async read() {
        if (live.fails) throw new Error('no metrics');
        return live.oldest;
      },
    },
    timers,
    census,
    shards,
    now: () => now,
    log,
  };
  const at = (time: number) => {
    now = time;
    return sweep(dependencies);
  };
  return { timers, census, live, log, stopped, asked, at };
}

const due = (user: string, dueAt: number): Due => ({ user: `k#${user}`, dueAt });

describe('the sweep', () => {
  it('emits whoever is overdue at once and the others delayed to their second, rounded up', async () => {
    const { timers, at } = sweeper([
      due('a', START - 5),
      due('b', START + 30 * SECOND),
      due('c', START + 30 * SECOND + 1),
    ]);
    await at(START);
    expect(
      timers.messages.map(({ body, delaySeconds }) => [
        delaySeconds,
        decodeInputs(body).inputs.map(({ user, at }) => [user, at]),
      ]),
    ).toEqual([
      [0, [['k#a', START - 5]]],
      [30, [['k#b', START + 30 * SECOND]]],
      [31, [['k#c', START + 30 * SECOND + 1]]],
    ]);
  });

  it('looks 90 s ahead and 60 s behind where it stopped, and from the beginning every 15 minutes', async () => {
    const { asked, at } = sweeper([]);
    await at(START);
    await at(START + MINUTE);
    await at(START + 15 * MINUTE);
    expect(asked.map(([, after, until]) => [after && after - START, until - START])).toEqual([
      [0, 90 * SECOND],
      [30 * SECOND, 150 * SECOND],
      [0, 15 * MINUTE + 90 * SECOND],
    ]);
  });

  it('covers an outage: it goes on where it stopped', async () => {
    const { timers, at } = sweeper([due('a', START + 7 * MINUTE)]);
    await at(START);
    await at(START + 10 * MINUTE);
    expect(timers.messages.map(({ delaySeconds }) => delaySeconds)).toEqual([0]);
  });

  it('has what is scheduled begun in its second', async () => {
    const { census, stopped, at } = sweeper([]);
    const position = { sweptTo: START, fullPassAt: START };
    const delaysAt = async (schedulesAt: number) => {
      stopped.at = { ...position, schedulesAt };
      await at(START);
      return census.messages.splice(0).map(({ body, delaySeconds }) => [JSON.parse(body).job, delaySeconds]);
    };
    expect(await delaysAt(START + 91 * SECOND)).toEqual([]);
    expect(await delaysAt(START + 30 * SECOND + 1)).toEqual([['schedules', 31]]);
    // After an outage.
    expect(await delaysAt(START - 7 * MINUTE)).toEqual([['schedules', 0]]);
  });

  it('stays where it is when the queue does not take everything', async () => {
    const { timers, stopped, at } = sweeper([due('a', START)]);
    timers.refuses = () => true;
    await expect(at(START)).rejects.toThrow();
    expect(stopped.at).toBeUndefined();
    timers.refuses = () => false;
    await at(START + MINUTE);
    expect(timers.messages).toHaveLength(1);
  });

  it('asks every shard, and puts at most 100 people into a message', async () => {
    const { timers, asked, at } = sweeper(
      Array.from({ length: 250 }, (_, i) => due(`u${i}`, START - i)),
      64,
    );
    await at(START);
    expect(new Set(asked.map(([shard]) => shard)).size).toBe(64);
    expect(timers.messages.map(({ body }) => decodeInputs(body).inputs.length)).toEqual([100, 100, 50]);
  });
});

describe('the sweep, while the live queue lags', () => {
  /** Measured in the minute before `time`. */
  const waited = (seconds: number, time: number): OldestMessage => ({ age: seconds * SECOND, minute: time - MINUTE });
  const emitted = ({ timers }: ReturnType<typeof sweeper>) =>
    timers.messages.flatMap(({ body }) => decodeInputs(body).inputs.map(({ user }) => user));

  it('emits only what was due before the oldest event that may still wait, and moves its cursor only that far', async () => {
    const sweeps = sweeper([due('before', START - 4 * MINUTE), due('after', START - 2 * MINUTE), due('now', START)]);
    sweeps.live.oldest = waited(120, START);
    await sweeps.at(START);
    expect(emitted(sweeps)).toEqual(['k#before']);
    expect(sweeps.stopped.at).toEqual({
      sweptTo: START - 3 * MINUTE,
      fullPassAt: START,
      liveLag: { lag: 3 * MINUTE, readAt: START },
    });

    sweeps.live.oldest = undefined;
    await sweeps.at(START + MINUTE);
    expect(emitted(sweeps)).toEqual(['k#before', 'k#after', 'k#now']);
    expect(sweeps.stopped.at).toEqual({ sweptTo: START + 150 * SECOND, fullPassAt: START, liveLag: undefined });
  });

  it('lets half a minute pass', async () => {
    const { live, stopped, asked, at } = sweeper([]);
    live.oldest = waited(30, START);
    await at(START);
    live.oldest = waited(31, START + MINUTE);
    await at(START + MINUTE);
    expect(asked).toHaveLength(1);
    expect(stopped.at?.liveLag).toEqual({ lag: 91 * SECOND, readAt: START + MINUTE });
  });

  it('stays where it was when the lag reaches back behind what it has emitted, and asks for nothing', async () => {
    const { live, stopped, asked, at } = sweeper([]);
    await at(START);
    live.oldest = waited(120, START + MINUTE);
    await at(START + MINUTE);
    expect(asked).toHaveLength(1);
    expect(stopped.at?.sweptTo).toBe(START + 90 * SECOND);
  });

  it('tells the workers before it emits anything, and even when it cannot emit', async () => {
    const { live, timers, stopped, at } = sweeper([due('a', START - 10 * MINUTE)]);
    stopped.at = { sweptTo: START - 20 * MINUTE, fullPassAt: START };
    timers.refuses = () => true;
    live.oldest = waited(60, START);
    await expect(at(START)).rejects.toThrow();
    expect(stopped.at).toEqual({
      sweptTo: START - 20 * MINUTE,
      fullPassAt: START,
      liveLag: { lag: 2 * MINUTE, readAt: START },
    });
  });

  it('goes by the last known lag for five minutes when it cannot be read, then by none', async () => {
    const { live, log, stopped, at } = sweeper([]);
    live.oldest = waited(120, START);
    await at(START);
    live.fails = true;
    await at(START + 5 * MINUTE);
    expect(stopped.at).toMatchObject({ sweptTo: START - 3 * MINUTE, liveLag: { lag: 3 * MINUTE, readAt: START } });
    await at(START + 6 * MINUTE);
    expect(stopped.at).toMatchObject({ sweptTo: START + 6 * MINUTE + 90 * SECOND, liveLag: undefined });
    expect(log.codes).toEqual(['live-lag-unknown', 'live-lag-unknown']);
  });
});

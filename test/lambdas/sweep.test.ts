import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../domain/calendar.ts';
import { decodeInputs } from '../../domain/state/input-message.ts';
import type { Due } from '../../lambdas/adapters/due-index.ts';
import type { SweepPosition } from '../../lambdas/adapters/sweep-cursor.ts';
import { sweep } from '../../lambdas/decisions/sweep.handler.ts';
import { START } from '../support/people.ts';
import { FakeQueue } from './fakes.ts';

function sweeper(dues: Due[], shards = 1) {
  const timers = new FakeQueue();
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
    },
    timers,
    shards,
    now: () => now,
  };
  const at = (time: number) => {
    now = time;
    return sweep(dependencies);
  };
  return { timers, stopped, asked, at };
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

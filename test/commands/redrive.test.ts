import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { queueNames } from '../../commands/deployment/address-book.ts';
import { handOnFailures, lookAtFailures } from '../../commands/redrive/failures.ts';
import { noteOn } from '../../commands/redrive/letter.ts';
import { lookAt } from '../../commands/redrive/look-at.ts';
import { moveBack } from '../../commands/redrive/move-back.ts';
import { linesOf } from '../../commands/redrive/report.ts';
import { DAY, HOUR } from '../../domain/calendar.ts';
import type { Effect } from '../../domain/decisions/effect.ts';
import { encodeEffects } from '../../domain/decisions/effect-codec.ts';
import { encodeSendRequest } from '../../domain/delivery/send-request.ts';
import { dueInput, type Input } from '../../domain/state/input.ts';
import { encodeInputs } from '../../domain/state/input-message.ts';
import type { DeadLetter, DeadLetterQueue } from '../../lambdas/adapters/dead-letters.ts';
import type { FailedContent, FailedRecords } from '../../lambdas/adapters/failed-records.ts';
import type { OutgoingMessage, Queue } from '../../lambdas/adapters/queue.ts';
import { START, track } from '../support/people.ts';

const NOW = START + 30 * HOUR;
const bodyOf = (...inputs: Input[]) => encodeInputs(inputs)[0] ?? '';
const eventAt = (time: number) => bodyOf(track('Seen', time));

/** Dead letters in memory: what is received is hidden until it is released, and a call fails when it is told to. */
class FakeDeadLetters implements DeadLetterQueue {
  readonly letters = new Map<string, DeadLetter>();
  readonly hidden = new Set<string>();
  fails: () => boolean = () => false;

  constructor(bodies: readonly string[]) {
    for (const [n, body] of bodies.entries())
      this.letters.set(`d${n}`, { id: `d${n}`, body, group: `g${n}`, sentAt: START, receipt: `d${n}/0` });
  }

  async count() {
    return { waiting: this.letters.size - this.hidden.size, inFlight: this.hidden.size };
  }

  async receive() {
    if (this.fails()) throw new Error('no answer');
    const visible = [...this.letters.values()].filter(({ id }) => !this.hidden.has(id)).slice(0, 10);
    for (const { id } of visible) this.hidden.add(id);
    return visible;
  }

  async release(letters: readonly DeadLetter[]) {
    for (const { id } of letters) this.hidden.delete(id);
  }

  async delete(letters: readonly DeadLetter[]) {
    if (this.fails()) throw new Error('no answer');
    const kept = letters.filter(() => this.fails());
    for (const { id } of letters.filter((letter) => !kept.includes(letter))) {
      this.letters.delete(id);
      this.hidden.delete(id);
    }
    return kept;
  }
}

class FakeSource implements Queue {
  readonly taken: OutgoingMessage[] = [];
  fails: () => boolean = () => false;

  async send<M extends OutgoingMessage>(messages: readonly M[]): Promise<readonly M[]> {
    const refused = messages.filter(() => this.fails());
    this.taken.push(...messages.filter((message) => !refused.includes(message)));
    if (this.fails()) throw new Error('the answer was lost');
    return refused;
  }
}

function given(...bodies: string[]) {
  const deadLetters = new FakeDeadLetters(bodies);
  const source = new FakeSource();
  return { deadLetters, source, queue: { name: 'live', deadLetters, source } as const };
}

const move = (queue: ReturnType<typeof given>['queue'], ages = {}) => moveBack(queue, ages, NOW, () => undefined);

describe('moving dead letters back', () => {
  it('sends each as it was and deletes it', async () => {
    const bodies = Array.from({ length: 35 }, (_, n) => eventAt(NOW - n));
    const { deadLetters, source, queue } = given(...bodies);
    expect(await move(queue)).toMatchObject({
      moved: { letters: 35, mayCountTwice: 0 },
      left: 0,
      refused: 0,
      stillHere: 0,
    });
    expect(source.taken.map(({ body }) => body).sort()).toEqual([...bodies].sort());
    expect(source.taken.every(({ group }) => group?.startsWith('g'))).toBe(true);
    expect(deadLetters.letters.size).toBe(0);
  });

  it('loses none, whatever fails on the way; and once nothing fails any more, has moved all', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.infiniteStream(fc.nat({ max: 5 })),
        async (count, chance) => {
          const { deadLetters, source, queue } = given(...Array.from({ length: count }, (_, n) => eventAt(NOW - n)));
          const all = [...deadLetters.letters.values()].map(({ body }) => body);
          deadLetters.fails = () => chance.next().value === 0;
          source.fails = () => chance.next().value === 0;

          const first = await move(queue);

          const reached = new Set(source.taken.map(({ body }) => body));
          const here = new Set([...deadLetters.letters.values()].map(({ body }) => body));
          expect(all.filter((body) => !reached.has(body) && !here.has(body))).toEqual([]);
          expect(first.moved.letters).toBe(count - deadLetters.letters.size);

          deadLetters.fails = source.fails = () => false;
          // What was sent and is still here comes back by its time-out.
          deadLetters.hidden.clear();
          const second = await move(queue);
          expect([second.moved.letters, deadLetters.letters.size]).toEqual([count - first.moved.letters, 0]);
          expect(new Set(source.taken.map(({ body }) => body))).toEqual(new Set(all));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('leaves what is not meant, visible to others', async () => {
    const { deadLetters, queue } = given(eventAt(NOW - HOUR), eventAt(NOW - 2 * DAY));
    expect(await move(queue, { olderThan: DAY })).toMatchObject({ moved: { letters: 1, mayCountTwice: 1 }, left: 1 });
    expect([...deadLetters.letters.keys(), deadLetters.hidden.size]).toEqual(['d0', 0]);
  });
});

describe('a look', () => {
  it('shows everything again, also when it is interrupted', async () => {
    const { deadLetters, source, queue } = given(...Array.from({ length: 25 }, (_, n) => eventAt(NOW - n)));
    expect(await lookAt(queue, {}, NOW)).toMatchObject({
      waiting: 25,
      lookedAt: 25,
      meant: { letters: 25, newest: NOW },
    });
    let calls = 0;
    deadLetters.fails = () => ++calls === 2;
    await expect(lookAt(queue, {}, NOW)).rejects.toThrow('no answer');
    expect([deadLetters.hidden.size, source.taken.length]).toEqual([0, 0]);
  });
});

describe('a letter', () => {
  const note = (name: (typeof queueNames)[number], body: string) =>
    noteOn(name, { id: 'd', body, group: undefined, sentAt: NOW - HOUR, receipt: 'r' }, NOW);
  const mail = (notAfter: number) =>
    encodeSendRequest({ sendId: 's_1_0', user: 'k#ada', message: 'welcome', decidedAt: START, notAfter });

  it('may count twice when an id in it is older than a day, however lately it was sent', () => {
    const old = track('Seen', NOW - DAY - 1);
    expect(note('live', bodyOf(track('Seen', NOW), old))).toMatchObject({ since: old.at, warning: 'may-count-twice' });
    expect(note('live', eventAt(NOW - DAY)).warning).toBeUndefined();
  });

  it('of due times is recognised by itself', () => {
    expect(note('timers', bodyOf(dueInput('k#ada', START)))).toEqual({ since: START, holds: ['due'] });
  });

  it('of an email may be too late, and never goes twice', () => {
    expect(note('email', mail(NOW + 1))).toEqual({ since: START, holds: ['welcome'] });
    expect(note('email', mail(NOW - 1)).warning).toBe('too-late');
  });

  it.each(queueNames.filter((name) => name !== 'lake'))('of %s that nobody can read is said to be one', (name) => {
    expect(note(name, 'garbage')).toMatchObject({ since: NOW - HOUR, holds: [], warning: 'unreadable' });
  });
});

describe('what dispatch gave up', () => {
  const message: Effect = { kind: 'message', message: 'welcome', channel: 'email', at: START, notAfter: NOW };
  const record = (fx: string) => ({
    dynamodb: { NewImage: { id: { S: 'k#ada' }, version: { N: '7' }, fx: { S: fx } } },
  });
  const good = record(encodeEffects('RdJ9xk2A', [message]));
  const bad = record('[9,"x",[]]');

  function bucketOf(...objects: (FailedContent['records'] | undefined)[]) {
    const batches = new Map(objects.map((records, n) => [{ key: `o${n}`, at: START + n }, records]));
    const failures: FailedRecords = {
      list: async () => [...batches.keys()],
      read: async (batch) => {
        const records = batches.get(batch);
        return records && { why: 'RetryAttemptsExhausted', records, envelope: {} };
      },
      delete: async (batch) => void batches.delete(batch),
      keep: async (batch, _content, records) => void batches.set(batch, records),
    };
    const held = () => [...batches.entries()].map(([{ key }, records]) => [key, records]);
    return { failures, keys: () => [...batches.keys()].map(({ key }) => key), held };
  }
  const handOn = (failures: FailedRecords, retry: Queue) => handOnFailures(failures, retry, {}, NOW, () => undefined);

  it('is handed on as dispatch would have done it, once; what nobody can read stays alone in its object', async () => {
    const { failures, held } = bucketOf([good, good], [good, bad, null as never], undefined);
    expect(await lookAtFailures(failures, {}, NOW)).toEqual({
      ...{
        objects: 3,
        lookedAt: 3,
        records: 5,
        holds: { timeline: 3, email: 3 },
        unreadable: 3,
        tooLate: 0,
        dayOld: 0,
      },
      ...{ why: { RetryAttemptsExhausted: 2, unknown: 1 }, oldest: START, newest: START + 2 },
    });
    const retry = new FakeSource();
    expect(await handOn(failures, retry)).toEqual({
      moved: 1,
      handedOn: 6,
      left: 0,
      unreadable: 2,
      refused: 0,
      failed: 0,
    });
    const left = [
      ['o1', [bad, null]],
      ['o2', undefined],
    ];
    expect(held()).toEqual(left);
    expect(await handOn(failures, retry)).toMatchObject({ moved: 0, handedOn: 0, unreadable: 2 });
    expect(held()).toEqual(left);
    expect(JSON.parse(retry.taken[1]?.body ?? '')).toMatchObject({
      sink: 'email',
      body: expect.stringContaining('RdJ9xk2A_7_0'),
    });
  });

  it('keeps its object when the queue does not take all of it', async () => {
    const { failures, keys } = bucketOf([good]);
    const retry = new FakeSource();
    let asked = 0;
    retry.fails = () => ++asked === 2;
    expect(await handOn(failures, retry)).toMatchObject({ moved: 0, handedOn: 1, refused: 1 });
    expect(keys()).toEqual(['o0']);
  });

  it('is handed on but for the objects that fail, and the account is given', async () => {
    const { failures, keys } = bucketOf([good], [good], [good], [good]);
    const { read, delete: remove } = failures;
    const failing: FailedRecords = {
      ...failures,
      read: (batch) => (batch.key === 'o0' ? Promise.reject(new Error('it is gone')) : read(batch)),
      delete: (batch) => (batch.key === 'o2' ? Promise.reject(new Error('no answer')) : remove(batch)),
    };
    expect(await handOn(failing, new FakeSource())).toEqual({
      ...{ moved: 2, handedOn: 6, left: 0, unreadable: 0, refused: 0 },
      ...{ failed: 2, failure: 'Error: it is gone' },
    });
    expect(keys()).toEqual(['o0', 'o2']);
  });

  it('may come too late, or late for those who listen to the bus', async () => {
    const moved = { kind: 'transition', to: 'new', cause: 'activity', reason: 'x' } as const;
    const { failures } = bucketOf([
      record(
        encodeEffects('RdJ9xk2A', [
          { ...message, notAfter: NOW - 1 },
          { ...moved, at: NOW - DAY - 1 },
          { ...moved, at: NOW - DAY },
        ]),
      ),
    ]);
    const look = await lookAtFailures(failures, {}, NOW);
    expect(look).toMatchObject({ holds: { timeline: 3, email: 1, bus: 2 }, tooLate: 1, dayOld: 1 });
    const page = linesOf('prod', [{ place: 'failures', did: 'look', look }], NOW).join('\n');
    expect(page).toMatch(/! 1 email come too late.*\n.*! 1 domain event of more than 24 h ago/);
  });
});

describe('the page', () => {
  it('says where things go and what is wrong', () => {
    const meant = {
      letters: 3,
      holds: { event: 5 },
      oldest: NOW - 2 * DAY,
      newest: NOW,
      mayCountTwice: 1,
      tooLate: 0,
      dayOld: 0,
      unreadable: 0,
    };
    const look = { waiting: 40, inFlight: 2, lookedAt: 3, meant };
    const page = linesOf(
      'prod',
      [
        { place: 'live', did: 'look', look },
        { place: 'failures', did: 'fail', failure: 'AccessDenied' },
      ],
      NOW,
    );
    expect(page).toEqual([
      'Deployment prod: what was given up. Nothing is changed; --yes brings it back',
      '',
      'live      of about 40, the first 3 were read: 3 dead letters from 2026-03-01T18:00Z, 2 days ago, to 2026-03-03T18:00Z (5 × event)',
      '          → to the live queue: events count at their own time, and those that count already are recognised by their ids',
      '          ! 1 hold inputs older than 24 h. Ids are recognised for 24 h and the last 256 inputs of a user, so',
      '            what did count before its message died may count twice. --newer-than PT24H leaves these where they are',
      '          2 more are in flight: somebody looks at them or moves them',
      'failures  could not be reached: AccessDenied',
      '',
      'Not everything went well; run it again once the cause is gone.',
    ]);
  });
});

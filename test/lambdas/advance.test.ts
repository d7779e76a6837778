import { describe, expect, it } from 'vitest';
import { DEFAULT_PLAN } from '../../domain/decisions/plan.ts';
import { decodeInputs, encodeInputs } from '../../domain/state/input-message.ts';
import { totalOf } from '../../domain/state/profile.ts';
import { advanceBatch } from '../../lambdas/state/advance.handler.ts';
import { archiveTo } from '../../lambdas/state/raw-inputs.ts';
import { START, track } from '../support/people.ts';
import { alwaysPlan, FakeProfiles, FakeQueue, fakeLog, sqsEvent } from './fakes.ts';

const message = (...users: string[]) =>
  encodeInputs(users.map((userId) => track('A', START, { userId, messageId: `${userId}-${START}` }))).join();

function worker() {
  const profiles = new FakeProfiles();
  const live = new FakeQueue();
  const retry = new FakeQueue();
  const log = fakeLog();
  const lake = {
    appended: [] as string[],
    refusals: 0,
    async append(lines: string) {
      if (this.refusals-- > 0) throw new Error('no lake');
      this.appended.push(lines);
    },
  };
  const run = (...bodies: string[]) =>
    advanceBatch(
      {
        profiles,
        plans: alwaysPlan(DEFAULT_PLAN),
        holdBack: async () => [],
        archive: archiveTo(lake, retry, log),
        queueOf: () => live,
        random: () => 0.5,
        log,
      },
      sqsEvent(...bodies),
    );
  return { profiles, live, retry, log, lake, run };
}

function countOf(profiles: FakeProfiles, userId: string): number {
  const profile = profiles.stored.get(`k#${userId}`);
  return (profile && totalOf(profile, 'A')?.count) ?? 0;
}

describe('a worker', () => {
  it('regroups a batch by user: one commit each', async () => {
    const { profiles, run } = worker();
    const other = encodeInputs([track('A', START + 1, { userId: 'ada' })]).join();
    expect(await run(message('ada', 'ben'), other)).toEqual({ batchItemFailures: [] });
    expect(profiles.commits).toBe(2);
    expect(countOf(profiles, 'ada')).toBe(2);
  });

  it('reads and reduces again when somebody else was faster, and loses nothing', async () => {
    const { profiles, live, run } = worker();
    await run(encodeInputs([track('B', START, { userId: 'ada' })]).join());
    let rivals = 2;
    profiles.beforeCommit = ({ key }) => {
      const current = profiles.stored.get(key);
      if (current && rivals-- > 0) profiles.stored.set(key, { ...current, version: current.version + 1 });
    };
    expect(await run(message('ada'))).toEqual({ batchItemFailures: [] });
    expect(countOf(profiles, 'ada')).toBe(1);
    expect(live.messages).toEqual([]);
  });

  it('puts a user it cannot commit back on her queue alone, with a delay, and finishes the others', async () => {
    const { profiles, live, log, run } = worker();
    profiles.beforeCommit = ({ key }) => {
      if (key === 'k#ada') throw new Error('throttled');
    };
    expect(await run(message('ada', 'ben'))).toEqual({ batchItemFailures: [] });
    expect(countOf(profiles, 'ben')).toBe(1);
    expect(live.messages).toHaveLength(1);
    const [put] = live.messages;
    expect(decodeInputs(put?.body ?? '')).toMatchObject({ hops: 1, inputs: [{ user: 'k#ada' }] });
    expect(put?.delaySeconds).toBeGreaterThanOrEqual(1);
    expect(log.codes).toContain('user-put-back');
  });

  it('puts users back whose profiles were not read', async () => {
    const { profiles, live, run } = worker();
    profiles.unread.add('k#ada');
    await run(message('ada', 'cleo'));
    expect(live.messages.map(({ body }) => decodeInputs(body).inputs.map(({ user }) => user))).toEqual([['k#ada']]);
    expect(countOf(profiles, 'cleo')).toBe(1);
  });

  it('lets inputs of a profile that a newer release wrote wait, however often', async () => {
    const { profiles, live, log, run } = worker();
    profiles.get = async () => ({ outcome: 'unknown-version', codecVersion: 9 }) as never;
    const waited = encodeInputs([track('A', START, { userId: 'ada' })], 8).join();
    expect(await run(waited)).toEqual({ batchItemFailures: [] });
    expect(live.messages).toMatchObject([{ delaySeconds: 300 }]);
    expect(decodeInputs(live.messages[0]?.body ?? '').hops).toBe(8);
    expect(log.codes).toEqual(['newer-profile']);
  });

  it('leaves a user that has been put back too often to the dead-letter queue', async () => {
    const { profiles, live, run } = worker();
    profiles.unread.add('k#ada');
    const tired = encodeInputs([track('A', START, { userId: 'ada' })], 8).join();
    expect(await run(tired)).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
    expect(live.messages).toEqual([]);
  });

  it('lets the messages of a user come back whom no queue takes', async () => {
    const { profiles, live, run } = worker();
    profiles.unread.add('k#ada');
    live.fails = true;
    expect(await run(message('ben'), message('ada'))).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
  });

  it('returns a message it cannot read and does the rest', async () => {
    const { profiles, log, run } = worker();
    expect(await run('{"v":99}', 'nonsense', message('ada'))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm0' }, { itemIdentifier: 'm1' }],
    });
    expect(countOf(profiles, 'ada')).toBe(1);
    expect(log.codes).toContain('record-unreadable');
  });
});

describe('raw inputs', () => {
  it('are kept before the commit, one record for the batch', async () => {
    const { lake, run } = worker();
    await run(message('ada', 'ben'), message('cleo'));
    expect(lake.appended).toHaveLength(1);
    expect(
      lake.appended[0]
        ?.trim()
        .split('\n')
        .map((line) => JSON.parse(line).userId),
    ).toEqual(['ada', 'ben', 'cleo']);
  });

  it('go to the lake at the second try, and wait on a queue after that; the worker goes on', async () => {
    const { lake, retry, profiles, run } = worker();
    lake.refusals = 1;
    await run(message('ada'));
    expect([lake.appended.length, retry.messages.length]).toEqual([1, 0]);
    lake.refusals = 2;
    await run(message('ben'));
    expect([lake.appended.length, retry.messages.length]).toEqual([1, 1]);
    expect(countOf(profiles, 'ben')).toBe(1);
  });

  it('that can be kept nowhere stop the batch before anything is committed', async () => {
    const { lake, retry, profiles, run } = worker();
    lake.refusals = 2;
    retry.refuses = () => true;
    await expect(run(message('ada'))).rejects.toThrow();
    expect(profiles.commits).toBe(0);
  });

  it('fill records of at most 900 KB', async () => {
    const { lake, run } = worker();
    const large = Array.from({ length: 40 }, (_, i) =>
      encodeInputs([track('A', START, { userId: `u${i}`, properties: { note: 'é'.repeat(15_000) } })]).join(),
    );
    await run(...large);
    expect(lake.appended.length).toBeGreaterThan(1);
    for (const lines of lake.appended) expect(Buffer.byteLength(lines)).toBeLessThanOrEqual(900 * 1_024);
  });
});

import { describe, expect, test } from 'vitest';
import { minute, queue, queueOf, ref, second, sqsMapping, start, startCloud, table, writeAssembly } from './support.ts';

/** Pauses for as long as each message says, one after the other, and tells when. */
const SLEEPER = `
  import { setTimeout } from 'node:timers/promises';
  export const handler = async ({ Records = [], ms }) => {
    if (ms !== undefined) await setTimeout(ms);
    for (const { body } of Records) { await setTimeout(Number(body)); console.log('woke ' + Date.now()); }
    return { statusCode: 200, body: String(Date.now()) };
  };`;

async function sleeper({ timeout = 60, environments = 2 } = {}) {
  const started = await startCloud(
    writeAssembly(
      { Sleeper: { source: SLEEPER, timeout } },
      { Work: queue({ VisibilityTimeout: 360 }), Mapping: sqsMapping('Work', 'Sleeper') },
    ),
    { environments: { default: environments } },
  );
  const wakes = () =>
    started.lines.flatMap((line) => /woke (\d+)/.exec(line)?.[1] ?? []).map((at) => Number(at) - start);
  return { ...started, wakes, work: queueOf(started.cloud, 'Work') };
}

describe('a function that pauses', () => {
  test('sleeps in the time of the cloud: a minute takes no time', async () => {
    const { cloud, work, wakes } = await sleeper();
    work.send({ body: '1500' }, { body: '20000' });
    await cloud.advanceTo(start + 10 * second);
    await expect.poll(wakes).toEqual([1_500]);
    await cloud.advanceTo(start + minute);
    await expect.poll(wakes).toEqual([1_500, 21_500]);
    expect(work.depth()).toEqual({ visible: 0, delayed: 0, inFlight: 0 });
  });

  test('is waited for by who settles: the clock goes as far as it sleeps', async () => {
    const { cloud, work } = await sleeper();
    work.send({ body: '30000' });
    await cloud.settle();
    expect(cloud.clock.now()).toBe(start + 30 * second);
    expect(work.depth().inFlight).toBe(0);
  });

  test('does not keep others from what they do meanwhile', async () => {
    const { cloud, work, wakes } = await sleeper();
    work.send({ body: '30000' });
    await cloud.advanceTo(start + second);
    work.send({ body: '500' });
    await cloud.settle();
    await expect.poll(wakes).toEqual([1_500, 30_000]);
  });

  test('is killed when it sleeps for longer than it may run', async () => {
    const { cloud, work, wakes, lines } = await sleeper({ timeout: 20 });
    work.send({ body: '15000' }, { body: '15000' });
    await cloud.advanceTo(start + minute);
    await expect.poll(wakes).toEqual([15_000]);
    expect(lines.join('\n')).toContain('Task timed out after 20.00 seconds');
    // What it had received is seen again once its visibility time-out is over.
    expect(work.depth().inFlight).toBe(2);
  });

  test('is billed for it', async () => {
    const { cloud, work } = await sleeper();
    work.send({ body: '30000' });
    await cloud.settle();
    const slept = [...cloud.meter.metered()].find(({ unit }) => unit === 'lambda.gb-seconds')?.quantity ?? 0;
    // A quarter of a GB.
    expect(slept / 0.25).toBeGreaterThanOrEqual(30);
    expect(slept / 0.25).toBeLessThan(35);
  });

  test('is not done with while its calls are under way', async () => {
    const { cloud, lines } = await startCloud(
      writeAssembly(
        { Lambda: { file: 'pausing.ts', timeout: 60, variables: { TABLE: ref('Things') } } },
        { Things: table(), Work: queue({ VisibilityTimeout: 360 }), Mapping: sqsMapping('Work', 'Lambda') },
      ),
    );
    queueOf(cloud, 'Work').send({ body: '10' });
    await cloud.settle();
    // Ten calls side by side with ten pauses of ever longer: each pause is over at its own moment.
    await expect
      .poll(() => lines.flatMap((line) => /woke (\d+)/.exec(line)?.[1] ?? []).map((at) => Number(at) - start))
      .toEqual(Array.from({ length: 10 }, (_, n) => 1_000 * (n + 1)));
    expect(cloud.clock.now()).toBe(start + 10 * second);
  });

  test('sleeps in real time while the clock ticks', async () => {
    const { cloud, work, wakes } = await sleeper();
    await cloud.stop();
    const ticking = await startCloud(
      writeAssembly({ Sleeper: { source: SLEEPER } }, { Work: queue(), Mapping: sqsMapping('Work', 'Sleeper') }),
      { ticking: true },
    );
    queueOf(ticking.cloud, 'Work').send({ body: '20' });
    await expect.poll(() => ticking.lines.join('\n')).toContain('woke');
    expect([work.depth().inFlight, wakes()]).toEqual([0, []]);
  });
});

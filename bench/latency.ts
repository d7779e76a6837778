import type { LocalPerennial } from '../local/perennial.ts';
import { percentile } from './percentile.ts';

const WARM_UP = 10;
const SAMPLES = 200;

/** Real milliseconds from posting a new person's identify until the provider has her welcome, nothing else going on. */
export async function eventToMessageLatency(perennial: LocalPerennial): Promise<{ p50: number; p99: number }> {
  const waits: number[] = [];
  for (let i = 0; i < WARM_UP + SAMPLES; i++) {
    const started = performance.now();
    const captured = new Promise<void>((resolve) => {
      const stop = perennial.cloud.outbox.onMessage(() => {
        stop();
        resolve();
      });
    });
    await identify(perennial, `person-${i}`);
    await captured;
    if (i >= WARM_UP) waits.push(performance.now() - started);
    await perennial.settle();
  }
  return { p50: percentile(waits, 0.5), p99: percentile(waits, 0.99) };
}

async function identify({ url, writeKey }: LocalPerennial, userId: string): Promise<void> {
  const answer = await fetch(`${url}/v1/identify`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${writeKey}:`)}` },
    body: JSON.stringify({ userId, traits: { email: `${userId}@example.com` } }),
  });
  if (answer.status !== 200) throw new Error(`identify answered ${answer.status}`);
  await answer.arrayBuffer();
}

import { postBatch } from '../local/events-client.ts';
import type { LocalPerennial } from '../local/perennial.ts';

const PEOPLE = 2_000;
const PEOPLE_PER_REQUEST = 100;

/**
 * Messages per real second handed to the provider when 2,000 people enter at once: from the first request until the last
 * of them has her welcome. Throws unless each has exactly one.
 */
export async function burstOfEntries(perennial: LocalPerennial): Promise<number> {
  const welcomed = new Set<string>();
  const before = perennial.cloud.outbox.total;
  const all = new Promise<void>((resolve) => {
    const stop = perennial.cloud.outbox.onMessage(({ to }) => {
      for (const address of to) welcomed.add(address);
      if (welcomed.size < PEOPLE) return;
      stop();
      resolve();
    });
  });
  const realStart = performance.now();
  const localStart = perennial.now();
  for (let first = 0; first < PEOPLE; first += PEOPLE_PER_REQUEST)
    await postBatch(
      perennial.url,
      perennial.writeKey,
      Array.from({ length: PEOPLE_PER_REQUEST }, (_, i) => {
        const userId = `person-${first + i}`;
        return { type: 'identify', userId, messageId: `m-${userId}`, traits: { email: `${userId}@example.com` } };
      }),
    );
  await all;
  // Where the clock of the local cloud was jumped, that counts as waited.
  const elapsed = Math.max(performance.now() - realStart, perennial.now() - localStart);
  await perennial.settle();
  const messages = perennial.cloud.outbox.total - before;
  if (messages !== PEOPLE) throw new Error(`${messages} messages went to ${PEOPLE} people`);
  return Math.round(PEOPLE / (elapsed / 1_000));
}

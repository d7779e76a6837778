import { DAY, HOUR } from '../../domain/calendar.ts';
import { postAll } from '../events-client.ts';
import type { LocalPerennial } from '../perennial.ts';
import type { Progress } from '../progress.ts';
import { type ShopEvent, shopEvents } from './shop.ts';

export const DEMO = { people: 300, days: 90, seed: 20_261_030 } as const;

/** How often apps send (ms). */
const STEP = 2 * HOUR;

export interface DemoSummary {
  readonly events: number;
  readonly seconds: number;
}

/**
 * Lets the people of the demo shop live: every two hours their apps send what was done since, over HTTP, and the clock
 * moves in between, so that timers fire where they belong.
 */
export async function runDemo(perennial: LocalPerennial, progress: Progress): Promise<DemoSummary> {
  const startedAt = performance.now();
  const opening = perennial.now();
  const events = shopEvents(DEMO);
  for (const [step, happened] of byStep(events)) {
    const sentAt = (step + 1) * STEP;
    await perennial.advanceTo(opening + sentAt);
    await postAll(
      perennial.url,
      perennial.writeKey,
      happened.map((event) => asSent(event, opening)),
    );
    progress.show(sentAt / (DEMO.days * DAY), () => dayLine(perennial, sentAt));
  }
  await perennial.advanceTo(opening + DEMO.days * DAY);
  await perennial.settle();
  progress.done();
  return { events: events.length, seconds: (performance.now() - startedAt) / 1_000 };
}

/** The messageId makes a run repeatable: the same events, the same ids. */
const asSent = ({ at, body }: ShopEvent, opening: number) => ({
  ...body,
  messageId: `demo-${at}-${String(body.userId)}-${String(body.type)}`,
  timestamp: new Date(opening + at).toISOString(),
});

function byStep(events: readonly ShopEvent[]): [number, ShopEvent[]][] {
  const steps = new Map<number, ShopEvent[]>();
  for (const event of events) {
    const step = Math.floor(event.at / STEP);
    const list = steps.get(step) ?? [];
    list.push(event);
    steps.set(step, list);
  }
  return [...steps].sort(([a], [b]) => a - b);
}

function dayLine(perennial: LocalPerennial, elapsed: number): string {
  const { people, stages } = perennial.overview();
  const counts = stages.filter(({ count }) => count > 0).map(({ name, count }) => `${name} ${count}`);
  return `day ${Math.ceil(elapsed / DAY)} of ${DEMO.days} · ${people} people · ${counts.join(', ')}`;
}

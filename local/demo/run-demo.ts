import { DAY, HOUR } from '../../domain/calendar.ts';
import { postAll } from '../events-client.ts';
import type { LocalPerennial } from '../perennial.ts';
import type { Progress } from '../progress.ts';
import { type ShopEvent, shopEvents } from './shop.ts';

export const DEMO = { people: 300, days: 90, seed: 20_261_030 } as const;

export interface DemoSummary {
  readonly events: number;
  readonly seconds: number;
}

/**
 * Lets the people of the demo shop live: hour by hour their apps send what they did in it, over HTTP, and the clock
 * moves in between, so that timers fire where they belong.
 */
export async function runDemo(perennial: LocalPerennial, progress: Progress): Promise<DemoSummary> {
  const startedAt = performance.now();
  const opening = perennial.now();
  const events = shopEvents(DEMO);
  const hours = byHour(events);
  for (const [hour, happened] of hours) {
    await perennial.advanceTo(opening + (hour + 1) * HOUR);
    await postAll(
      perennial.url,
      perennial.writeKey,
      happened.map((event) => asSent(event, opening)),
    );
    progress.show(((hour + 1) * HOUR) / (DEMO.days * DAY), () => dayLine(perennial, hour));
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

function byHour(events: readonly ShopEvent[]): [number, ShopEvent[]][] {
  const hours = new Map<number, ShopEvent[]>();
  for (const event of events) {
    const hour = Math.floor(event.at / HOUR);
    const list = hours.get(hour) ?? [];
    list.push(event);
    hours.set(hour, list);
  }
  return [...hours].sort(([a], [b]) => a - b);
}

function dayLine(perennial: LocalPerennial, hour: number): string {
  const { people, stages } = perennial.overview();
  const counts = stages.filter(({ count }) => count > 0).map(({ name, count }) => `${name} ${count}`);
  return `day ${Math.floor(hour / 24) + 1} of ${DEMO.days} · ${people} people · ${counts.join(', ')}`;
}

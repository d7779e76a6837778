import type { CustomerEvent } from '../../domain/events/event.ts';
import { countedName } from '../../domain/events/event.ts';
import type { EventsQuestion } from '../../domain/insights/lake-query.ts';
import { eventInput } from '../../domain/state/input.ts';
import { UTC } from '../../domain/zone.ts';
import type { LakeQueries, LakeQueryState } from '../../lambdas/adapters/lake-query.ts';
import type { SegmentRoutesDependencies } from '../../lambdas/console/segments/segments.routes.ts';
import { START } from '../support/people.ts';
import { FakeQueue } from './fakes.ts';

/** A lake in memory, which answers a question as the real one does; `state` is what it says of every query. */
export class FakeLake implements LakeQueries {
  readonly raw: CustomerEvent[] = [];
  says: LakeQueryState = { status: 'done', scannedBytes: 0 };
  readonly asked: EventsQuestion[] = [];

  async start(question: EventsQuestion): Promise<string> {
    return String(this.asked.push(question) - 1);
  }

  readonly failed = new Set<string>();
  readonly stopped: string[] = [];

  async state(queryId: string): Promise<LakeQueryState> {
    return this.failed.has(queryId) ? { status: 'failed', reason: 'secret' } : this.says;
  }

  async stop(queryId: string): Promise<void> {
    this.stopped.push(queryId);
  }

  async *rows(queryId: string, from = 0) {
    const { names, from: since, until, receivedBefore } = this.asked[Number(queryId)] as EventsQuestion;
    const found = this.raw
      .filter((event) => names.includes(countedName(event) ?? '') && event.receivedAt < receivedBefore)
      .filter(({ time }) => time >= since && time < until)
      .sort((a, b) =>
        eventInput(a).user < eventInput(b).user ? -1 : eventInput(a).user > eventInput(b).user ? 1 : a.time - b.time,
      );
    for (const [place, event] of found.entries()) if (place >= from) yield { event, next: place + 1 };
  }

  async *events(question: EventsQuestion) {
    for await (const { event } of this.rows(await this.start(question))) yield event;
  }
}

/** Nobody, and nothing published. */
export const segmentFakes = (): SegmentRoutesDependencies => ({
  scan: { page: async () => ({ found: [], next: undefined }) },
  readLive: async () => undefined,
  lake: new FakeLake(),
  lastCensus: { read: async () => undefined },
  jobs: {
    create: async () => 'created',
    read: async () => undefined,
    queued: async () => undefined,
    slices: async () => [],
  },
  catalog: { republish: async () => undefined },
  census: new FakeQueue(),
  zone: UTC,
  now: () => START,
  pause: async () => undefined,
});

import type { HandOff } from '../../domain/delivery/hand-off.ts';
import type { EventBus } from '../adapters/event-bus.ts';
import type { JourneyCounts } from '../adapters/journey-counts.ts';
import type { QuarantineList } from '../adapters/quarantine-list.ts';
import type { Queue } from '../adapters/queue.ts';
import type { Timeline } from '../adapters/timeline.ts';
import { errorName, type Log } from '../runtime/log.ts';

export interface SinkDependencies {
  readonly timeline: Timeline;
  readonly bus: EventBus;
  readonly quarantine: QuarantineList;
  readonly journeyCounts: JourneyCounts;
  /** A queue for each class, so that a campaign never stands before a password mail. */
  readonly email: { readonly marketing: Queue; readonly transactional: Queue };
  readonly calls: Queue;
  readonly timers: Queue;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
}

type Of<Sink extends HandOff['sink']> = Extract<HandOff, { sink: Sink }>;

/**
 * Hands each thing to the sink that takes it, all sinks side by side: one that is down keeps nothing from the others.
 * Answers with what was refused.
 */
export async function handToSinks(dependencies: SinkDependencies, all: readonly HandOff[]): Promise<HandOff[]> {
  const { timeline, bus, quarantine, journeyCounts, email, calls, timers, now, log } = dependencies;
  const of = <Sink extends HandOff['sink']>(sink: Sink) => all.filter((item): item is Of<Sink> => item.sink === sink);

  /** `give` answers with what the sink refused; a throw means it took nothing for certain. */
  async function offer<Sink extends HandOff['sink'], Part>(
    sink: Sink,
    partOf: (item: Of<Sink>) => Part,
    give: (parts: readonly Part[]) => Promise<readonly Part[]>,
  ): Promise<HandOff[]> {
    const items = of(sink);
    if (items.length === 0) return [];
    const byPart = new Map(items.map((item) => [partOf(item), item as HandOff]));
    let refused: readonly Part[];
    try {
      refused = await give([...byPart.keys()]);
    } catch (error) {
      log('sink-refused', { sink, error: errorName(error) });
      return items;
    }
    if (refused.length > 0) log('sink-refused', { sink, items: refused.length });
    return refused.flatMap((part) => byPart.get(part) ?? []);
  }

  const refused = await Promise.all([
    offer(
      'timeline',
      ({ entry }) => entry,
      (entries) => timeline.write(entries),
    ),
    offer(
      'bus',
      ({ event }) => event,
      (events) => bus.publish(events),
    ),
    offer(
      'quarantine',
      ({ entry }) => entry,
      async (entries) => {
        await quarantine.write(entries);
        return [];
      },
    ),
    offer(
      'counts',
      ({ count }) => count,
      (counts) => journeyCounts.add(counts),
    ),
    offer(
      'email',
      ({ body, group, class: of = 'marketing', notBefore = 0, delay = 0 }) => {
        const delaySeconds = Math.max(delay, notBefore - now()) / 1_000;
        return { of, message: { body, group, ...(delaySeconds > 0 && { delaySeconds }) } };
      },
      async (emails) => {
        const refused = await Promise.all(
          (['marketing', 'transactional'] as const).map((one) =>
            email[one].send(emails.flatMap(({ of, message }) => (of === one ? [message] : []))),
          ),
        );
        const messages = new Set(refused.flat());
        return emails.filter(({ message }) => messages.has(message));
      },
    ),
    offer(
      'calls',
      ({ body, group }) => ({ body, group }),
      (messages) => calls.send(messages),
    ),
    offer(
      'timers',
      ({ body, group, notBefore }) => ({ body, group, delaySeconds: Math.max(0, (notBefore - now()) / 1_000) }),
      (messages) => timers.send(messages),
    ),
  ]);
  return refused.flat();
}

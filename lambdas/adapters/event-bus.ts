import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { DomainEvent } from '../../domain/delivery/hand-off.ts';

export interface EventBus {
  /** Publishes all; answers with those the bus did not take. */
  publish(events: readonly DomainEvent[]): Promise<readonly DomainEvent[]>;
}

/** EventBridge's limit of entries in one PutEvents; ours have less than 1 KB each, far from the limit of bytes. */
const ENTRIES_PER_CALL = 10;

/** `source` of every event we publish. */
const SOURCE = 'perennial';

export const eventBridgeBus = (client: EventBridgeClient, bus: string): EventBus => ({
  async publish(events) {
    const refused: DomainEvent[] = [];
    for (let i = 0; i < events.length; i += ENTRIES_PER_CALL) {
      const chunk = events.slice(i, i + ENTRIES_PER_CALL);
      const answer = await client.send(
        new PutEventsCommand({
          Entries: chunk.map(({ detailType, time, detail }) => ({
            EventBusName: bus,
            Source: SOURCE,
            DetailType: detailType,
            Time: new Date(time),
            Detail: detail,
          })),
        }),
      );
      // Entries of the answer stand in the order of the request.
      refused.push(...chunk.filter((_, index) => answer.Entries?.[index]?.ErrorCode !== undefined));
    }
    return refused;
  },
});

import type { JsonObject } from '../json.ts';

/** Where an event came from: a key that ships in apps and is public, or one that stays on the project's servers. */
export type SourceKind = 'client' | 'server';

/** The Segment-Spec methods that are understood so far. */
export type EventType = 'track' | 'identify' | 'page' | 'screen';

/** One event of one user, checked, bounded and with its times corrected. All times are milliseconds since 1970. */
export interface CustomerEvent {
  readonly type: EventType;
  readonly messageId: string;
  readonly source: SourceKind;
  readonly userId?: string;
  readonly anonymousId?: string;
  /** What happened: the event's name for `track`, the name of the page or screen otherwise. */
  readonly name?: string;
  /** When it happened, by the client's clock corrected for its error; never more than 24 h after `receivedAt`. */
  readonly time: number;
  /** When ingest received it. */
  readonly receivedAt: number;
  /** What the client wrote, when it wrote something readable; kept as it was. */
  readonly originalTimestamp?: number;
  readonly sentAt?: number;
  readonly properties?: JsonObject;
  readonly traits?: JsonObject;
  readonly context?: JsonObject;
}

/** The name under which an event is counted: pages and screens under one name each, whatever they are called. */
export function countedName(event: CustomerEvent): string | undefined {
  switch (event.type) {
    case 'track':
      return event.name;
    case 'page':
      return 'Page Viewed';
    case 'screen':
      return 'Screen Viewed';
    case 'identify':
      return undefined;
  }
}

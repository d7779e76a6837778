import type { JsonObject } from '../json.ts';

/** Where an event came from: a key that ships in apps and is public, or one that stays on the project's servers. */
export type SourceKind = 'client' | 'server';

/** The methods of the Segment Spec. */
export type EventType = (typeof EVENT_TYPES)[number];
export const EVENT_TYPES = ['identify', 'track', 'page', 'screen', 'group', 'alias'] as const;

/** One event of one user, checked, bounded and with its times corrected. All times are milliseconds since 1970. */
export interface CustomerEvent {
  readonly type: EventType;
  readonly messageId: string;
  readonly source: SourceKind;
  readonly sourceId: string;
  /** From a server's source that passes on what people do: its events say that she was there, as an app's do. */
  readonly activity?: true;
  readonly userId?: string;
  readonly anonymousId?: string;
  /** What happened: the event's name for `track`, the name of the page or screen otherwise. */
  readonly name?: string;
  /** What a page or screen belongs to. */
  readonly category?: string;
  /** The account or team that a `group` call puts the user into. */
  readonly groupId?: string;
  /** The id under which an `alias` call says the user was known before. */
  readonly previousId?: string;
  /** When it happened, by the client's clock corrected for its error; never more than 24 h after `receivedAt`. */
  readonly time: number;
  /** When ingest received it. */
  readonly receivedAt: number;
  /** What the client wrote, when it wrote something readable; kept as it was. */
  readonly originalTimestamp?: number;
  readonly sentAt?: number;
  /** It wrote a time that nobody could read. */
  readonly timeUnreadable?: true;
  readonly properties?: JsonObject;
  /** Of the user, or of the group for `group`. */
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
    case 'group':
    case 'alias':
      return undefined;
  }
}

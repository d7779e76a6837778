import type { EventType } from '../../domain/events/event.ts';

/** What a request asks of the event API. */
export type Route =
  | { readonly kind: 'events'; readonly type: EventType | 'batch' }
  /** What Segment's browser and mobile SDKs fetch before they send anything. */
  | { readonly kind: 'project-settings'; readonly writeKey: string }
  /** The same for Rudder's. */
  | { readonly kind: 'source-config' }
  /** Where SDKs report how they fare themselves. */
  | { readonly kind: 'sdk-metrics' };

/** The short names are analytics-next's; import is what Java and Ruby call a batch; the beacon is Rudder's on unload. */
const POSTED = new Map<string, EventType | 'batch'>([
  ...(['identify', 'track', 'page', 'screen', 'group', 'alias', 'batch'] as const).flatMap((type) => [
    [`/v1/${type}`, type] as const,
    [`/v1/${type.charAt(0)}`, type] as const,
  ]),
  ['/v1/import', 'batch'],
  ['/beacon/v1/batch', 'batch'],
]);

/** The route of a request, with or without a slash at its end. */
export function routeOf(method: string, rawPath: string): Route | undefined {
  const path = rawPath.replace(/\/$/, '');
  if (method === 'GET') {
    if (path === '/sourceConfig') return { kind: 'source-config' };
    const writeKey = /^\/v1\/projects\/([^/]+)\/settings$/.exec(path)?.[1];
    return writeKey === undefined ? undefined : { kind: 'project-settings', writeKey };
  }
  if (method !== 'POST') return undefined;
  if (path === '/v1/m') return { kind: 'sdk-metrics' };
  const type = POSTED.get(path);
  return type === undefined ? undefined : { kind: 'events', type };
}

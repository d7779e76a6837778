import type { Bundle } from './browser.ts';

/** One way in which a page can load an SDK. */
export interface BrowserSdk {
  readonly sdk: string;
  readonly bundle: Bundle;
  /** JavaScript that makes `analytics`, which sends its events to `door`. */
  readonly load: (door: URL, writeKey: string) => string;
  /** Where it gets its settings. */
  readonly settings: string;
  /** Where identify, track, page, group and alias go, in alphabetical order. */
  readonly paths: readonly string[];
  readonly contentType: string;
  /** Whether what it has goes out as the page goes away; if not, what was cut off waits for the next page. */
  readonly sendsOnLeave: boolean;
}

const segment = ({ origin }: URL, writeKey: string, options: object) =>
  `analytics = AnalyticsBrowser.load(${JSON.stringify({ writeKey, cdnURL: origin })}, ${JSON.stringify(options)})`;
const rudder = ({ origin }: URL, writeKey: string, options: object) => `
  analytics = new RudderAnalytics();
  analytics.load('${writeKey}', '${origin}', ${JSON.stringify({ configUrl: origin, ...options })})`;

const SEGMENT: BrowserSdk = {
  sdk: '@segment/analytics-next',
  bundle: 'segment',
  load: (door, writeKey) =>
    segment(door, writeKey, { integrations: { 'Segment.io': { apiHost: `${door.host}/v1`, protocol: 'http' } } }),
  settings: '/v1/projects/wk_local/settings',
  paths: ['/v1/a', '/v1/g', '/v1/i', '/v1/p', '/v1/t'],
  contentType: 'text/plain',
  sendsOnLeave: false,
};

const RUDDER: BrowserSdk = {
  sdk: '@rudderstack/analytics-js',
  bundle: 'rudder',
  load: (door, writeKey) => rudder(door, writeKey, {}),
  settings: '/sourceConfig/',
  paths: ['/v1/alias', '/v1/group', '/v1/identify', '/v1/page', '/v1/track'],
  contentType: 'application/json;charset=UTF-8',
  sendsOnLeave: false,
};

/** Where events go, and that it is http, only our settings tell it. */
const SEGMENT_BY_SETTINGS: BrowserSdk = {
  ...SEGMENT,
  sdk: '@segment/analytics-next (only cdnURL)',
  load: (door, writeKey) => segment(door, writeKey, {}),
};

const SEGMENT_BATCHING: BrowserSdk = {
  ...SEGMENT,
  sdk: '@segment/analytics-next (batching)',
  load: (door, writeKey) => {
    const deliveryStrategy = { strategy: 'batching', config: { size: 5, timeout: 1_000 } };
    return segment(door, writeKey, { integrations: { 'Segment.io': { deliveryStrategy } } });
  },
  paths: ['/v1/b'],
  sendsOnLeave: true,
};

const RUDDER_BATCHING: BrowserSdk = {
  ...RUDDER,
  sdk: '@rudderstack/analytics-js (batching)',
  load: (door, writeKey) =>
    rudder(door, writeKey, { queueOptions: { batch: { enabled: true, maxItems: 5, flushInterval: 1_000 } } }),
  paths: ['/v1/batch'],
};

const RUDDER_BEACONS: BrowserSdk = {
  ...RUDDER,
  sdk: '@rudderstack/analytics-js (beacons)',
  load: (door, writeKey) =>
    rudder(door, writeKey, { useBeacon: true, beaconQueueOptions: { flushQueueInterval: 1_000 } }),
  paths: ['/beacon/v1/batch'],
  contentType: 'text/plain',
  sendsOnLeave: true,
};

/** Those that send an event again when it did not get through. Nobody learns what became of a beacon. */
export const REPEATING_SDKS: readonly BrowserSdk[] = [SEGMENT, SEGMENT_BATCHING, RUDDER, RUDDER_BATCHING];
export const BROWSER_SDKS: readonly BrowserSdk[] = [...REPEATING_SDKS, SEGMENT_BY_SETTINGS, RUDDER_BEACONS];

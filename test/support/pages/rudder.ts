// The default build loads its plugins from cdn.rudderlabs.com, and without them it sends nothing.
import { RudderAnalytics } from '@rudderstack/analytics-js/bundled';

Object.assign(globalThis, { RudderAnalytics });

import type { Source } from '../../domain/events/source.ts';
import { type HttpAnswer, type HttpEvent, headerOf, json } from '../runtime/http.ts';

/** A few minutes: SDKs fetch it at every start, and what stands in it hardly ever changes. */
const CACHED = { 'cache-control': 'public, max-age=300' };

/**
 * What analytics-next and Segment's mobile SDKs want before they send. A second integration would make the browser load
 * more scripts from Segment; a sample rate above 0 would make every page report to us, or, when the host is not told,
 * to Segment.
 */
export function projectSettings(event: HttpEvent, writeKey: string): HttpAnswer {
  const host = `${event.requestContext.domainName}/v1`;
  const segment = {
    apiKey: writeKey,
    apiHost: host,
    // Browsers assume https; only a laptop is reached without.
    ...(headerOf(event, 'x-forwarded-proto') === 'http' && { protocol: 'http' }),
    versionSettings: { componentTypes: ['browser'] },
  };
  return json(200, { integrations: { 'Segment.io': segment }, metrics: { sampleRate: 0, host } }, CACHED);
}

/** What Rudder's SDKs want: a source that is enabled and sends to nobody but us. */
export const rudderSourceConfig = ({ id }: Source, writeKey: string): HttpAnswer =>
  json(
    200,
    {
      source: {
        id,
        name: id,
        writeKey,
        enabled: true,
        workspaceId: 'perennial',
        config: { statsCollection: { errors: { enabled: false }, metrics: { enabled: false } } },
        destinations: [],
      },
    },
    // Not public: the key came in a header.
    { 'cache-control': 'private, max-age=300' },
  );

import { gzipSync } from 'node:zlib';
import { type Answer, basic } from './door.ts';
import { type Came, failed, ok, type Run, type Step, warning } from './step.ts';

/** Every message of a run is one of these, so that the tracking plan learns one name. */
export const EVENT = 'Perennial Smoke Test';

/** What apps may rely on at the door, with a write key alone. */
export const eventSteps: readonly Step[] = [
  {
    id: 'event',
    what: 'An event is taken',
    async go(run) {
      return taken(run, 'plain', await run.door.post('/v1/track', eventOf(run, 'plain')));
    },
  },
  {
    id: 'repeat',
    what: 'The same event again is taken too, and counts once',
    async go(run) {
      return taken(run, 'plain', await run.door.post('/v1/track', eventOf(run, 'plain')));
    },
  },
  {
    id: 'gzip-octets',
    what: 'A compressed batch is taken (application/octet-stream)',
    async go(run) {
      return taken(run, 'gzip-octets', await postGzip(run, 'gzip-octets', 'application/octet-stream'));
    },
  },
  {
    id: 'gzip-json',
    what: 'A compressed batch is taken as application/json, as some SDKs send it',
    async go(run) {
      const answer = await postGzip(run, 'gzip-json', 'application/json');
      if (answer.json?.code !== 'body_mangled') return taken(run, 'gzip-json', answer);
      return warning(
        'The gateway took it for text and damaged it, as docs/unproven.md feared.',
        'Apps must not compress under a JSON type: docs/runbook.md, mangled-bodies.',
      );
    },
  },
  {
    id: 'cors',
    what: 'Pages may send, and can read every answer',
    async go({ door }) {
      const origin = { origin: 'https://smoke.example' };
      const asking = {
        ...origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      };
      const preflight = await door.ask('/v1/track', { method: 'OPTIONS', headers: asking });
      const allowed = (preflight.headers.get('access-control-allow-headers') ?? '').toLowerCase();
      if (preflight.status >= 300 || !allowed.includes('authorization'))
        return failed(`The preflight was answered ${preflight.status} and allows "${allowed}".`, AGAIN);
      // Both of these are the gateway's own answers or may be; a browser hides them where the header is missing.
      const refused = await door.post('/v1/track', '{}', { ...origin, authorization: basic('perennial-smoke-nobody') });
      const unrouted = await door.ask('/v1/track', { method: 'DELETE', headers: origin });
      const hidden = [refused, unrouted].filter(({ headers }) => !headers.has('access-control-allow-origin'));
      if (hidden.length > 0)
        return failed(
          `Answers of ${hidden.map(({ status }) => status).join(' and ')} have no CORS header.`,
          'Browser SDKs will take them for a lost network. Tell the project: docs/unproven.md, gateway-errors.',
        );
      return ok('The gateway answers preflights, and its own errors can be read.');
    },
  },
  {
    id: 'sdk-settings',
    what: 'SDKs get the settings they ask for first',
    async go({ door, key }) {
      const segment = await door.ask(`/v1/projects/${encodeURIComponent(key)}/settings`);
      const rudder = await door.get('/sourceConfig');
      if (segment.status === 200 && rudder.status === 200) return ok('Segment’s and RudderStack’s.');
      // For a key that nobody gave out the former is empty or missing; the latter says it.
      const telling = rudder.status === 200 ? segment : rudder;
      return failed(`Answered ${segment.status} and ${rudder.status}: ${messageOf(telling)}`, todoOf(telling));
    },
  },
  {
    id: 'unknown-key',
    what: 'A key that nobody gave out is refused',
    async go({ door }) {
      const answer = await door.post('/v1/track', '{}', { authorization: basic('perennial-smoke-nobody') });
      if (answer.status === 401 && answer.json?.code === 'unknown_write_key') return ok('401.');
      return failed(
        `Answered ${answer.status}: ${messageOf(answer)}`,
        'Whoever knows the URL could write. Take the deployment off the net.',
      );
    },
  },
  {
    id: 'too-large',
    what: 'What is too large is refused, and not lost in silence',
    async go({ door }) {
      const answer = await door.post('/v1/track', JSON.stringify({ filling: 'x'.repeat(700_000) }));
      if (answer.status === 413 || answer.json?.code === 'payload_too_large') return ok(`${answer.status}.`);
      return failed(`Answered ${answer.status}: ${messageOf(answer)}`, todoOf(answer));
    },
  },
];

const AGAIN = 'Look at the log of ingest, or deploy the engine stack again.';

const eventOf = ({ userId, messageId }: Run, name: string) => ({
  type: 'track',
  userId,
  messageId: messageId(name),
  event: EVENT,
  properties: { sent: name },
});

function postGzip(run: Run, name: string, type: string): Promise<Answer> {
  const body = new Uint8Array(gzipSync(JSON.stringify({ batch: [eventOf(run, name)] })));
  return run.door.post('/v1/batch', body, { 'content-type': type, 'content-encoding': 'gzip' });
}

/** What the answer to an event says; one that was taken is expected on the profile. */
export function taken(run: Run, name: string, answer: Answer): Came {
  const [rejected] = (answer.json?.rejected ?? []) as readonly { readonly code: string; readonly message: string }[];
  if (answer.status === 200 && rejected === undefined) {
    run.taken.add(name);
    return ok('200.');
  }
  if (rejected?.code === 'unknown_event')
    return warning(
      `The tracking plan refuses event names it does not know, and "${EVENT}" is one.`,
      'Add it to knownEvents (PUT /api/schema/settings) if the steps after this one shall count it.',
    );
  return failed(`Answered ${answer.status}: ${rejected?.message ?? messageOf(answer)}`, todoOf(answer));
}

const messageOf = ({ json }: Answer) => String(json?.message ?? 'no message of ours');

function todoOf({ status, json }: Answer): string {
  if (status === 401)
    return 'Is the key one of this deployment? npm run source -- list shows the hints of its keys; npm start prints its own.';
  if (status === 429) return 'The source, or the whole API, has sent more than it may: try again, or raise the limit.';
  if (json?.code === 'user_token_required')
    return 'The source is signed: smoke has no secret of it. Use a key of an open source, or a server key.';
  if (status === 404) return 'This is no Perennial, or its URL has a path too many.';
  return AGAIN;
}

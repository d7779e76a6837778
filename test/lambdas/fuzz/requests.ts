import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { HttpEvent } from '../../../lambdas/runtime/http.ts';
import { basic, httpEvent } from '../ingest-request.ts';
import type { Fault } from './worker.ts';

const KEYS = ['wk', 'sk', 'signed', 'listed', 'slow'];
const SINGLE = ['identify', 'track', 'page', 'screen', 'group', 'alias'];
const PATHS = [
  ...SINGLE.flatMap((type) => [`/v1/${type}`, `/v1/${type.charAt(0)}`]),
  ...['/v1/batch', '/v1/b', '/v1/import', '/beacon/v1/batch', '/v1/m', '/sourceConfig', '/v1/projects/wk/settings'],
];

/** JSON that breaks what is careless, as text: some of it no object of JavaScript could become. */
const TRAPS = [
  ...[
    '1e400',
    '-0',
    '1e-400',
    '12345678901234567890',
    '"\\ud800"',
    '"\\u0000"',
    '"\\udc00\\ud800"',
    '"\ufffd"',
    '"\uffff"',
    '""',
  ],
  ...[
    'null',
    'true',
    '[]',
    '{}',
    '"__proto__"',
    '{"__proto__":{"polluted":1}}',
    '{"constructor":{"prototype":{"polluted":1}}}',
  ],
  ...[
    '{"toJSON":1}',
    '{"length":-1}',
    '{"a":1,"a":2}',
    '"1970-01-01T00:00:00Z"',
    '"9999-12-31T23:59:59Z"',
    '"guest"',
    '0',
  ],
  '['.repeat(15_000) + ']'.repeat(15_000),
  `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`,
  `"${'x'.repeat(33_000)}"`,
  `"${'\\u0000'.repeat(2_000)}"`,
];
const trap = fc.constantFrom(...TRAPS);

const jsonText = fc.oneof(
  { weight: 4, arbitrary: fc.json({ stringUnit: 'binary', maxDepth: 4 }) },
  { weight: 2, arbitrary: trap },
);

const FIELDS = [
  ...['type', 'userId', 'anonymousId', 'messageId', 'event', 'name', 'category', 'groupId', 'previousId', 'timestamp'],
  ...[
    'originalTimestamp',
    'sentAt',
    'context',
    'properties',
    'traits',
    'writeKey',
    'batch',
    'integrations',
    '__proto__',
  ],
];

const member = (name: string, value: string) => `${JSON.stringify(name)}:${value}`;
const objectText = (members: readonly (readonly [string, string])[]) =>
  `{${members.map(([name, value]) => member(name, value)).join()}}`;

/** An event with anything in some of its fields: of two fields with one name the later counts. */
const eventLike = fc
  .tuple(
    fc.constantFrom(...SINGLE, ...SINGLE, 'bark'),
    fc.array(fc.tuple(fc.constantFrom(...FIELDS), fc.oneof(jsonText, fc.constantFrom('"u1"', '"Clicked"', '42'))), {
      maxLength: 5,
    }),
  )
  .map(([type, fields]) =>
    objectText([
      ['type', JSON.stringify(type)],
      ['userId', '"u1"'],
      ['event', '"Clicked"'],
      ['groupId', '7'],
      ['previousId', '"d1"'],
      ...fields,
    ]),
  );

/** What may stand in a batch without being an event that anybody could want. */
export const junkText = fc.oneof({ weight: 3, arbitrary: eventLike }, { weight: 1, arbitrary: jsonText });

const timeText = fc
  .date({ min: new Date('2025-01-01'), max: new Date('2026-06-01'), noInvalidDate: true })
  .map((date) => JSON.stringify(date.toISOString()));
const idText = fc.stringMatching(/^[a-z]{3}-[0-9]{1,6}$/).map((id) => JSON.stringify(id));
/** JSON that every store can hold as it is. */
const plainText = fc.dictionary(
  fc.stringMatching(/^[a-z]{1,10}$/),
  fc.oneof(
    fc.string({ maxLength: 30 }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(fc.integer(), { maxLength: 5 }),
  ),
  { maxKeys: 6 },
);

/** An event as an SDK sends it; nothing about it gives a reason to refuse it. */
export const goodEventText = fc
  .record({
    type: fc.constantFrom(...SINGLE),
    id: idText,
    other: idText,
    time: timeText,
    content: plainText,
    known: fc.boolean(),
  })
  .map(({ type, id, other, time, content, known }) => (messageId: string) => {
    const json = JSON.stringify(content);
    const own: Record<string, string> = {
      identify: member('traits', json),
      track: `${member('event', '"Product Viewed"')},${member('properties', json)}`,
      page: `${member('name', '"Home"')},${member('properties', json)}`,
      screen: member('name', '"Basket"'),
      group: `${member('groupId', other)},${member('traits', json)}`,
      alias: member('previousId', other),
    };
    const isKnown = known || type === 'alias';
    const who = member(isKnown ? 'userId' : 'anonymousId', id);
    return `{${member('type', `"${type}"`)},${who},${member('messageId', JSON.stringify(messageId))},${member('timestamp', time)},${own[type]},${member('context', '{"locale":"de-DE"}')}}`;
  });

const batchText = fc
  .tuple(
    fc.array(
      fc.oneof(
        junkText,
        goodEventText.map((text) => text('m')),
      ),
      { maxLength: 8 },
    ),
    fc.array(fc.tuple(fc.constantFrom('context', 'sentAt', 'writeKey', 'batch', '__proto__'), jsonText), {
      maxLength: 1,
    }),
  )
  .map(([items, fields]) => objectText([['batch', `[${items.join()}]`], ...fields]));

/** A text with pieces taken out, doubled, or put in. */
const mutated = (text: fc.Arbitrary<string>) =>
  fc
    .tuple(
      text,
      fc.array(
        fc.tuple(
          fc.double({ min: 0, max: 1, noNaN: true }),
          fc.nat(12),
          fc.oneof(trap, fc.string(), fc.constantFrom('"', '}', ']', ',', ':', '\\')),
        ),
        { maxLength: 4 },
      ),
    )
    .map(([whole, cuts]) =>
      cuts.reduce((so, [place, length, piece]) => {
        const at = Math.floor(place * so.length);
        return so.slice(0, at) + piece + so.slice(at + length);
      }, whole),
    );

/** The many ways in which the same text can arrive; those at the end damage it. */
export const WHOLE: ((text: string) => string | Buffer)[] = [
  (text) => text,
  (text) => Buffer.from(text),
  (text) => gzipSync(text),
  (text) => `\ufeff${text}`,
  (text) => Buffer.concat([gzipSync(text.slice(0, 9)), gzipSync(text.slice(9))]),
];
const DAMAGED: typeof WHOLE = [
  (text) => gzipSync(text).toString('utf8'),
  (text) => gzipSync(text).subarray(0, -5),
  (text) => gzipSync(gzipSync(text)),
  (text) => Buffer.from(text, 'utf16le'),
  (text) => Buffer.from(text, 'latin1'),
];

const body = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.oneof(batchText, eventLike, mutated(batchText), jsonText), fc.constantFrom(...WHOLE, ...DAMAGED))
      .map(([text, wrap]) => wrap(text)),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
  {
    weight: 1,
    arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.concat([Buffer.from([0x1f, 0x8b, 8]), bytes])),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  { weight: 1, arbitrary: fc.constant(undefined) },
);

const key = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...KEYS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
);
const authorization = fc.oneof(
  { weight: 5, arbitrary: key.map((user) => basic(`${user}:`)) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  { weight: 1, arbitrary: fc.string().map((credentials) => `Basic ${credentials}`) },
);
const headers = fc.record(
  {
    authorization,
    origin: fc.oneof(fc.constantFrom('https://shop.example', 'null'), fc.string()),
    'content-type': fc.oneof(fc.constantFrom('application/json', 'text/plain'), fc.string()),
    'content-encoding': fc.constantFrom('gzip', 'br'),
    'x-forwarded-proto': fc.constantFrom('http', 'https'),
  },
  { requiredKeys: [] },
);
const path = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.tuple(fc.constantFrom(...PATHS), fc.constantFrom('', '', '/')).map(([route, end]) => route + end),
  },
  { weight: 1, arbitrary: fc.webPath() },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
);

const faults = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Fault[]>([]) },
  fc.subarray<Fault>(['sources', 'plan', 'users', 'queue', 'queue in part', 'allowances', 'observing'], {
    maxLength: 2,
  }),
);

interface FuzzedRequest {
  readonly event: HttpEvent;
  readonly faults: readonly Fault[];
}

/** Events of a source that exists, on a route that fits: it depends on what is in them. */
const aimedRequest = fc
  .record({
    writeKey: fc.constantFrom(...KEYS),
    wrap: fc.constantFrom(...WHOLE),
    sent: fc.oneof(
      fc.tuple(fc.constantFrom('/v1/batch', '/v1/b', '/v1/import/'), batchText),
      fc.tuple(fc.constantFrom(...SINGLE.map((type) => `/v1/${type}`)), eventLike),
    ),
    faults,
  })
  .map(
    ({ writeKey, wrap, sent: [path, text], faults }): FuzzedRequest => ({
      event: httpEvent({ path, headers: { authorization: basic(`${writeKey}:`) }, body: wrap(text) }),
      faults,
    }),
  );

/** Anything at all. */
const wildRequest = fc
  .record({
    method: fc.oneof({ weight: 20, arbitrary: fc.constant('POST') }, fc.constantFrom('GET', 'PUT', 'OPTIONS', 'x')),
    path,
    headers: fc.oneof(
      { weight: 3, arbitrary: headers.map((some) => ({ authorization: basic('wk:'), ...some })) },
      headers,
    ),
    query: fc.option(fc.record({ writeKey: key }, { requiredKeys: [] }), { nil: undefined }),
    body,
    isWrongFlag: fc.integer({ min: 0, max: 19 }).map((part) => part === 0),
    faults,
  })
  .map(({ isWrongFlag, faults, query, body: sent, ...request }): FuzzedRequest => {
    const event = httpEvent({
      ...request,
      ...(query && { query: query as Record<string, string> }),
      ...(sent !== undefined && { body: sent }),
    });
    return { event: isWrongFlag ? { ...event, isBase64Encoded: !event.isBase64Encoded } : event, faults };
  });

/** What could be asked of ingest, half of it near enough to a real request to get far. */
export const anyRequest = fc.oneof(aimedRequest, wildRequest);

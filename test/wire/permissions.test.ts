import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '../../domain/calendar.ts';
import { packLink } from '../../domain/delivery/preferences/preference-link.ts';
import { packLook } from '../../domain/delivery/tracking/look-link.ts';
import { openSource } from '../../domain/events/source.ts';
import { suppressionName } from '../../lambdas/adapters/suppression-list.ts';
import { sealedTokens } from '../../lambdas/delivery/sealed-tokens.ts';
import type { Grant } from '../../local/cloud/permissions/permissions.ts';
import { Laptop } from '../support/laptop.ts';
import { START } from '../support/people.ts';
import { Refusals } from '../support/refusals.ts';

const refusals = new Refusals();
const lines: string[] = [];
let laptop: Laptop;
beforeAll(async () => {
  laptop = await Laptop.start({ interceptors: [refusals.interceptor], log: (line) => lines.push(line) });
}, 60_000);
afterAll(() => laptop.stop());

const now = () => laptop.perennial.now();
const later = (ms: number) => laptop.perennial.advanceTo(now() + ms);

async function api(method: 'GET' | 'POST' | 'PUT', path: string, body?: object): Promise<Record<string, unknown>> {
  const answer = await fetch(`${laptop.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${laptop.perennial.adminToken}` },
    ...(body && { body: JSON.stringify(body) }),
  });
  expect(answer.ok, `${method} ${path}: ${answer.status}`).toBe(true);
  const json = (await answer.json()) as Record<string, unknown>;
  await laptop.perennial.settle();
  return json;
}

const keyOf = (name: string) => {
  for (const [logicalId, { accessKeyId }] of laptop.perennial.cloud.functions)
    if (logicalId.startsWith(name)) return accessKeyId;
  throw new Error(`No function ${name}`);
};

/**
 * Everything a function can come to do, most of it because something else does not work at that moment. A call counts as
 * used once it is allowed: what is refused here is refused behind that door.
 */
async function everything(): Promise<void> {
  const { perennial } = laptop;
  const [advance, dispatch] = [keyOf('Advance'), keyOf('DispatchFunction')];
  const limited = { ...openSource('limited', 'client'), eventsPerSecond: 100, eventsPerDay: 100_000 };
  await perennial.bindSource(limited, 'wk_limited');
  const ada = { userId: 'ada', traits: { email: 'ada@example.com', phone: '+15550100' } };

  // Receipts come back when time passes.
  perennial.cloud.services.ses.tell('ben@example.com', { complains: true });
  // What dispatch cannot hand over waits for redeliver; so does what SES does not take now.
  await refusals.during({ caller: dispatch, except: 'Retry' }, () =>
    laptop.post('/v1/identify', ada, { authorization: `Basic ${btoa('wk_limited:')}` }),
  );
  await refusals.once({ service: 'ses', type: 'TooManyRequestsException' }, () =>
    laptop.post('/v1/identify', { userId: 'ben', traits: { email: 'ben@example.com' }, messageId: 'of-ben' }),
  );
  await laptop.post('/v1/alias', { userId: 'ben', previousId: 'ada' });
  // New for seven days, of which ten minutes are left: that is sooner than a sweep may see it.
  const soonNoLongerNew = new Date(START - 7 * DAY + 10 * MINUTE).toISOString();
  await refusals.during({ caller: dispatch, except: 'Retry' }, () =>
    laptop.post('/v1/track', { userId: 'cleo', event: 'Seen', timestamp: soonNoLongerNew }),
  );
  // Dispatch itself gives up: the records go to the bucket.
  await refusals.during({ caller: dispatch }, () => laptop.post('/v1/track', { userId: 'emil', event: 'Seen' }));
  await refusals.during({ caller: advance, service: 'firehose' }, () =>
    laptop.post('/v1/track', { userId: 'ada', event: 'Seen' }),
  );

  const conflicts = { caller: advance, action: 'PutItem', type: 'ConditionalCheckFailedException' };
  await refusals.during(conflicts, () => laptop.post('/v1/track', { userId: 'ada', event: 'Left' }));
  await refusals.during(conflicts, () => later(11 * MINUTE));

  const ticks = Array.from({ length: 1_000 }, () => ({ type: 'track', event: 'Tick', userId: 'robot' }));
  await refusals.once({ caller: dispatch, action: 'PutItem' }, async () => {
    for (let i = 0; i < 6; i++) {
      await laptop.post('/v1/batch', { batch: ticks });
      await later(5 * SECOND);
    }
  });
  await refusals.during(conflicts, () => api('POST', '/api/quarantine/release', { userId: 'robot' }));
  await later(8 * DAY);
  await askTheApi();
  await publish();
}

async function askTheApi(): Promise<void> {
  for (const path of ['ada', '?email=ada@example.com', `?phone=${encodeURIComponent('+15550100')}`])
    await api('GET', `/api/profiles${path.startsWith('?') ? path : `/${path}`}`);
  const thatHour = `from=${new Date(START).toISOString()}&to=${new Date(START + HOUR).toISOString()}`;
  expect(await api('GET', `/api/trace/of-ben?${thatHour}`)).toMatchObject({ kind: 'messageId' });
  for (const path of ['sources', 'sources/limited/recent', 'quarantine', 'schema', 'audit'])
    await api('GET', `/api/${path}`);
  await api('PUT', '/api/schema/settings', { personal: ['coupon'] });
  await api('POST', '/api/schema/forget', { events: ['Left'] });
}

/** What somebody decides, and takes back. */
async function publish(): Promise<void> {
  const decided = { name: 'Gone', where: { event: 'Left', within: 'P7D' } };
  // Nobody counts it yet: what is published has to be filled from the lake.
  await laptop.post('/v1/track', { userId: 'ada', event: 'Left' });
  await later(2 * MINUTE);
  await api('PUT', '/api/catalog/bindings/sender/news', { value: { channel: 'email', address: 'news@shop.example' } });
  await api('POST', '/api/catalog/bindings/sender/news/remove', {});
  await api('PUT', '/api/catalog/bindings/budget/all', { value: { perDay: 10_000 } });
  await api('PUT', '/api/catalog/drafts/segment/gone', { body: decided, revision: 0 });
  const items = [
    { type: 'segment', key: 'gone' },
    { type: 'journey', key: 'soon' },
  ];
  await api('PUT', '/api/catalog/drafts/journey/soon', { body: scheduledIn(4 * MINUTE), revision: 0 });
  await api('POST', '/api/catalog/publish', { items, expect: 0 });
  await api('GET', '/api/catalog/definitions/segment/gone');
  await api('POST', '/api/segments/preview', { where: decided.where });
  // Counters begin after a minute, and what came before is in the lake after two more.
  for (let minute = 0; minute < 6; minute++) await later(MINUTE);
  await laptop.post('/v1/identify', { userId: 'ada', traits: { plan: 'pro' } });
  await writeToPeople(await deferOne());
}

/** A journey that takes everybody in, once. */
function scheduledIn(ms: number): object {
  const at = new Date(laptop.perennial.now() + ms).toISOString();
  const once = { day: at.slice(0, 10), at: at.slice(11, 16) };
  return {
    ...{ name: 'Soon', entries: [{ type: 'schedule', who: { trait: 'email', exists: true }, once }] },
    ...{ start: 'end', steps: { end: { type: 'exit' } } },
  };
}

/** It has become quiet when SES takes his message: it goes back to the reducer. Answers with the number of what is live. */
async function deferOne(): Promise<number> {
  let number = 0;
  await refusals.during({ service: 'ses', action: 'SendEmail', type: 'TooManyRequestsException' }, async () => {
    await laptop.post('/v1/identify', { userId: 'gus', traits: { email: 'gus@example.com' } });
    const body = { quietHours: [{ from: '00:00', to: '23:00' }] };
    await api('PUT', '/api/catalog/drafts/settings/default', { body, revision: 0 });
    const items = [{ type: 'settings', key: 'default' }];
    number = Number((await api('POST', '/api/catalog/publish', { items, expect: 1 })).number);
    // By then every worker has heard of it.
    await later(MINUTE);
  });
  await later(10 * MINUTE);
  expect(await laptop.profile('gus')).toMatchObject({ waiting: [{ reason: 'quiet hours' }] });
  return number;
}

/** What somebody writes, looks at, and sends to who comes next. */
async function writeToPeople(number: number): Promise<void> {
  const value = { channel: 'email', address: 'news@shop.example' };
  const mjml = '<mjml><mj-body><mj-section><mj-column><mj-text>Hi</mj-text></mj-column></mj-section></mj-body></mjml>';
  const written = { name: 'W', channel: 'email', class: 'transactional', sender: 'news' };
  const body = { ...written, locales: { en: { subject: 'Ours', mjml } } };
  await api('PUT', '/api/catalog/bindings/sender/news', { value });
  await api('PUT', '/api/catalog/drafts/template/welcome', { body, revision: 0 });
  await api('POST', '/api/templates/test', { key: 'welcome', to: 'me@shop.example' });
  await api('POST', '/api/catalog/publish', { items: [{ type: 'template', key: 'welcome' }], expect: number });
  await later(MINUTE);
  await laptop.post('/v1/identify', { userId: 'fay', traits: { email: 'fay@example.com' } });
  // It is quiet until the evening.
  await later(12 * HOUR);
  expect(laptop.subjects('fay')).toEqual(['Ours']);
  await askForMessages();
  await followLinks();
  await sayWhatTheyGet(number + 1);
  await tellSystems(number + 2);
}

/** People in a journey: a system that does not answer at first is told of them, they are written to, and somebody tries it. */
async function tellSystems(number: number): Promise<void> {
  const { outside, services } = laptop.perennial.cloud;
  services.secretsmanager.put('perennial/local/crm', 'whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQ=');
  await api('PUT', '/api/catalog/bindings/endpoint/crm', {
    value: { url: 'https://hooks.crm.example/', secret: 'perennial/local/crm' },
  });
  const body = {
    ...{ name: 'Told', entries: [{ type: 'event', event: 'Told' }, { type: 'trigger' }], start: 'tell' },
    steps: {
      tell: { type: 'webhook', endpoint: 'crm', next: 'write' },
      // What becomes of it could be asked for by a journey.
      write: { type: 'message', send: [{ channel: 'email', template: 'welcome' }], next: 'out' },
      out: { type: 'exit' },
    },
  };
  await api('PUT', '/api/catalog/drafts/journey/told', { body, revision: 0 });
  await api('POST', '/api/catalog/publish', { items: [{ type: 'journey', key: 'told' }], expect: number });
  await later(2 * MINUTE);
  const statuses = [503];
  outside.answer('hooks.crm.example', () => ({ status: statuses.shift() ?? 204 }));
  await refusals.during({ caller: keyOf('DispatchFunction'), except: 'Retry' }, () =>
    laptop.post('/v1/track', { userId: 'ada', event: 'Told' }),
  );
  await later(HOUR);
  // By dispatch itself.
  await laptop.post('/v1/track', { userId: 'fay', event: 'Told' });
  const authorization = `Basic ${btoa(`${laptop.perennial.serverKey}:`)}`;
  await laptop.post('/v1/trigger', { journey: 'told', userId: 'gus' }, { authorization });
  await api('POST', '/api/journeys/told/test', { users: ['fay'] });
  const sale = {
    once: { day: '2030-01-01', at: '09:00' },
    message: { send: [{ channel: 'email', template: 'sale' }] },
  };
  await api('POST', '/api/campaigns/sale/review', {
    definition: { name: 'Sale', who: { trait: 'points', exists: true }, ...sale },
  });
  await laptop.perennial.settle();
}

/** A yes to be confirmed, a no to everything, and an address that is written to again. */
async function sayWhatTheyGet(number: number): Promise<void> {
  const body = { name: 'Club', channels: ['email'], doubleOptIn: true };
  await api('PUT', '/api/catalog/drafts/topic/club', { body, revision: 0 });
  await api('POST', '/api/catalog/publish', { items: [{ type: 'topic', key: 'club' }], expect: number });
  await later(MINUTE);
  const yes = (userId: string) =>
    laptop.post(
      '/v1/track',
      { userId, event: 'Consent Granted', properties: { channel: 'email', topic: 'club' } },
      { authorization: `Basic ${btoa(`${laptop.perennial.serverKey}:`)}` },
    );
  // What dispatch cannot hand over goes by redeliver; what SES does not take now comes back as a copy.
  await refusals.during({ caller: keyOf('DispatchFunction'), except: 'Retry' }, () => yes('fay'));
  await later(HOUR);
  const [, url = ''] = /Confirm: (\S+)/.exec(laptop.perennial.outbox('fay')[0]?.text ?? '') ?? [];
  expect((await fetch(url, { method: 'POST', body: new URLSearchParams({ wish: 'confirm' }) })).status).toBe(200);
  await refusals.once({ service: 'ses', action: 'SendEmail', type: 'TooManyRequestsException' }, () => yes('gus'));
  const { user, address } = { user: 'k#gus', address: suppressionName('gus@example.com') } as const;
  const page = `${laptop.url}/u/${tokens().seal('preferences', packLink({ user, address, sendId: 's_1_0' }))}`;
  expect((await fetch(page, { method: 'POST', body: new URLSearchParams({ wish: 'leave' }) })).status).toBe(200);
  await laptop.perennial.settle();
  await api('GET', '/api/suppressions?address=ben@example.com');
  await api('POST', '/api/suppressions/remove', { address: 'ben@example.com' });
}

/** What a program of the project asks for, with a key that may not ask for ever. */
async function askForMessages(): Promise<void> {
  await laptop.perennial.bindSource({ ...openSource('shop', 'server'), eventsPerDay: 1_000 }, 'sk_limited');
  const authorization = `Basic ${btoa('sk_limited:')}`;
  const message = { template: 'welcome', to: { email: 'hal@example.com' }, idempotencyKey: 'hal-1' };
  const asked = await laptop.post('/v1/messages', message, { authorization });
  const { id } = asked.json as { id: string };
  const answer = await fetch(`${laptop.url}/v1/messages/${id}`, { headers: { authorization } });
  expect(await answer.json()).toMatchObject({ status: 'accepted' });
}

/** Links of messages, made as deliver-email makes them. */
async function followLinks(): Promise<void> {
  const to = { url: 'https://shop.example/', n: 1 };
  const token = tokens().seal('click', packLook({ sendId: 's', message: 'welcome', sentAt: now(), to }));
  const { status } = await fetch(`${laptop.url}/l/${token}`, { redirect: 'manual' });
  expect(status).toBe(302);
  await laptop.perennial.settle();
}

function tokens() {
  const { resources, services } = laptop.perennial.cloud;
  const ledger = resources.find(
    ({ type, logicalId }) => type === 'AWS::DynamoDB::GlobalTable' && logicalId.startsWith('Ledger'),
  );
  const item = [...services.dynamodb.scan(ledger?.ref ?? '')].find(({ kind }) => kind?.S === 'secret');
  return sealedTokens(Buffer.from(item?.secret?.B ?? '', 'base64'));
}

/** A grant as a person would say it: `AdvanceFunctionRole dynamodb:PutItem table/Profiles`. */
function readable({ to, rule: { action, resource } }: Grant): string {
  const short = resource
    .replace(/^arn:aws:[^:]*:[^:]*:[^:]*:/, '')
    .replaceAll(/perennial-local-(?:data|engine)-(\w+?)(?:[0-9a-f]{8})?-[0-9a-f]{12}/gi, '$1')
    .replace(/\/stream\/.*/, '/stream');
  return `${to.replace(/[0-9A-F]{8}$/, '')} ${action} ${short}`;
}

/** What nothing here uses, and who wants it all the same. */
const EXEMPT: readonly (readonly [grant: RegExp, why: string])[] = [
  [/ sqs:(ChangeMessageVisibility|GetQueueUrl) /, 'CDK gives every reader of a queue more than Lambda asks for'],
  [/^DispatchFunctionRole dynamodb:ListStreams /, 'CDK gives it to every reader of a stream, as Lambda’s guide has it'],
  [
    /^LakeStreamRole s3:(AbortMultipartUpload|GetBucketLocation|GetObject|ListBucket|ListBucketMultipartUploads) /,
    'The list in Firehose’s documentation: what it does with it cannot be seen from outside',
  ],
  [
    / athena:StopQueryExecution /,
    'For a question that still runs when its job fails or cannot begin; here the lake answers at once',
  ],
  [/^ReceiptsIncomingQueuePolicy sqs:GetQueueAttributes /, 'CDK gives it with the leave to send'],
  [/^ReceiptsIncomingDeadLettersPolicy sqs:SendMessage /, 'For receipts that EventBridge may not leave on their queue'],
  [/^SweepMissedPolicy sqs:SendMessage SweepMissed$/, 'For minutes in which EventBridge may not start the sweep'],
];

describe('after everything that can happen to a deployment', () => {
  beforeAll(everything, 120_000);

  it('what is granted equals what was used', () => {
    const unused = laptop.perennial.cloud.permissions.granted.filter(({ rule }) => rule.uses === 0).map(readable);
    expect(unused.filter((grant) => !EXEMPT.some(([exempt]) => exempt.test(grant)))).toEqual([]);
    // An exemption that nothing needs any more would hide what comes next.
    expect(EXEMPT.filter(([exempt]) => !unused.some((grant) => exempt.test(grant)))).toEqual([]);
  });

  it('nothing was refused', () => {
    expect(lines.filter((line) => line.includes('not authorized'))).toEqual([]);
  });
});

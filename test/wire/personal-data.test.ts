import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY, MINUTE } from '../../domain/calendar.ts';
import { encodeEffects } from '../../domain/decisions/effect-codec.ts';
import { AnswerLost, type Interceptor } from '../../local/cloud/endpoint.ts';
import { type AwsRequest, type AwsResponse, awsError } from '../../local/cloud/service.ts';
import { Laptop } from '../support/laptop.ts';
import { START } from '../support/people.ts';

/*
 * One person, of whom every value can be recognised, goes through everything that can go wrong. Whatever quotes her in an
 * error must not get into anything that is kept for those who look after the deployment.
 */
const HER = {
  userId: 'id-quillfeather-7',
  anonymousId: 'device-quillfeather-9',
  email: 'zarathustra.quillfeather@private.example',
  phone: '+49 30 55501429',
  name: 'Zarathustra Quillfeather',
  street: 'Nebelgasse 1207',
  ip: '203.0.113.177',
};
/** What no line may hold, in any letters; the last is how Basic credentials begin that hold her address. */
const TRACES = ['quillfeather', 'zarathustra', '55501429', 'nebelgasse', HER.ip, btoa('zarathus').slice(0, 10)];
const tracesIn = (text: string) => TRACES.filter((trace) => text.toLowerCase().includes(trace.toLowerCase()));

/** What a service answers instead; undefined lets the call through. */
type Mischief = (request: AwsRequest) => AwsResponse | undefined;
let mischief: Mischief | undefined;
const done = new Map<string, number>();
/** So often each function meets with it in each of its calls: more often than it tries again at once. */
const EACH = 5;
const spoil: Interceptor = (request, next) => {
  const call = `${request.caller} ${request.service}:${request.action}`;
  const times = done.get(call) ?? 0;
  if (mischief === undefined || times === EACH) return next(request);
  done.set(call, times + 1);
  const spoilt = () => spoiled.add(`${request.service}:${request.action}`);
  try {
    const answer = mischief(request);
    if (answer === undefined) return next(request);
    spoilt();
    return answer;
  } catch (error) {
    spoilt();
    throw error;
  }
};
const called = new Set<string>();
const spoiled = new Set<string>();
const note: Interceptor = (request, next) => {
  called.add(`${request.service}:${request.action}`);
  return next(request);
};

/** Services like to quote what they refuse. */
const quoted = ({ input, path }: AwsRequest) => {
  const data = (input as { Record?: { Data?: string } } | undefined)?.Record?.Data;
  return `${decodeURIComponent(path)} ${data ? Buffer.from(data, 'base64') : JSON.stringify(input)}`.slice(0, 20_000);
};
const refuses: Mischief = (request) => awsError(400, 'ValidationException', `Not valid: ${quoted(request)}`);
let answered = 0;
const breaks: Mischief = (request) => {
  if (answered++ % 2 === 0) throw new AnswerLost();
  return awsError(500, 'InternalServerError', `Failed at ${quoted(request)}`);
};
/** All else goes well, or no email would come that far. */
const refusesEmails: Mischief = (request) => {
  if (request.service !== 'ses') return undefined;
  if (answered++ % 2 === 0) throw new AnswerLost();
  return awsError(400, 'MessageRejected', `Not verified: ${quoted(request)}`);
};

const lines: string[] = [];
const answers: string[] = [];
let laptop: Laptop;
beforeAll(async () => {
  laptop = await Laptop.start({ log: (line) => lines.push(line), interceptors: [note, spoil] });
});
afterAll(() => laptop.stop());

async function send(path: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<number> {
  const answer = await fetch(`${laptop.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Basic ${btoa('wk_local:')}`, ...headers },
    body,
  });
  if (answer.status >= 500) answers.push(await answer.text());
  return answer.status;
}

const events = (suffix: string) => {
  const who = { userId: `${HER.userId}${suffix}`, anonymousId: `${HER.anonymousId}${suffix}` };
  const context = { ip: HER.ip, device: { id: 'd', token: `token-${HER.userId}` }, page: { url: `/of/${HER.email}` } };
  // To one address a step writes once a day.
  const traits = {
    email: HER.email.replace('@', `${suffix}@`),
    phone: HER.phone,
    name: HER.name,
    address: { street: HER.street },
  };
  return [
    { type: 'page', anonymousId: who.anonymousId, name: HER.name, context },
    { type: 'identify', ...who, traits, context },
    { type: 'track', ...who, event: `${HER.name} Looked`, properties: { note: HER.street, email: HER.email }, context },
    { type: 'group', ...who, groupId: `family-${HER.userId}`, traits, context },
    { type: 'alias', userId: who.userId, previousId: `before-${who.userId}`, context },
    { type: 'track', ...who, event: 'Order Completed', properties: { revenue: HER.name, orderId: HER.email }, context },
  ];
};

/** Sends until it is taken, as an SDK does. */
async function sendAll(suffix: string): Promise<void> {
  const body = JSON.stringify({ batch: events(suffix) });
  for (let tries = 1; (await send('/v1/batch', body)) !== 200; tries++) expect(tries).toBeLessThan(20);
}

async function ask(path: string, init: RequestInit = {}): Promise<void> {
  const headers = { authorization: `Bearer ${laptop.perennial.adminToken}` };
  const answer = await fetch(`${laptop.url}${path}`, { headers, ...init });
  if (answer.status >= 500) answers.push(await answer.text());
}

/** What a program asks to be sent to her, and links that somebody has made of what he knows of her. */
async function askForMessage(): Promise<void> {
  const to = { userId: HER.userId, email: HER.email };
  const message = { template: 'receipt', to, data: HER, idempotencyKey: HER.email };
  const authorization = `Basic ${btoa('sk_local:')}`;
  for (let i = 0; i <= EACH; i++) await send('/v1/messages', JSON.stringify(message), { authorization });
  for (const path of ['l', 'o', 'u']) await ask(`/${path}/${encodeURIComponent(HER.email)}`);
}

/** What people who look after the deployment ask about her, as often as it takes to be answered. */
async function askAll(): Promise<void> {
  const [email, phone, name] = [HER.email, HER.phone, HER.name].map(encodeURIComponent);
  const post = (body: string) => ({ method: 'POST', body });
  for (let i = 0; i <= EACH; i++)
    await Promise.all([
      ask(`/api/profiles?email=${email}`),
      ask(`/api/profiles?phone=${phone}`),
      ask(`/api/profiles/${HER.userId}`),
      ask('/api/profiles', { headers: { authorization: `Bearer ${HER.email}` } }),
      ask(`/api/${name}`),
      ask(`/api/trace/${HER.userId}`),
      ask('/api/quarantine/release', post(JSON.stringify({ userId: HER.userId }))),
      ask('/api/quarantine/release', post(`{"userId":"${HER.userId}`)),
      ask('/api/schema/forget', post(JSON.stringify({ events: [`${HER.name} Looked`] }))),
      ask('/api/sources/local-app/recent'),
    ]);
}

const arnOf = (queue: string) =>
  laptop.perennial.cloud.resources.find(
    ({ type, logicalId }) => type === 'AWS::SQS::Queue' && logicalId.startsWith(queue),
  )?.attributes.Arn as string;

async function store(item: Record<string, object>): Promise<void> {
  const { status } = await laptop.perennial.cloud.services.dynamodb.handle({
    ...{ service: 'dynamodb', action: 'PutItem', caller: 'test', method: 'POST', path: '/', headers: {} },
    input: { TableName: laptop.perennial.profilesTable, Item: item },
  });
  expect(status).toBe(200);
}

const codes = () => new Set(lines.flatMap((line) => line.match(/"code":"([a-z-]+)"/)?.[1] ?? []));

describe('nothing that is logged tells who she is', () => {
  it('when all goes well, nor when apps send what nobody can read', async () => {
    await sendAll('');
    const mangled = gzipSync(JSON.stringify(events('')))
      .toString('latin1')
      .replace(/[\x80-\xff]/g, '\ufffd');
    const json = JSON.stringify({ userId: HER, event: HER.name });
    await send('/v1/track', `{"userId":"${HER.userId}", ${HER.name}`);
    await send('/v1/batch', JSON.stringify({ batch: [HER, HER.email, { type: HER.name, ...HER }] }));
    await send('/v1/track', json);
    await send(`/v1/${encodeURIComponent(HER.name)}`, json);
    await send('/v1/track', json, { authorization: `Basic ${btoa(`${HER.email}:`)}` });
    await send('/v1/track', json, { origin: `https://${HER.userId}.example`, 'user-agent': HER.name });
    await send('/v1/batch', mangled, { 'content-encoding': 'gzip' });
    await laptop.perennial.settle();
    expect(lines.flatMap(tracesIn)).toEqual([]);
  });

  it('when messages and records are poison', async () => {
    const { services } = laptop.perennial.cloud;
    const poison = JSON.stringify({ v: 99, ...HER });
    for (const queue of ['InputsLiveQueue', 'InputsTimersQueue', 'DispatchRetryQueue'])
      services.sqs.queue(arnOf(queue))?.send({ body: queue.startsWith('Inputs') ? `${poison} ${HER.name}` : poison });
    const version = { N: '1' };
    await store({ id: { S: `k#fx-${HER.userId}` }, version, fx: { S: `["${HER.name}` } });
    await store({ id: { S: `k#odd-${HER.userId}` }, version, profile: { S: `{"c":2,"${HER.name}` } });
    const effects = encodeEffects('lineage', [
      { kind: 'quarantine', at: START, until: START + DAY },
      { kind: 'merged', other: `k#${HER.userId}`, at: START },
      { kind: 'wake', at: START + MINUTE },
    ]);
    await store({ id: { S: `k#quarantined-${HER.userId}` }, version, fx: { S: effects } });
    await send('/v1/track', JSON.stringify({ userId: `odd-${HER.userId}`, event: HER.name }));
    await laptop.perennial.settle();
    expect([...codes()]).toEqual(
      expect.arrayContaining(['record-unreadable', 'profile-unreadable', 'user-quarantined', 'invocation-failed']),
    );
    expect(lines.flatMap(tracesIn)).toEqual([]);
  });

  it.each<[string, Mischief]>([
    ['refuses and quotes what it refuses', refuses],
    ['loses its answers, or breaks and says at what', breaks],
    ['takes everything but emails', refusesEmails],
  ])('when each service %s', async (name, kind) => {
    done.clear();
    mischief = kind;
    for (const one of ['a', 'b']) await sendAll(`-${name.split(' ')[0]}-${one}`);
    await askAll();
    await askForMessage();
    // Somebody comes due, so that the sweep has to look.
    const dueAt = laptop.perennial.now() + 2 * MINUTE;
    const due = { dueShard: { S: '0' }, dueAt: { N: String(dueAt) } };
    await store({ id: { S: `k#due-${name}-${HER.userId}` }, version: { N: '1' }, ...due });
    await laptop.perennial.advanceTo(dueAt + 10 * MINUTE);
    await laptop.perennial.settle();
    mischief = undefined;
    expect(lines.flatMap(tracesIn)).toEqual([]);
  });

  it('and all of that was provoked', () => {
    expect([...called].filter((call) => !spoiled.has(call))).toEqual([]);
    expect([...codes()].sort()).toEqual(
      expect.arrayContaining([
        ...['invocation-failed', 'lake-refused', 'live-lag-unknown', 'profile-unreadable', 'queue-refused'],
        ...['record-unreadable', 'send-refused', 'send-unknown', 'sink-refused', 'source-lookup-failed'],
        ...['user-put-back', 'user-quarantined', 'observing-failed', 'users-lookup-failed'],
      ]),
    );
    expect(lines.filter((line) => line.includes('InvocationFailed')).length).toBeGreaterThan(0);
  });
});

describe('nor does', () => {
  it('an answer that says that something failed', () => {
    expect(answers.length).toBeGreaterThan(10);
    expect(answers.flatMap(tracesIn)).toEqual([]);
  });

  it('anything beside the bodies of dead letters', () => {
    const dead = [...laptop.perennial.cloud.services.sqs.queues()].filter(({ definition }) =>
      /DeadLetters/.test(definition.arn),
    );
    const received = dead.flatMap((queue) => queue.receive(10));
    expect(received.length).toBeGreaterThan(3);
    for (const { body: _, ...beside } of received) expect(tracesIn(JSON.stringify(beside))).toEqual([]);
  });

  it('the name of anything that keeps what failed', () => {
    const { resources, services } = laptop.perennial.cloud;
    const bucket = resources.find(({ type, logicalId }) => type === 'AWS::S3::Bucket' && /^Failures/.test(logicalId));
    const keys = [...services.objects.list(bucket?.ref ?? '')].map(({ key }) => key);
    expect(keys.length).toBeGreaterThan(0);
    expect(keys.flatMap(tracesIn)).toEqual([]);
  });
});

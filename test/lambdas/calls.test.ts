import { createHmac } from 'node:crypto';
import http from 'node:http';
import type https from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../../domain/calendar.ts';
import { decodeCallRequest } from '../../domain/delivery/calls/call-request.ts';
import { handOff } from '../../domain/delivery/hand-off.ts';
import { answeredInput } from '../../domain/state/input.ts';
import { decodeInputs } from '../../domain/state/input-message.ts';
import { httpsOutside, NotPublic, type Outside } from '../../lambdas/adapters/outside.ts';
import { secretsManagerSigningSecrets } from '../../lambdas/adapters/signing-secrets.ts';
import { call } from '../../lambdas/delivery/call.handler.ts';
import { signedHeaders } from '../../lambdas/delivery/call-signature.ts';
import { rememberedSecrets } from '../../lambdas/delivery/remembered-secrets.ts';
import { liveJourney, planWithJourneys, storyOf } from '../support/journeys.ts';
import { identify, Person, START, track } from '../support/people.ts';
import { FakeProfiles, FakeQueue, fakeLog, publishedJourneys, sqsEvent } from './fakes.ts';

type Post = Outside['post'];
const answering =
  (status: number, retryAfter?: string): Post =>
  async () => ({ status, retryAfter });

interface Given {
  readonly step?: object;
  readonly post?: Post;
  readonly url?: string;
  readonly secrets?: () => Promise<readonly string[]>;
  readonly limits?: { readonly dryRun: boolean; readonly onlyTo?: readonly string[] };
  readonly order?: object;
}

/** Ada has ordered, and a system is about to be told. */
function ordered({ step = {}, post = answering(204), url = 'https://hooks.example.com/in', ...given }: Given = {}) {
  const journey = liveJourney('orders', {
    ...{ entries: [{ type: 'event', event: 'Order Completed' }], start: 'tell' },
    steps: { tell: { type: 'webhook', endpoint: 'crm', next: 'out', ...step }, out: { type: 'exit' } },
  });
  const ada = new Person(planWithJourneys([journey])).receives(
    identify({ email: 'ada@shop.example', firstName: 'Ada "the first"' }, START),
    track('Order Completed', START, { properties: { orderId: 'A1', ...given.order } }),
  );
  const profile = ada.profile;
  if (profile === undefined) throw new Error('Nobody');
  const profiles = new FakeProfiles();
  profiles.stored.set(profile.key, profile);
  const effects = ada.effects.filter(({ kind }) => kind === 'call');
  const [item] = handOff(profile.key, 7, { lineage: profile.lineage, effects }).flatMap((one) =>
    one.sink === 'calls' ? [one] : [],
  );
  const sent: Parameters<Post>[] = [];
  const [calls, timers, log] = [new FakeQueue(), new FakeQueue(), fakeLog()];
  const clock = { now: START + 1_000 };
  const dependencies = {
    ...{ profiles, calls, timers, log, zone: 'UTC' },
    journeys: publishedJourneys(journey),
    endpoints: { read: async () => (url === '' ? undefined : { url, ...(given.secrets && { secret: 'crm' }) }) },
    secrets: { read: given.secrets ?? (async () => []) },
    outside: {
      post: (...posted: Parameters<Post>) => {
        sent.push(posted);
        return post(...posted);
      },
    },
    limits: given.limits ?? { dryRun: false },
    now: () => clock.now,
    random: () => 0,
    timeout: () => new AbortController().signal,
  };
  const run = (body = item?.body ?? '') => call(dependencies, sqsEvent(body));
  const answers = () => timers.messages.flatMap(({ body }) => decodeInputs(body).inputs);
  const said = () => JSON.parse(sent[0]?.[2] ?? '{}');
  return { ada, item, run, sent, said, answers, calls, timers, log, clock, profiles, dependencies };
}

describe('a call', () => {
  it('tells who she is and what took her in, and that it was taken', async () => {
    const { run, said, sent, answers } = ordered();
    expect(await run()).toEqual({ batchItemFailures: [] });
    const { id, ...rest } = said();
    expect(rest).toMatchObject({
      ...{ type: 'webhook', at: '2026-03-02T12:00:00.000Z', journey: 'orders', step: 'tell', event: { orderId: 'A1' } },
      person: { userId: 'u1', email: 'ada@shop.example', phone: null },
    });
    expect(sent[0]?.[1]).toMatchObject({ 'webhook-id': id, 'content-type': expect.stringContaining('json') });
    expect(answers()).toMatchObject([{ kind: 'answered', step: 'tell', answered: 'taken', run: rest.run }]);
  });

  it('is made of references: nothing of hers stands on the queue', () => {
    const { item } = ordered();
    expect(item?.body).not.toMatch(/ada@shop|A1/);
  });

  it('says what the step says, and nobody can add to it', async () => {
    const body = '{ "name": "{{ person.firstName }}", "order": "{{ event.orderId }}" }';
    const { run, said } = ordered({ step: { body }, order: { orderId: 'A1", "admin": "yes' } });
    await run();
    expect(said()).toEqual({ name: 'Ada "the first"', order: 'A1", "admin": "yes' });
  });

  it('is a task for a person', async () => {
    const step = {
      ...{ type: 'handoff', subject: 'Call {{ person.firstName }}\nnow', text: 'Order {{ event.orderId }}' },
      ...{ queue: 'vip', urgency: 'high' },
    };
    const { run, said } = ordered({ step });
    await run();
    expect(said()).toMatchObject({
      ...{ type: 'handoff', subject: 'Call Ada "the first" now', text: 'Order A1', queue: 'vip', urgency: 'high' },
    });
  });

  it.each([
    ['status-404', { post: answering(404) }],
    ['status-302', { post: answering(302) }],
    ['body-not-json', { step: { body: '{{ event.orderId }}' } }],
    ['body-failed', { step: { body: '{{ event | nonsense }}' } }],
    ['endpoint-not-allowed', { url: 'https://127.0.0.1/' }],
    ['endpoint-not-public', { post: () => Promise.reject(new NotPublic()) }],
  ] as const)('is given up at once: %s', async (_reason, given) => {
    const { run, answers, calls, log } = ordered(given);
    expect(await run()).toEqual({ batchItemFailures: [] });
    expect(answers()).toMatchObject([{ answered: 'failed' }]);
    expect(calls.messages).toEqual([]);
    expect(log.codes).toEqual(['call-given-up']);
  });

  it.each([
    ['a system that is down', { post: answering(503) }, 60],
    ['one that wishes to be left alone', { post: answering(429, '600') }, 600],
    ['no answer', { post: () => Promise.reject(Object.assign(new Error('x'), { code: 'ECONNRESET' })) }, 60],
    ['an endpoint that is not set up', { url: '' }, 60],
    ['a secret that cannot be read', { secrets: () => Promise.reject(new Error('no')) }, 60],
  ] as const)('comes back under the same id: %s', async (_what, given, delaySeconds) => {
    const { run, item, answers, calls, log } = ordered(given);
    await run();
    expect(answers()).toEqual([]);
    expect(log.codes).toEqual(['call-not-taken']);
    expect(calls.messages).toMatchObject([{ delaySeconds }]);
    const [first, again] = [item?.body, calls.messages[0]?.body].map((body) => decodeCallRequest(body ?? ''));
    expect(again).toEqual({ ...first, tries: 1 });
  });

  it('is given up after six hours, and not told when it comes later', async () => {
    const { run, item, answers, calls, clock, sent } = ordered({ post: answering(500) });
    const late = JSON.stringify({ ...JSON.parse(item?.body ?? ''), tries: 24 });
    clock.now = START + 6 * HOUR - 20 * MINUTE;
    await run(late);
    expect(calls.messages).toHaveLength(1);
    clock.now = START + 6 * HOUR - 10 * MINUTE;
    await run(late);
    expect(answers()).toMatchObject([{ answered: 'failed' }]);
    clock.now = START + 7 * HOUR;
    await run(late);
    expect(sent).toHaveLength(2);
  });

  it('is not sent unsigned for want of its secret', async () => {
    const { run, sent } = ordered({ secrets: () => Promise.reject(new Error('no')) });
    await run();
    expect(sent).toEqual([]);
  });

  it.each([
    ['of a dry run', { dryRun: true }, 0],
    ['that writes to others only', { dryRun: false, onlyTo: ['@example.com'] }, 0],
    ['that writes to her', { dryRun: false, onlyTo: ['@shop.example'] }, 1],
  ])('on a stage %s', async (_what, limits, times) => {
    const { run, sent, answers } = ordered({ limits });
    await run();
    expect(sent).toHaveLength(times);
    expect(answers()).toMatchObject([{ answered: 'taken' }]);
  });

  it('has nothing to tell of somebody who is gone', async () => {
    const { run, profiles, sent, log } = ordered();
    profiles.stored.clear();
    await run();
    expect(sent).toEqual([]);
    expect(log.codes).toEqual(['call-dropped']);
  });

  it('comes again when a queue of ours fails', async () => {
    const { run, timers } = ordered();
    timers.refuses = () => true;
    expect((await run()).batchItemFailures).toHaveLength(1);
  });

  it('is known until it is answered, also of who has left since', async () => {
    const { ada, answers, run } = ordered();
    expect(ada.profile?.runs).toMatchObject([{ left: 'finished' }]);
    await run();
    const [input] = answers();
    if (input?.kind !== 'answered') throw new Error('Not answered');
    expect(input).toEqual(answeredInput('k#u1', input.id.replace('answered-', ''), input));
    expect(storyOf(ada, 'orders').length).toBeGreaterThan(0);
  });
});

describe('a signature', () => {
  it('is that of Standard Webhooks', () => {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
    expect(signedHeaders(id, '{"test": 2432232314}', [secret], 1_614_265_330_000)).toEqual({
      'webhook-id': id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it.each(['', 'whsec_', 'whsec_A', 'whsec_=='])('is not made with a key that anybody has: “%s”', async (text) => {
    const client = { send: async () => ({ SecretString: text }) } as never;
    await expect(secretsManagerSigningSecrets(client).read('crm')).rejects.toMatchObject({ name: 'EmptySecret' });
  });

  it('is made by either secret while one takes the place of another; none by none', () => {
    const { 'webhook-signature': both } = signedHeaders('c', '{}', ['new', 'old'], 5_999);
    const by = (secret: string) => `v1,${createHmac('sha256', secret).update('c.5.{}').digest('base64')}`;
    expect(both).toBe(`${by('new')} ${by('old')}`);
    expect(signedHeaders('c', '{}', [], 0)).not.toHaveProperty('webhook-signature');
  });

  it('goes by a secret for five minutes; what could not be read is asked for again', async () => {
    const clock = { now: 0 };
    const read: string[] = [];
    let fails = true;
    const secrets = rememberedSecrets(
      {
        async read(name) {
          read.push(name);
          if (fails) throw new Error('no');
          return [name];
        },
      },
      () => clock.now,
    );
    await expect(secrets.read('a')).rejects.toThrow('no');
    fails = false;
    for (const now of [0, 5 * MINUTE - 1, 5 * MINUTE]) {
      clock.now = now;
      expect(await secrets.read('a')).toEqual(['a']);
    }
    expect(read).toHaveLength(3);
  });
});

/** A server of ours stands for the internet: only where the request ends is another than in production. */
describe('the way outside', () => {
  const servers: http.Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  async function system(answer: http.RequestListener, addresses: readonly string[]) {
    const heard: { readonly url: string | undefined; readonly body: string }[] = [];
    const server = http.createServer(async (request, response) => {
      const pieces: Buffer[] = [];
      for await (const piece of request) pieces.push(piece as Buffer);
      heard.push({ url: request.url, body: Buffer.concat(pieces).toString() });
      answer(request, response);
    });
    servers.push(server);
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    const looked: unknown[] = [];
    const outside = httpsOutside({
      resolve: (_host, _options, done) =>
        done(
          null,
          addresses.map((address) => ({ address, family: 4 })),
        ),
      request: ((options: https.RequestOptions, done: (response: http.IncomingMessage) => void) =>
        http.request(
          {
            ...options,
            port,
            // What production would connect to is looked at; then it is this machine.
            lookup: (host, how, found) =>
              options.lookup?.(host, how, (error, address) => {
                looked.push(error ?? address);
                if (error) found(error, []);
                else found(null, [{ address: '127.0.0.1', family: 4 }]);
              }),
          },
          done,
        )) as typeof https.request,
    });
    const post = (signal = new AbortController().signal) =>
      outside.post({ host: 'hooks.example.com', path: '/in' }, { 'webhook-id': 'c' }, '{"ä":1}', signal);
    return { post, heard, looked };
  }

  it('posts, and answers with the status', async () => {
    const { post, heard, looked } = await system(
      (_request, response) => response.writeHead(429, { 'retry-after': '7' }).end('later'),
      ['1.1.1.1', '8.8.8.8'],
    );
    expect(await post()).toEqual({ status: 429, retryAfter: '7' });
    expect(heard).toEqual([{ url: '/in', body: '{"ä":1}' }]);
    expect(looked).toMatchObject([[{ address: '1.1.1.1' }, { address: '8.8.8.8' }]]);
  });

  it.each([[['127.0.0.1']], [['169.254.169.254']], [['1.1.1.1', '10.0.0.1']], [[]]])(
    'connects to nothing when a name leads to %j',
    async (addresses) => {
      const { post, heard } = await system((_request, response) => response.end(), addresses);
      await expect(post()).rejects.toThrow(NotPublic);
      expect(heard).toEqual([]);
    },
  );

  it('follows no way to elsewhere', async () => {
    const { post, heard } = await system(
      (_request, response) => response.writeHead(302, { location: 'https://169.254.169.254/' }).end(),
      ['1.1.1.1'],
    );
    expect(await post()).toMatchObject({ status: 302 });
    expect(heard).toHaveLength(1);
  });

  it('reads no answer without end', async () => {
    const endless: http.RequestListener = (_request, response) => {
      response.writeHead(200);
      const more = () => {
        if (!response.destroyed) response.write('x'.repeat(10_000), more);
      };
      more();
    };
    const { post } = await system(endless, ['1.1.1.1']);
    expect(await post()).toMatchObject({ status: 200 });
  });

  it('waits no longer than it is told to', async () => {
    const waiting = new AbortController();
    const { post } = await system(() => waiting.abort(), ['1.1.1.1']);
    await expect(post(waiting.signal)).rejects.toThrow();
  });
});

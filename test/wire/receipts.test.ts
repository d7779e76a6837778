import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../domain/calendar.ts';
import type { BusEvent } from '../../local/cloud/services/eventbridge/event-bridge.ts';
import type { Reaction } from '../../local/cloud/services/ses/reactions.ts';
import { Laptop } from '../support/laptop.ts';
import { until } from '../support/until.ts';

const lines: string[] = [];
/** What SES has put on the default bus. */
const told: BusEvent[] = [];
let laptop: Laptop;

beforeAll(async () => {
  laptop = await Laptop.start({ log: (line) => lines.push(line) });
  laptop.perennial.cloud.on('event', (bus, event) => {
    if (bus === 'default') told.push(event);
  });
}, 60_000);
afterAll(() => laptop.stop());

const cloud = () => laptop.perennial.cloud;
const later = (time: number) => laptop.perennial.advanceTo(laptop.perennial.now() + time);
const react = (address: string, reaction: Reaction) => cloud().services.ses.tell(address, reaction);
const signUp = (userId: string, email: string) => laptop.post('/v1/identify', { userId, traits: { email } });

function table(name: string) {
  const found = cloud().resources.find(
    ({ type, logicalId }) => type === 'AWS::DynamoDB::GlobalTable' && logicalId.startsWith(name),
  );
  return [...cloud().services.dynamodb.scan(found?.ref ?? '')];
}
const claimsOf = (userId: string) => table('Sends').filter(({ user }) => user?.S === `k#${userId}`);
const kept = (kind: string) => table('Ledger').filter((item) => item.kind?.S === kind);
const stored = (userId: string) => table('Profiles').find(({ id }) => id?.S === `k#${userId}`);
const logged = (code: string) => lines.filter((line) => line.includes(`"${code}"`)).length;

function lake(): Record<string, unknown>[] {
  const bucket = cloud().resources.find(({ type, logicalId }) => type === 'AWS::S3::Bucket' && /^Lake/.test(logicalId));
  return [...cloud().services.objects.list(bucket?.ref ?? '', 'receipts/')].flatMap(({ body }) =>
    gunzipSync(body)
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  );
}

async function timeline(userId: string): Promise<string[]> {
  return table('Timeline')
    .filter(({ user }) => user?.S === `k#${userId}`)
    .map(({ data }) => JSON.parse(data?.S ?? '{}'))
    .filter(({ kind }) => kind === 'receipt')
    .map(({ outcome }) => outcome);
}

const traced = async (id: string) => (await (await laptop.admin(`/api/trace/${id}`)).json()) as { effects: object[] };

describe('a message that arrives', () => {
  it('has no receipt until SES tells, and then says so', async () => {
    await signUp('ann', 'ann@example.com');
    const { providerId, sendId } = claimsOf('ann')[0] ?? {};
    const of = async () => (await traced(sendId?.S ?? '')).effects[0];
    expect(await of()).toMatchObject({
      send: { status: 'accepted', receipt: { outcome: 'no-receipt-yet', at: null } },
    });
    await later(MINUTE);
    expect(await of()).toMatchObject({ send: { receipt: { outcome: 'delivered' }, providerId: providerId?.S } });
  });

  it('is looked at, and SES puts nothing into it to hear of that: our own links and picture do', async () => {
    const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
    react('bea@example.com', {
      opens: [{ after: HOUR, userAgent: FIREFOX }],
      clicks: [{ after: HOUR + MINUTE, userAgent: FIREFOX, link: 'https://shop.example/new' }],
    });
    await signUp('bea', 'bea@example.com');
    await later(2 * HOUR);
    await laptop.perennial.settle();
    const { sendId } = claimsOf('bea')[0] ?? {};
    expect(lake().filter((line) => line.sendId === sendId?.S)).toMatchObject([
      { kind: 'delivered', message: 'welcome' },
    ]);
    expect(kept('receipt-counts')).toMatchObject([{ name: { S: '2026-03-02#welcome' }, delivered: { N: '2' } }]);
  });
});

describe('an address that has ended', () => {
  it('bounces once: nothing more is sent to it, whoever has it', async () => {
    react('cleo@example.com', { arrival: 'bounced', published: 2 });
    await signUp('cleo', 'cleo@example.com');
    await later(MINUTE);
    expect(kept('suppression')).toMatchObject([{ reason: { S: 'bounced' }, sendId: claimsOf('cleo')[0]?.sendId }]);
    expect(await timeline('cleo')).toEqual(['bounced']);
    expect((await laptop.profile('cleo')).unreachable).toMatchObject({ email: { reason: 'bounced' } });

    await signUp('carl', 'Cleo@Example.com');
    expect(laptop.subjects('carl')).toEqual([]);
    expect(claimsOf('carl')).toMatchObject([{ status: { S: 'withheld' }, reason: { S: 'address bounced' } }]);

    // Another address is another matter.
    await later(MINUTE);
    await signUp('carl', 'carl@example.com');
    await signUp('cora', 'cora@example.com');
    expect(laptop.subjects('cora')).toEqual(['Welcome!']);
    const ledger = JSON.stringify(table('Ledger'));
    expect(ledger).not.toContain('example.com');
  });

  it('complains: nothing more is sent to it', async () => {
    react('dora@example.com', { complains: true });
    await signUp('dora', 'dora@example.com');
    await later(5 * MINUTE);
    expect(claimsOf('dora')).toMatchObject([{ received: { S: 'complained' } }]);
    expect(await timeline('dora')).toEqual(['complained']);
  });

  it('stays ended: who falls asleep is not written to', async () => {
    await later(40 * DAY);
    expect(laptop.subjects('ann')).toEqual(['Welcome!', 'We miss you']);
    for (const user of ['cleo', 'dora']) expect(laptop.subjects(user), user).toEqual(['Welcome!']);
  });

  it('is known of whom she has become meanwhile', async () => {
    react('eve@example.com', { arrival: 'bounced' });
    const server = { authorization: `Basic ${btoa(`${laptop.perennial.serverKey}:`)}` };
    await signUp('eva', 'eva@example.com');
    await later(MINUTE);
    await signUp('eve', 'eve@example.com');
    await laptop.post('/v1/alias', { userId: 'eva', previousId: 'eve' }, server);
    await later(MINUTE);
    expect(await timeline('eva')).toEqual(['bounced']);
    const { traits } = await laptop.profile('eva');
    expect(traits.email).toBe('eve@example.com');
    expect(claimsOf('eve')).toMatchObject([{ received: { S: 'bounced' } }]);
  });
});

describe('the laptop’s SES does as it is told', () => {
  const control = (body: object) => laptop.control('/local/email', body);

  it('forgets an address when told; and its outbox is asked for by userId alone', async () => {
    const { account } = laptop.perennial.cloud.services.ses;
    account.suppress('jon@example.com');
    expect((await control({ to: 'jon@example.com', does: 'forget' })).status).toBe(200);
    expect(account.isSuppressed('jon@example.com')).toBe(false);
    expect((await fetch(`${laptop.url}/local/outbox?user=jon`)).status).toBe(400);
  });

  it('does not answer: nobody knows whether the message went, until its receipt tells', async () => {
    expect((await control({ to: 'hana@example.com', does: 'lose-answer' })).status).toBe(200);
    await signUp('hana', 'hana@example.com');
    expect(claimsOf('hana')).toMatchObject([{ status: { S: 'unknown' } }]);
    await later(MINUTE);
    expect(laptop.subjects('hana')).toEqual(['Welcome!']);
    expect(claimsOf('hana')).toMatchObject([{ received: { S: 'delivered' }, providerId: { S: expect.any(String) } }]);
  });

  it('takes nothing while the account is paused: messages wait, and go once somebody resumes', async () => {
    await control({ account: 'paused' });
    // Not by `post`, which waits until nothing is tried again.
    await fetch(`${laptop.url}/v1/identify`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Basic ${btoa(`${laptop.perennial.writeKey}:`)}` },
      body: JSON.stringify({ userId: 'ines', traits: { email: 'ines@example.com' } }),
    });
    await later(HOUR);
    expect(laptop.subjects('ines')).toEqual([]);
    await control({ account: 'sending' });
    await later(HOUR);
    expect(laptop.subjects('ines')).toEqual([]);
    await fetch(`${laptop.url}/api/delivery/resume`, {
      method: 'POST',
      headers: { authorization: `Bearer ${laptop.perennial.adminToken}` },
      body: JSON.stringify({ what: 'email' }),
    });
    await later(HOUR);
    expect(laptop.subjects('ines')).toEqual(['Welcome!']);
  });

  it.each([
    {},
    { to: 'ada@example.com' },
    { to: 'ada', does: 'bounce' },
    { to: 'ada@example.com', does: 'fly' },
    { to: 'ada@example.com', does: 'constructor' },
    { share: 2, does: 'bounce' },
    { account: 'closed' },
    { account: 'paused', does: 'bounce' },
  ])('and takes no other orders: %j', async (body) => {
    expect((await control(body)).status).toBe(400);
  });
});

describe('an address that takes no mail now and then', () => {
  it('ends on the third day of thirty', async () => {
    react('full@example.com', { arrival: 'bounced', bounce: { type: 'Transient', subType: 'MailboxFull' } });
    for (const user of ['f1', 'f2', 'f3', 'f4']) {
      await signUp(user, 'full@example.com');
      await later(5 * DAY);
    }
    expect(['f1', 'f2', 'f3', 'f4'].map((user) => laptop.subjects(user).length)).toEqual([1, 1, 1, 0]);
    expect(claimsOf('f1')).toMatchObject([{ received: { S: 'soft-bounced' } }]);
    expect(claimsOf('f4')).toMatchObject([{ reason: { S: 'address bounced' } }]);
  });

  it('does not by automatic answers: what they answer has arrived', async () => {
    react('away@example.com', { bounce: { type: 'Transient', subType: 'General' } });
    for (const user of ['g1', 'g2', 'g3', 'g4']) {
      await signUp(user, 'away@example.com');
      await later(5 * DAY);
    }
    expect(['g1', 'g2', 'g3', 'g4'].map((user) => laptop.subjects(user).length)).toEqual([1, 1, 1, 1]);
    expect(claimsOf('g1')).toMatchObject([{ received: { S: 'delivered' } }]);
  });
});

describe('what is told', () => {
  it('twice and in any order comes to the same', async () => {
    const people = ['ann', 'cleo', 'dora', 'eva', 'f1', 'f3', 'g1'];
    const state = () => ({
      profiles: people.map((user) => stored(user)?.version),
      claims: people.flatMap((user) => claimsOf(user).map(({ received, receivedAt }) => [received, receivedAt])),
      suppressed: kept('suppression'),
    });
    const before = state();
    // As old as they are, by now: the window of inputs a profile knows by their ids is long over.
    for (const event of [...told].reverse()) cloud().services.events.emit('default', event);
    await laptop.perennial.settle();
    const after = state();
    expect({ ...after, profiles: [] }).toEqual({ ...before, profiles: [] });
    expect(await timeline('cleo')).toEqual(['bounced']);
    expect(await timeline('dora')).toEqual(['complained']);
  });

  it('of nobody’s message, or in a form nobody knows, is dropped and said', async () => {
    const [foreign, unknown] = [logged('receipt-foreign'), logged('receipt-unknown')];
    const [event] = told as [BusEvent & { detail: { mail: { tags: object } } }];
    const { sendId: _, ...tags } = event.detail.mail.tags as { sendId: string[] };
    const emit = (detail: object) => cloud().services.events.emit('default', { ...event, detail });
    emit({ ...event.detail, mail: { ...event.detail.mail, tags } });
    emit({ ...event.detail, eventType: 'Hologram' });
    // Another deployment's, of the same account: not even seen.
    emit({ ...event.detail, mail: { ...event.detail.mail, tags: { ...tags, 'ses:configuration-set': ['other'] } } });
    const before = lake().length;
    await laptop.perennial.settle();
    await until('the line that says so', () => logged('receipt-unknown') > unknown);
    expect(logged('receipt-foreign') - foreign).toBe(1);
    expect(logged('receipt-unknown') - unknown).toBe(1);
    expect(lake()).toHaveLength(before);
    expect(lines.filter((line) => /@example\.com/.test(line))).toEqual([]);
  });
});

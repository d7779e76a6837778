import { GetAccountCommand, SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { describe, expect, test } from 'vitest';
import { deployEventDestination } from '../../../local/cloud/deploy/email.ts';
import { Outbox } from '../../../local/cloud/services/ses/outbox.ts';
import type { MailBusEvent } from '../../../local/cloud/services/ses/publishing.ts';
import type { Reaction } from '../../../local/cloud/services/ses/reactions.ts';
import type { SesOptions } from '../../../local/cloud/services/ses/ses.ts';
import { Ses } from '../../../local/cloud/services/ses/ses.ts';
import { clientOf, failure, TestClock } from './support.ts';

const ALL = [
  ...['send', 'delivery', 'bounce', 'complaint', 'reject', 'open', 'click', 'renderingFailure', 'deliveryDelay'],
];

function given(types: readonly string[] = ALL, options: Partial<SesOptions> = {}) {
  const clock = new TestClock();
  const published: MailBusEvent[] = [];
  const outbox = new Outbox();
  const ses = new Ses({ clock, outbox, publish: (event) => published.push(event), seed: 's', ...options });
  ses.verifyIdentity('shop.example');
  ses.createConfigurationSet('perennial');
  ses.createEventDestination('perennial', types);
  const client = new SESv2Client(clientOf(ses));
  const send = (to = 'ada@example.com', set = 'perennial') =>
    client.send(
      new SendEmailCommand({
        FromEmailAddress: 'Shop <hello@shop.example>',
        Destination: { ToAddresses: [to] },
        Content: { Simple: { Subject: { Data: 'Hi' }, Body: { Text: { Data: 'Hi' } } } },
        EmailTags: [{ Name: 'sendId', Value: 's_1_2' }],
        ConfigurationSetName: set,
      }),
    );
  const told = () => published.splice(0).map(({ detail }) => detail.eventType);
  return { clock, ses, client, send, published, told, outbox };
}

describe('SES tells what becomes of a message', () => {
  test('in the shape of AWS, with every tag a list, some seconds after it was sent', async () => {
    const { clock, send, published } = given();
    const { MessageId } = await send();
    expect(published).toEqual([]);
    clock.advance(10);
    expect(published.map((event) => [event.source, event['detail-type'], event.detail.eventType])).toEqual([
      ['aws.ses', 'Email Sent', 'Send'],
      ['aws.ses', 'Email Delivered', 'Delivery'],
    ]);
    expect(published[1]).toMatchObject({
      resources: ['arn:aws:ses:eu-central-1:000000000000:configuration-set/perennial'],
      detail: {
        mail: {
          timestamp: '2026-11-01T00:00:00.000Z',
          messageId: MessageId,
          destination: ['ada@example.com'],
          tags: { sendId: ['s_1_2'], 'ses:configuration-set': ['perennial'], 'ses:from-domain': ['shop.example'] },
        },
        delivery: { recipients: ['ada@example.com'], smtpResponse: expect.any(String) },
      },
    });
  });

  test('by the types the destination names only, and of its configuration set only', async () => {
    const { clock, send, ses, told } = given(['bounce']);
    ses.createConfigurationSet('other');
    await send();
    await send('bounce@simulator.amazonses.com', 'other');
    clock.advance(60);
    expect(told()).toEqual([]);
    await send('bounce@simulator.amazonses.com');
    clock.advance(60);
    expect(told()).toEqual(['Bounce']);
  });

  test.each<[string, readonly string[], object]>([
    ['success@simulator.amazonses.com', ['Send', 'Delivery'], {}],
    ['bounce@simulator.amazonses.com', ['Send', 'Bounce'], { bounceType: 'Permanent', bounceSubType: 'General' }],
    ['bounce+7@simulator.amazonses.com', ['Send', 'Bounce'], { bounceType: 'Permanent', bounceSubType: 'General' }],
    ['ooto@simulator.amazonses.com', ['Send', 'Delivery', 'Bounce'], { bounceType: 'Transient' }],
    ['complaint@simulator.amazonses.com', ['Send', 'Delivery', 'Complaint'], {}],
    ['suppressionlist@simulator.amazonses.com', ['Send', 'Bounce'], { bounceSubType: 'Suppressed' }],
  ])('the mailbox simulator: %s', async (address, types, bounce) => {
    const { clock, send, published, told } = given();
    for (let i = 0; i < 2; i++) {
      await send(address);
      clock.advance(600);
      const event = published.find(({ detail }) => detail.eventType === 'Bounce')?.detail as Record<string, object>;
      expect(event?.bounce ?? {}).toMatchObject(bounce);
      // Again and again: the simulator is on no list.
      expect(told()).toEqual(types);
    }
  });

  test.each<[string, Reaction, readonly string[]]>([
    [
      'a transient bounce',
      { arrival: 'bounced', bounce: { type: 'Transient', subType: 'MailboxFull' } },
      ['Send', 'Bounce'],
    ],
    ['rejected', { arrival: 'rejected' }, ['Send', 'Reject']],
    ['not rendered', { arrival: 'not-rendered' }, ['Rendering Failure']],
    ['late', { delayed: true }, ['Send', 'DeliveryDelay', 'Delivery']],
    ['silent', { published: 0 }, []],
    ['told twice', { published: 2 }, ['Send', 'Send', 'Delivery', 'Delivery']],
    [
      'opened and clicked',
      {
        opens: [{ after: 60_000, userAgent: 'Mozilla/5.0' }],
        clicks: [{ after: 90_000, userAgent: 'Mozilla/5.0', link: 'https://shop.example/' }],
      },
      ['Send', 'Delivery', 'Open', 'Click'],
    ],
  ])('an address is told how to react: %s', async (_what, reaction, types) => {
    const { clock, send, ses, told } = given();
    ses.tell('Ada@example.com', reaction);
    await send();
    clock.advance(3600);
    expect(told()).toEqual(types);
  });

  test('a share of addresses, the same ones in every run of a seed', async () => {
    const bouncing = async (seed: string) => {
      const { clock, send, ses, published } = given(['bounce'], { seed });
      ses.tell({ share: 0.3 }, { arrival: 'bounced' });
      for (let i = 0; i < 60; i++) await send(`u${i}@example.com`);
      clock.advance(60);
      return published.flatMap(({ detail }) => detail.mail.destination);
    };
    const [first, again, other] = [await bouncing('a'), await bouncing('a'), await bouncing('b')];
    expect([...first].sort()).toEqual([...again].sort());
    expect([...first].sort()).not.toEqual([...other].sort());
    expect(first.length).toBeGreaterThan(6);
    expect(first.length).toBeLessThan(36);
  });
});

test('an address that bounced for good or complained is suppressed by the account: a bounce is told, nothing is sent', async () => {
  const { clock, send, ses, published, told } = given();
  ses.tell('ada@example.com', { complains: true });
  await send();
  clock.advance(600);
  expect(told()).toEqual(['Send', 'Delivery', 'Complaint']);
  await send('ADA@example.com');
  clock.advance(600);
  expect(published.at(-1)?.detail).toMatchObject({
    bounce: { bounceType: 'Permanent', bounceSubType: 'OnAccountSuppressionList' },
  });
  expect(told()).toEqual(['Send', 'Bounce']);
});

describe('the account', () => {
  test('says how much it may send and whether it may', async () => {
    const { client, send, ses } = given(ALL, { quota: { perSecond: 14, perDay: 50_000 } });
    await send();
    const account = () => client.send(new GetAccountCommand({}));
    expect(await account()).toMatchObject({
      SendQuota: { Max24HourSend: 50_000, MaxSendRate: 14, SentLast24Hours: 1 },
      SendingEnabled: true,
      EnforcementStatus: 'HEALTHY',
      ProductionAccessEnabled: true,
    });
    ses.account.standing = 'suspended';
    expect(await account()).toMatchObject({ SendingEnabled: false, EnforcementStatus: 'SHUTDOWN' });
  });

  test.each([
    ['paused', 'SendingPausedException'],
    ['suspended', 'AccountSuspendedException'],
  ] as const)('that is %s takes nothing', async (standing, name) => {
    const { send, ses, outbox } = given();
    ses.account.standing = standing;
    expect((await failure(send())).name).toBe(name);
    ses.account.standing = 'sending';
    await send();
    expect(outbox.total).toBe(1);
  });

  test('forgets an address of its suppression list when told', () => {
    const { ses } = given();
    ses.account.suppress('Ada@example.com');
    ses.account.forget('ada@example.com');
    expect(ses.account.isSuppressed('ada@example.com')).toBe(false);
  });

  test('throttles whom it was told to, fails, or takes a message and does not say so', async () => {
    const { send, ses, outbox } = given();
    ses.tell('ada@example.com', { answer: 'throttled' });
    expect((await failure(send())).name).toBe('TooManyRequestsException');
    ses.tell('ada@example.com', { answer: 'failed' });
    expect((await failure(send())).name).toBe('InternalServiceErrorException');
    expect(outbox.total).toBe(0);
    ses.tell('ada@example.com', { answer: 'lost' });
    await failure(send());
    expect(outbox.total).toBe(1);
  });
});

describe('an event destination', () => {
  const deploying = (EventDestination: object) => () => {
    const created: unknown[] = [];
    const resource = {
      ...{ stackName: 's', logicalId: 'Events', type: 'AWS::SES::ConfigurationSetEventDestination', ref: 'r' },
      attributes: {},
      properties: { ConfigurationSetName: 'perennial', EventDestination },
    };
    const ses = { createEventDestination: (...args: unknown[]) => created.push(args) };
    const around = { region: 'eu-central-1', account: '000000000000' };
    deployEventDestination(resource, { services: { ses }, around } as never);
    return created;
  };
  const bus = (name: string) => ({ EventBusArn: `arn:aws:events:eu-central-1:000000000000:event-bus/${name}` });
  const known = { Enabled: true, MatchingEventTypes: ['bounce'] };

  test('is the default bus', () => {
    expect(deploying({ ...known, EventBridgeDestination: bus('default') })()).toEqual([['perennial', ['bounce']]]);
    expect(deploying({ ...known, Enabled: false, EventBridgeDestination: bus('default') })()).toEqual([]);
  });

  test.each([
    ['another bus', { ...known, EventBridgeDestination: bus('mine') }],
    ['no bus', known],
    ['a topic', { ...known, SnsDestination: { TopicARN: 'arn' } }],
    ['no types', { Enabled: true, EventBridgeDestination: bus('default') }],
  ])('is nothing else: %s', (_what, destination) => expect(deploying(destination)).toThrow());

  test('knows the types of SES only', () => {
    const { ses } = given();
    expect(() => ses.createEventDestination('perennial', ['opened'])).toThrow('opened');
    expect(() => ses.createEventDestination('none', ['open'])).toThrow('none');
  });
});

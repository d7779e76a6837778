import type { SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { expect, test } from 'vitest';
import { Outbox } from '../../../local/cloud/services/ses/outbox.ts';
import type { SesOptions } from '../../../local/cloud/services/ses/ses.ts';
import { Ses } from '../../../local/cloud/services/ses/ses.ts';
import { clientOf, failure, TestClock } from './support.ts';

function given(options: Partial<SesOptions> = {}) {
  const clock = new TestClock();
  const outbox = new Outbox();
  const ses = new Ses({ clock, outbox, ...options });
  ses.verifyIdentity('shop.example');
  ses.createConfigurationSet('perennial');
  const client = new SESv2Client(clientOf(ses));
  const send = (more: Partial<SendEmailCommandInput> = {}) =>
    client.send(new SendEmailCommand({ ...welcome, ...more }));
  return { clock, outbox, ses, send };
}

const welcome: SendEmailCommandInput = {
  FromEmailAddress: 'Shop <hello@shop.example>',
  Destination: { ToAddresses: ['ada@example.com'] },
  Content: {
    Simple: {
      Subject: { Data: 'Welcome, Ädä' },
      Body: { Html: { Data: '<p>Hi</p>' }, Text: { Data: 'Hi' } },
      Headers: [{ Name: 'List-Unsubscribe', Value: '<https://shop.example/u>' }],
    },
  },
  EmailTags: [{ Name: 'step', Value: 'welcome' }],
  ConfigurationSetName: 'perennial',
};

/** The welcome message with parts of its simple content replaced. */
const simple = (parts: object): Partial<SendEmailCommandInput> => ({
  Content: { Simple: { ...welcome.Content?.Simple, ...parts } as never },
});

test('a message is taken and can be looked at', async () => {
  const { send, outbox, clock } = given();
  const heard: string[] = [];
  outbox.onMessage(({ subject }) => heard.push(subject));
  const { MessageId } = await send();
  expect(outbox.list()).toEqual([
    {
      messageId: MessageId,
      at: clock.now(),
      channel: 'email',
      from: 'Shop <hello@shop.example>',
      to: ['ada@example.com'],
      subject: 'Welcome, Ädä',
      html: '<p>Hi</p>',
      text: 'Hi',
      headers: { 'List-Unsubscribe': '<https://shop.example/u>' },
      tags: { step: 'welcome' },
    },
  ]);
  expect(heard).toEqual(['Welcome, Ädä']);
});

test('of a message can be seen who gets the answers', async () => {
  const { send, outbox } = given();
  await send({ ReplyToAddresses: ['help@shop.example'] });
  expect(outbox.list()[0]?.replyTo).toEqual(['help@shop.example']);
});

test('a raw message is taken whole', async () => {
  const { send, outbox } = given();
  await send({ Content: { Raw: { Data: Buffer.from('Subject: Hi\r\n\r\nHello') } } });
  expect(outbox.list()[0]?.text).toBe('Subject: Hi\r\n\r\nHello');
});

const to = (...ToAddresses: string[]) => ({ Destination: { ToAddresses } });
const header = (Name: string, Value: string) => simple({ Headers: [{ Name, Value }] });
const fiftyOne = Array.from({ length: 51 }, (_, i) => `u${i}@example.com`);

test.each<[string, Partial<SendEmailCommandInput>, string]>([
  ['no sender', { FromEmailAddress: '' }, 'BadRequestException'],
  ['no recipient', to(), 'BadRequestException'],
  ['51 recipients', to(...fiftyOne), 'BadRequestException'],
  ['no domain', to('ada'), 'BadRequestException'],
  ['a space in the address', to('a da@example.com'), 'BadRequestException'],
  ['a line break in the address', to('ada@example.com\r\nBcc: x@example.com'), 'BadRequestException'],
  ['a local part that is not ASCII', to('ädä@example.com'), 'BadRequestException'],
  ['an unverified sender', { FromEmailAddress: 'hello@other.example' }, 'MessageRejected'],
  ['an unknown configuration set', { ConfigurationSetName: 'none' }, 'NotFoundException'],
  ['an unknown template', { Content: { Template: { TemplateName: 't', TemplateData: '{}' } } }, 'NotFoundException'],
  ['two kinds of content', { Content: { ...welcome.Content, Raw: { Data: Buffer.from('x') } } }, 'BadRequestException'],
  ['a line break in the subject', simple({ Subject: { Data: 'a\r\nBcc: x' } }), 'BadRequestException'],
  ['no body', simple({ Body: {} }), 'BadRequestException'],
  ['a line break in a header', header('X-A', 'a\r\nBcc: x'), 'BadRequestException'],
  ['a colon in a header name', header('X:A', 'a'), 'BadRequestException'],
  ['a header of its own', header('From', 'x@y.z'), 'BadRequestException'],
  ['a tag with a space', { EmailTags: [{ Name: 'a', Value: 'b c' }] }, 'BadRequestException'],
  ['over 40 MB', simple({ Body: { Text: { Data: 'x'.repeat(40 * 1024 * 1024) } } }), 'MessageRejected'],
])('a message is refused: %s', async (_case, more, name) => {
  const { send, outbox } = given();
  expect((await failure(send(more))).name).toBe(name);
  expect(outbox.total).toBe(0);
});

test('a subdomain of a verified domain may send; an identity with a failing MAIL FROM may not', async () => {
  const { send, ses } = given();
  await send({ FromEmailAddress: 'hi@mail.shop.example' });
  ses.verifyIdentity('hello@shop.example', { mailFromVerified: false });
  expect((await failure(send())).name).toBe('MailFromDomainNotVerifiedException');
});

test('in the sandbox recipients must be verified too', async () => {
  const { send } = given({ productionAccess: false });
  await send(to('tester@shop.example'));
  expect((await failure(send())).message).toContain('ada@example.com');
});

test('the rate and the day are limited, by recipients', async () => {
  const { send, clock } = given({ quota: { perSecond: 3, perDay: 5 } });
  await send(to('a@example.com', 'b@example.com'));
  expect((await failure(send(to('c@example.com', 'd@example.com')))).name).toBe('TooManyRequestsException');
  await send();
  clock.advance(1);
  await send(to('a@example.com', 'b@example.com'));
  clock.advance(1);
  expect((await failure(send())).message).toContain('Daily');
  clock.advance(24 * 3600);
  await send();
});

test('the outbox is bounded, newest first', () => {
  const outbox = new Outbox({ limit: 100 });
  const message = { channel: 'email' as const, from: '', to: [], subject: '', headers: {}, tags: {} };
  for (let i = 0; i < 1000; i++) outbox.add({ ...message, messageId: String(i), at: i });
  expect(outbox.total).toBe(1000);
  expect(outbox.dropped).toBeGreaterThan(880);
  expect(outbox.list({ limit: 2 }).map(({ at }) => at)).toEqual([999, 998]);
  expect(outbox.list({ where: ({ at }) => at % 10 === 0, limit: 1 })[0]?.at).toBe(990);
});

import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sesClient } from '../../lambdas/adapters/clients.ts';
import { type EmailProvider, type OutgoingEmail, sesEmailProvider } from '../../lambdas/adapters/email-provider.ts';

/** What stood on the wire: SES's own documentation is what it is held against. */
interface Taken {
  readonly request: IncomingMessage;
  readonly body: Record<string, unknown>;
}

/** Something that takes requests as SES's endpoint does, and answers what it is told to. */
class Endpoint {
  readonly taken: Taken[] = [];
  answer: { status: number; body: object } = { status: 200, body: { MessageId: '0107-1' } };
  readonly server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      this.taken.push({ request, body: JSON.parse(Buffer.concat(chunks).toString('utf8')) });
      response.writeHead(this.answer.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(this.answer.body));
    });
  });
}

const endpoint = new Endpoint();
let provider: EmailProvider;
beforeAll(async () => {
  await new Promise<void>((resolve) => endpoint.server.listen(0, '127.0.0.1', resolve));
  const { port } = endpoint.server.address() as AddressInfo;
  const client = sesClient((settings) => ({
    ...settings,
    ...{ region: 'eu-central-1', endpoint: `http://127.0.0.1:${port}` },
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
  }));
  provider = sesEmailProvider(client, { fromAddress: 'hello@shop.example', configurationSet: 'perennial-dev' });
});
afterAll(() => new Promise<void>((resolve) => void endpoint.server.close(() => resolve())));

const EMAIL: OutgoingEmail = {
  to: 'ada@example.com',
  from: { address: 'news@shop.example', name: 'Käsehaus' },
  replyTo: 'answers@shop.example',
  subject: 'Grüße, Ada',
  preheader: 'Was es Neues gibt',
  unsubscribeUrl: 'https://api.shop.example/u/sealed',
  html: '<p>Hallo</p>',
  text: 'Hallo\n',
  tags: { sendId: 'l_7_1', message: 'news' },
};

async function sent(email: OutgoingEmail): Promise<Taken> {
  await provider.send(email);
  return endpoint.taken.at(-1) as Taken;
}

describe('SendEmail on the wire', () => {
  it('is one signed request of SES v2', async () => {
    const { request } = await sent(EMAIL);
    expect(`${request.method} ${request.url}`).toBe('POST /v2/email/outbound-emails');
    expect(request.headers['content-type']).toBe('application/json');
    expect(request.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/ses\/aws4_request, /,
    );
  });

  it('has these fields and no others', async () => {
    const { body } = await sent(EMAIL);
    expect(body).toEqual({
      // RFC 2047: SES takes ASCII only.
      FromEmailAddress: '=?UTF-8?B?S8Okc2VoYXVz?= <news@shop.example>',
      // One recipient: each message is somebody's own, and a receipt names one address.
      Destination: { ToAddresses: ['ada@example.com'] },
      ReplyToAddresses: ['answers@shop.example'],
      // Without it SES would tell nothing of the message.
      ConfigurationSetName: 'perennial-dev',
      Content: {
        Simple: {
          Subject: { Data: 'Grüße, Ada', Charset: 'UTF-8' },
          Body: {
            Text: { Data: 'Hallo\n', Charset: 'UTF-8' },
            Html: { Data: '<p>Hallo</p>', Charset: 'UTF-8' },
          },
          // RFC 8058: both, or mailbox providers show no button.
          Headers: [
            { Name: 'List-Unsubscribe', Value: '<https://api.shop.example/u/sealed>' },
            { Name: 'List-Unsubscribe-Post', Value: 'List-Unsubscribe=One-Click' },
          ],
        },
      },
      // They come back with every receipt.
      EmailTags: [
        { Name: 'sendId', Value: 'l_7_1' },
        { Name: 'message', Value: 'news' },
      ],
    });
  });

  it('says where one click unsubscribes, where it does', async () => {
    const { body } = await sent({ ...EMAIL, unsubscribeUrl: 'https://links.example/u/Atoken' });
    expect(body).toMatchObject({
      Content: {
        Simple: {
          Headers: [
            { Name: 'List-Unsubscribe', Value: '<https://links.example/u/Atoken>' },
            { Name: 'List-Unsubscribe-Post', Value: 'List-Unsubscribe=One-Click' },
          ],
        },
      },
    });
  });

  it('offers no unsubscribing where there is none: of what is transactional', async () => {
    const { unsubscribeUrl: _url, ...transactional } = EMAIL;
    expect((await sent(transactional)).body).not.toHaveProperty('Content.Simple.Headers');
  });

  it('is from the stage’s own sender when nobody is named, and says nothing of answers then', async () => {
    const { from: _from, replyTo: _replyTo, ...plain } = EMAIL;
    const { body } = await sent(plain);
    expect(body).toMatchObject({ FromEmailAddress: 'hello@shop.example' });
    expect(body).not.toHaveProperty('ReplyToAddresses');
  });

  it.each([
    ['plain', 'Shop', /^"Shop" <news@shop\.example>$/],
    ['with what would end it', 'Shop" <x@y.example>\r\nBcc: z@y.example', /^"[^"\r\n]*" <news@shop\.example>$/],
  ])('a sender’s name that is %s', async (_what, name, expected) => {
    const { body } = await sent({ ...EMAIL, from: { address: 'news@shop.example', name } });
    expect(body.FromEmailAddress).toEqual(expect.stringMatching(expected));
  });
});

describe('the answer of SES', () => {
  it('names the message', async () => {
    expect(await provider.send(EMAIL)).toEqual({ outcome: 'accepted', providerId: '0107-1' });
  });

  it('is asked for once: whether to try again is not the SDK’s to decide', async () => {
    const before = endpoint.taken.length;
    endpoint.answer = { status: 500, body: { message: 'no' } };
    expect(await provider.send(EMAIL)).toMatchObject({ outcome: 'unknown' });
    expect(endpoint.taken.length - before).toBe(1);
  });
});

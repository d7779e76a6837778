import { readFileSync } from 'node:fs';
import { SESv2ServiceException } from '@aws-sdk/client-sesv2';
import { expect, it } from 'vitest';
import { answerTo } from '../../lambdas/adapters/email-provider.ts';

const page = readFileSync(new URL('../../docs/email-errors.md', import.meta.url), 'utf8');
const [, answers = '', noAnswers = ''] = page.split(/^## /m);
const rowsOf = (section: string) =>
  [...section.matchAll(/^\| `(\w+)` \|.*\| `([\w-]+)` \|$/gm)].map(([, name = '', outcome = '']) => [name, outcome]);

/** The exceptions that the SDK documents for SendEmail. */
const DOCUMENTED = [
  ...['AccountSuspendedException', 'BadRequestException', 'LimitExceededException', 'MessageRejected'],
  ...['MailFromDomainNotVerifiedException', 'NotFoundException', 'SendingPausedException', 'TooManyRequestsException'],
];

it('every error that is documented has its row', () => {
  expect(rowsOf(answers).map(([name]) => name)).toEqual(expect.arrayContaining(DOCUMENTED));
});

it.each(rowsOf(answers))('%s: %s', (name, outcome) => {
  const $fault = /^(Internal|ServiceUn)/.test(name ?? '') ? 'server' : 'client';
  const error = new SESv2ServiceException({ name: name ?? '', $fault, $metadata: {} });
  expect(answerTo(error)).toEqual({ outcome, reason: name });
});

it.each(rowsOf(noAnswers))('%s: %s', (name, outcome) => {
  const text = name === 'ConnectionTimeout' ? 'the socket did not establish a connection with the server' : 'timed out';
  const error = Object.assign(new Error(text), name?.startsWith('E') ? { code: name } : { name: 'TimeoutError' });
  expect(answerTo(error)).toMatchObject({ outcome });
});

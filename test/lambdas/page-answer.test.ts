import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { messagePage } from '../../domain/delivery/preferences/page.ts';
import { languageOf } from '../../domain/delivery/preferences/page-words.ts';
import { pageAnswer } from '../../lambdas/delivery/page-answer.ts';

const policyFor = (brand: { readonly logo: { readonly url: string } } | undefined) => {
  const page = messagePage({ brand: brand && { name: 'Shop', ...brand }, language: languageOf('en') }, 'unknown');
  const { headers = {}, body = '' } = pageAnswer(404, page, brand);
  const [, style = ''] = /<style>(.*?)<\/style>/s.exec(body) ?? [];
  const hash = createHash('sha256').update(style).digest('base64');
  return { policy: String(headers['content-security-policy']).replace(hash, 'HASH'), headers };
};

it('a page lets in its own style and the logo of its brand, and nothing else', () => {
  expect(policyFor(undefined).policy).toBe(
    "default-src 'none'; style-src 'sha256-HASH'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  );
  expect(policyFor({ logo: { url: 'https://cdn.shop.example:8443/a/logo.png?x=1' } }).policy).toContain(
    "; img-src https://cdn.shop.example:8443; form-action 'self'",
  );
});

it('a page is kept nowhere, found nowhere, and tells nobody where it was', () => {
  expect(policyFor(undefined).headers).toMatchObject({
    ...{ 'cache-control': 'no-store', 'x-robots-tag': 'noindex', 'referrer-policy': 'no-referrer' },
    'x-content-type-options': 'nosniff',
  });
});

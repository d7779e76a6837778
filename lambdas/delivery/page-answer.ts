import { createHash } from 'node:crypto';
import type { BrandBody } from '../../domain/catalog/brand.ts';
import type { Page } from '../../domain/delivery/preferences/page.ts';
import type { HttpAnswer } from '../runtime/http.ts';

/**
 * A page as an answer. Nothing may run in it, nothing but its own style and the brand's logo is loaded, nobody can put a
 * frame around it, and its address, which is a key to what somebody gets, is told to no one.
 */
export const pageAnswer = (
  statusCode: number,
  { html, style }: Page,
  brand: Pick<BrandBody, 'logo'> | undefined,
): HttpAnswer => ({
  statusCode,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': [
      "default-src 'none'",
      `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
      ...(brand?.logo === undefined ? [] : [`img-src ${new URL(brand.logo.url).origin}`]),
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'cache-control': 'no-store',
    'x-robots-tag': 'noindex',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  },
  body: html,
});

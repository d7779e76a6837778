import { describe, expect, it } from 'vitest';
import { isAllowedOrigin } from '../../domain/events/origin.ts';

const LIST = ['https://shop.example', 'https://*.shop.example', 'http://localhost:3000'];

describe('an origin', () => {
  it.each([
    'https://shop.example',
    'https://www.shop.example',
    'https://a.b.shop.example',
    'HTTPS://WWW.Shop.Example',
    'http://localhost:3000',
  ])('%s is on the list', (origin) => {
    expect(isAllowedOrigin(LIST, origin)).toBe(true);
  });

  it.each([
    ['another site', 'https://evil.example'],
    ['a site whose name ends like ours', 'https://evilshop.example'],
    ['a site that begins like ours', 'https://shop.example.evil.example'],
    ['ours without encryption', 'http://shop.example'],
    ['a host below ours without encryption', 'http://www.shop.example'],
    ['another port', 'https://shop.example:8443'],
    ['another port below ours', 'https://www.shop.example:8443'],
    ['another port here', 'http://localhost:3001'],
    ['no port here', 'http://localhost'],
    ['a page without an origin of its own', 'null'],
    ['an empty one', ''],
    ['a name without a scheme', 'shop.example'],
    ['the pattern itself under another scheme', 'file://*.shop.example'],
    ['the part after the star', '.shop.example'],
  ])('%s is not', (_what, origin) => {
    expect(isAllowedOrigin(LIST, origin)).toBe(false);
  });

  it('of any kind is allowed where there is no list, and none at all always: apps and servers have none', () => {
    expect(isAllowedOrigin([], 'null')).toBe(true);
    expect(isAllowedOrigin(LIST, undefined)).toBe(true);
  });

  it('is compared in any case, the list’s own included', () => {
    expect(isAllowedOrigin(['https://Shop.Example'], 'https://shop.example')).toBe(true);
    expect(isAllowedOrigin(['https://*.Shop.Example'], 'https://www.shop.example')).toBe(true);
  });

  it('with a port is on the list when the list has that port', () => {
    const withPort = ['https://*.shop.example:8443'];
    expect(isAllowedOrigin(withPort, 'https://www.shop.example:8443')).toBe(true);
    expect(isAllowedOrigin(withPort, 'https://www.shop.example')).toBe(false);
  });

  it('with a star stands for hosts below, not for the host itself', () => {
    expect(isAllowedOrigin(['https://*.shop.example'], 'https://shop.example')).toBe(false);
  });
});

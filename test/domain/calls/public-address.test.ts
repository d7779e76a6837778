import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endpointUrl } from '../../../domain/delivery/calls/endpoint-url.ts';
import { isPublicAddress } from '../../../domain/delivery/calls/public-address.ts';

describe('an address', () => {
  it.each([
    ...[
      '1.1.1.1',
      '8.8.8.8',
      '9.255.255.255',
      '11.0.0.0',
      '52.94.236.248',
      '100.63.255.255',
      '100.128.0.0',
      '169.253.1.1',
    ],
    ...['172.15.255.255', '172.32.0.1', '192.0.1.1', '192.167.1.1', '192.169.0.1', '198.17.255.255', '198.20.0.0'],
    ...[
      '223.255.255.255',
      '2600:9000:2000::1',
      '2a00:1450:4001:82b::200e',
      '2606:4700:4700::1111',
      '2001:4860:4860::8888',
    ],
  ])('%s is public', (address) => expect(isPublicAddress(address)).toBe(true));

  it.each([
    ...[
      '0.0.0.0',
      '0.1.2.3',
      '10.0.0.1',
      '10.255.255.255',
      '100.64.0.1',
      '100.127.255.255',
      '127.0.0.1',
      '127.255.255.254',
    ],
    ...['169.254.169.254', '169.254.170.2', '169.254.0.1', '172.16.0.1', '172.31.255.255', '192.0.0.1', '192.0.2.1'],
    ...['192.31.196.1', '192.52.193.1', '192.88.99.1', '192.168.0.1', '192.175.48.1', '198.18.0.1', '198.19.255.255'],
    ...['198.51.100.7', '203.0.113.9', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255'],
    // IPv6: itself, mapped, compatible, translated, 6to4, Teredo, unique local, link-local, site-local, multicast.
    ...[
      '::',
      '::1',
      '0:0:0:0:0:0:0:1',
      '::ffff:127.0.0.1',
      '::ffff:7f00:1',
      '::ffff:169.254.169.254',
      '::ffff:8.8.8.8',
    ],
    ...['::127.0.0.1', '::ffff:0:127.0.0.1', '64:ff9b::169.254.169.254', '64:ff9b::7f00:1', '64:ff9b:1::1', '100::1'],
    ...[
      '2001::1',
      '2001:0:7f00:1::',
      '2001:db8::1',
      '2002:7f00:1::',
      '2002:a9fe:a9fe::1',
      '2620:4f:8000::1',
      '3fff::1',
    ],
    ...['fc00::1', 'fd00:ec2::254', 'fd12:3456::1', 'fe80::1', 'feb0::1', 'fec0::1', 'ff02::1', '5f00::1', '4000::1'],
    // What a resolver does not answer.
    ...['', ' ', 'localhost', '127.1', '2130706433', '0x7f000001', '0177.0.0.1', '127.0.0.01', '1.1.1', '1.1.1.1.1'],
    ...[
      '1.1.1.256',
      '1.1.1.1 ',
      '１.1.1.1',
      '1.1.1.-1',
      'fe80::1%eth0',
      '[2606:4700::1]',
      '2606::4700::1',
      ':::',
      '1:2:3',
    ],
    ...['2606:4700:0:0:0:0:0:0:1', '2606:47000::1', '2606:4700::1.1.1', '1.1.1.1::', 'g::1'],
  ])('%j is not', (address) => expect(isPublicAddress(address)).toBe(false));

  it('is the same in every spelling of IPv6', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 }), (groups) => {
        const full = groups.map((group) => group.toString(16).padStart(4, '0')).join(':');
        const short = new URL(`http://[${full}]/`).hostname.slice(1, -1);
        const dotted = `${full.split(':').slice(0, 6).join(':')}:${groups
          .slice(6)
          .flatMap((group) => [group >> 8, group & 255])
          .join('.')}`;
        const public6 = isPublicAddress(full);
        expect([isPublicAddress(short), isPublicAddress(full.toUpperCase()), isPublicAddress(dotted)]).toEqual([
          ...[public6, public6, public6],
        ]);
        // Nothing outside of global unicast is public.
        if (((groups[0] ?? 0) & 0xe000) !== 0x2000) expect(public6).toBe(false);
      }),
    );
  });
});

describe('the address of an endpoint', () => {
  it.each([
    ['https://hooks.example.com/in?a=1', { host: 'hooks.example.com', path: '/in?a=1' }],
    ['https://HOOKS.Example.com:443', { host: 'hooks.example.com', path: '/' }],
    ['https://xn--bcher-kva.example/#part', { host: 'xn--bcher-kva.example', path: '/' }],
  ])('%s is allowed', (text, expected) => expect(endpointUrl(text)).toEqual(expected));

  it.each([
    ...['http://hooks.example.com/', 'ftp://hooks.example.com/', 'hooks.example.com', '//hooks.example.com/', ''],
    ...['https://ada@hooks.example.com/', 'https://ada:pass@hooks.example.com/', 'https://hooks.example.com@10.0.0.1/'],
    ...['https://hooks.example.com:8443/', 'https://hooks.example.com:80/', 'https://hooks.example.com:22/'],
    ...['https://127.0.0.1/', 'https://2130706433/', 'https://0x7f.1/', 'https://0177.0.0.1/', 'https://127.1/'],
    ...['https://１２７.0.0.1/', 'https://[::1]/', 'https://[fd00:ec2::254]/', 'https://[::ffff:127.0.0.1]/'],
    ...[
      'https://localhost/',
      'https://api.localhost/',
      'https://db.internal/',
      'https://printer.local/',
      'https://nas.lan/',
    ],
    ...[
      'https://metadata.google.internal/',
      'https://hooks/',
      'https://hooks.example.com./',
      'https://-x.example.com/',
    ],
    ...['https://1.0.0.127.in-addr.arpa/', `https://hooks.example.com/${'x'.repeat(2_000)}`],
  ])('%s is not', (text) => expect(endpointUrl(text)).toBeUndefined());
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskedJson, maskId, maskMessageId, maskText, PERSONAL, personalNames } from '../../domain/events/masking.ts';
import { OPEN_PLAN } from '../../domain/events/plan-settings.ts';
import { runs } from '../support/runs.ts';

const isPersonal = personalNames({ personal: ['Loyalty Card', 'ship.note'] });

describe('a name is personal', () => {
  it.each([
    ...['email', 'Email', 'customer_email', 'customerEmail', 'e-mail'.replace('-', ''), 'phone', 'homePhone', 'name'],
    ...['firstName', 'first_name', 'LAST-NAME', 'username', 'address', 'shippingAddress', 'address.street', 'user.zip'],
    ...[
      'birthday',
      'ip',
      'lat',
      'geo.longitude',
      'pushToken',
      'access_token',
      'password',
      'iban',
      'credit_card',
      'ssn',
    ],
    ...[
      'people[].email',
      'emails[].email',
      'loyalty_card',
      'LOYALTYCARD',
      'order.loyaltyCard',
      'ship.note',
      'x'.repeat(300),
    ],
  ])('%s', (name) => expect(isPersonal(name)).toBe(true));

  it.each([
    'title',
    'plan',
    'product_name',
    'category',
    'price',
    'coupon',
    'note',
    'emails_sent',
    'currency',
    'company',
  ])('not: %s', (name) => expect(isPersonal(name)).toBe(false));
});

describe('a text', () => {
  it.each([
    ['write to ada@example.com, please', 'write to ‹email›, please'],
    ['mailto:ada.lovelace+x@example.co.uk?subject=a', '‹email›'],
    ['https://shop.example/?user=ada%40example.com', '‹email›'],
    ["o'brien@example.com", '‹email›'],
    ['call +49 (30) 901-820 now', 'call ‹number› now'],
    ['4111 1111 1111 1111', '‹number›'],
    ['٠١٢٣٤٥٦٧', '‹number›'],
    ['from 192.168.0.17', 'from ‹ip›'],
    ['from 2001:db8:0:0:1::7', 'from ‹ip›'],
    ['only 3 @ 5 of 123456', 'only 3 @ 5 of 123456'],
    ['2026-03-02T12:00:00.000Z', '2026-03-02T12:00:00.000Z'],
    ['Checkout: step 2', 'Checkout: step 2'],
    ['a\u0000b\ud800', 'a\ufffdb\ufffd'],
  ])('%s', (text, shown) => expect(maskText(text, 100)).toBe(shown));

  it('is cut, and not where half an address would be left', () => {
    expect(maskText('abcdef', 3)).toBe('abc…');
    expect(maskText(`${'x '.repeat(495)}ada.lovelace@example.com`, 2_000)).not.toContain('ada');
    expect(maskText('x'.repeat(5_000), 50)).toBe(' …');
  });

  it('never shows an address, a phone number or an IP address', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 1_200 });
    const secret = fc.oneof(
      fc.emailAddress(),
      fc.ipV4(),
      fc.integer({ min: 1_000_000, max: 1e15 }).map((number) => `+${number}`),
    );
    fc.assert(
      fc.property(text, secret, text, fc.integer({ min: 1, max: 400 }), (before, secret, after, length) => {
        const shown = maskText(`${before} ${secret} ${after}`, length);
        fc.pre(!before.includes(secret) && !after.includes(secret));
        expect(shown).not.toContain(secret);
        expect(shown.length).toBeLessThanOrEqual(length + 2);
        // What was masked stays masked as it is.
        expect(maskText(shown, 1_000)).toBe(shown);
      }),
      runs(500),
    );
  });

  it('takes no longer for texts that are made to take long', () => {
    for (const evil of [
      'a'.repeat(500_000),
      '1 '.repeat(250_000),
      `${'1'.repeat(400)}.`.repeat(100),
      ':'.repeat(100_000),
    ])
      expect(maskText(evil, 100).length).toBeLessThanOrEqual(102);
  });
});

describe('an id', () => {
  it.each([
    ['', '…'],
    ['a', '…'],
    ['ab', 'a…'],
    ['ada-lovelace', 'ada…'],
    ['😀😀', '😀…'],
  ])('%s is shown as %s', (id, shown) => expect(maskId(id)).toBe(shown));

  it('of a message is shown when an SDK has made it', () => {
    const uuid = '514b6b2f-0d2c-4b1a-9a51-0a2b3c4d5e6f';
    expect(maskMessageId(uuid)).toBe(uuid);
    expect(maskMessageId(`node-next-1795302503577-${uuid}`)).toBe(`node-next-1795302503577-${uuid}`);
    expect(maskMessageId('ada@example.com-1')).toBe('‹email›');
  });
});

describe('a value', () => {
  const masked = (value: unknown, bytes = 1_000) => maskedJson(value, isPersonal, bytes);

  it('keeps its shape, without what is personal at any depth', () => {
    expect(
      masked({
        plan: 'pro',
        email: 'a@b.cd',
        user: { phone: 5, tags: ['x', 'a@b.cd'] },
        order: { total: 5, paid: true },
      }),
    ).toEqual({
      plan: 'pro',
      email: PERSONAL,
      user: { phone: PERSONAL, tags: ['x', '‹email›'] },
      order: { total: 5, paid: true },
    });
    expect(masked({ phone: null, number: 4_915_112_345_678, ratio: 0.123456789 })).toEqual({
      phone: null,
      number: '‹number›',
      ratio: 0.123456789,
    });
  });

  it('says what was left out', () => {
    expect(masked(Array.from({ length: 25 }, (_, i) => i))).toHaveLength(21);
    expect(masked({ a: { b: { c: { d: { e: 1 } } } } })).toEqual({ a: { b: { c: { d: '…' } } } });
    expect(masked(Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`p${i}`, i])))).toMatchObject({
      '…': '10 more',
    });
  });

  it('survives whatever JSON there is, in a bounded size', () => {
    const deep = JSON.parse(`${'['.repeat(15_000)}${']'.repeat(15_000)}`);
    expect(JSON.stringify(masked(deep)).length).toBeLessThan(50);
    const proto = JSON.parse('{"__proto__":{"admin":true},"constructor":"x"}');
    expect(JSON.stringify(masked(proto))).toBe('{"__proto__":{"admin":true},"constructor":"x"}');
    expect(({} as Record<string, unknown>).admin).toBeUndefined();
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), fc.emailAddress(), (value, address) => {
        const text = JSON.stringify(
          maskedJson([value, { [address]: address }, address], personalNames(OPEN_PLAN), 300),
        );
        expect(text.length).toBeLessThan(1_000);
        expect(text).not.toContain(address);
      }),
      runs(300),
    );
  });
});

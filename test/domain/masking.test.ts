import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskedAgain, maskedJson, PERSONAL } from '../../domain/events/masked-json.ts';
import { maskEventName, maskId, maskMessageId, maskText } from '../../domain/events/masking.ts';
import { personalNames } from '../../domain/events/personal-names.ts';
import { OPEN_PLAN } from '../../domain/events/plan-settings.ts';
import { runs } from '../support/runs.ts';
import { wideJson } from '../support/wide-json.ts';

const isPersonal = personalNames({ personal: ['Loyalty Card', 'ship.note', 'items[].remark'] });

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
      'first',
      'Last',
      'customer.plan',
      'customer_name',
      'recipient',
      'fullName',
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
    ['https://shop.example/?user=ada%40example.com', 'https://shop.example/?…'],
    ['https://shop.example/ada%40example.com', '‹email›'],
    ['https://s.ex/?reset_token=abcSECRET', 'https://s.ex/?…'],
    ['see https://s.ex/reset#abcSECRET now', 'see https://s.ex/reset#… now'],
    ['?token=abc', '?…'],
    ['?abcSECRET', '?…'],
    ['/cart?a[]=s,x;y (here)', '/cart?… (here)'],
    ['#access_token=abc', '#…'],
    ['#/reset/abc', '#…'],
    ['Really? Yes. C# and #1', 'Really? Yes. C# and #1'],
    ["o'brien@example.com", '‹email›'],
    ['call +49 (30) 901-820 now', 'call ‹number› now'],
    ['4111 1111 1111 1111', '‹number›'],
    ['٠١٢٣٤٥٦٧', '‹number›'],
    ['from 192.168.0.17', 'from ‹ip›'],
    ['from 2001:db8:0:0:1::7', 'from ‹ip›'],
    ['from 2001:db8::1', 'from ‹ip›'],
    ['::1', '‹ip›'],
    ['2001:db8::', '‹ip›'],
    ['[fe80::1]:443', '[‹ip›]:443'],
    ['std::vector :: x', 'std::vector :: x'],
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

  it('is looked at no further than the word that the cut is in may reach', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 161, maxLength: 161, unit: 'grapheme' }), fc.string(), (start, rest) => {
        expect(maskText(`${start}${rest}`, 60)).toBe(maskText(`${start} 1`, 60));
      }),
      runs(200),
    );
    expect(maskText(`https://shop.example/tea?${'q'.repeat(5_000)}`, 60)).toBe('https://shop.example/tea?…');
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

describe('the name of an event', () => {
  it('stays what it is if nothing personal is in it, and is never longer than a name may be', () => {
    expect(maskEventName('x y'.repeat(66))).toBe('x y'.repeat(66));
    expect(maskEventName('Report 2026-11-22 Opened')).toBe('Report ‹number› Opened');
    expect(maskEventName('a@b '.repeat(50)).length).toBe(200);
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

  it('is masked by its path, as the tracking plan writes it', () => {
    const value = { ship: { note: 'x', other: 'y' }, items: [{ remark: 'x', note: 'y' }], note: 'y', remark: 'y' };
    const shown = {
      ship: { note: PERSONAL, other: 'y' },
      items: [{ remark: PERSONAL, note: 'y' }],
      note: 'y',
      remark: 'y',
    };
    expect(masked(value)).toEqual(shown);
    expect(
      maskedAgain(
        maskedJson(value, () => false, 1_000),
        isPersonal,
      ),
    ).toEqual(shown);
  });

  it('costs what is looked at, also when nothing of it is shown', () => {
    expect(masked(Array(20).fill('x'.repeat(5_000)), 400)).toEqual([...Array(9).fill(' …'), '… 11 more']);
  });

  it('survives whatever JSON there is, in a bounded size', () => {
    const deep = JSON.parse(`${'['.repeat(15_000)}${']'.repeat(15_000)}`);
    expect(JSON.stringify(masked(deep)).length).toBeLessThan(50);
    const proto = JSON.parse('{"__proto__":{"admin":true},"constructor":"x"}');
    expect(JSON.stringify(masked(proto))).toBe('{"__proto__":{"admin":true},"constructor":"x"}');
    expect(({} as Record<string, unknown>).admin).toBeUndefined();
    fc.assert(
      fc.property(wideJson, fc.emailAddress(), fc.integer({ min: 0, max: 1_000 }), (value, address, bytes) => {
        const everyone = personalNames(OPEN_PLAN);
        const shown = maskedJson([{ [address]: address }, address, value], everyone, bytes);
        const text = JSON.stringify(shown);
        // What was left out is said at each level.
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(bytes + 150);
        expect(text).not.toContain(address);
        // Reading changes nothing, and no number of what was left out.
        expect(maskedAgain(shown, everyone)).toEqual(shown);
      }),
      runs(300),
    );
  });
});

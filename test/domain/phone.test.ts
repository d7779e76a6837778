import { describe, expect, it } from 'vitest';
import { phoneIn } from '../../domain/events/phone.ts';

describe('a phone number', () => {
  it.each([
    ['+41791234567', '+41791234567'],
    ['+49 (30) 90-18.20', '+4930901820'],
    ['+41 (0)79 123 45 67', '+41791234567'],
    ['+41(0)791234567', '+41791234567'],
    ['(+44) (0) 20 7946 0000', '+442079460000'],
    // Only right after the country code is it the zero that is dialled at home.
    ['+49 30 (0) 901820', '+49300901820'],
  ])('%s is %s', (written, number) => {
    expect(phoneIn(written)).toBe(number);
  });

  it.each(['079 123 45 67', '0041791234567', '+41', '+41 79 CALL ME', `+${'1'.repeat(40)}`, 41_791_234_567, null])(
    '%s is none',
    (written) => {
      expect(phoneIn(written)).toBeUndefined();
    },
  );
});

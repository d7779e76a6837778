import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utf8Length } from '../../domain/json.ts';
import { fromStoredText, type StoredText, toStoredText } from '../../domain/state/stored-text.ts';
import { runs } from '../support/runs.ts';

const sizeOf = (stored: StoredText) => (typeof stored === 'string' ? utf8Length(stored) : stored.length);
const unitsOf = (bytes: number) => Math.ceil(bytes / 1_024);

/** From what nothing can be left out to what is nearly nothing but repeats. */
const text = fc.oneof(
  fc.string({ maxLength: 3_000, unit: 'grapheme' }),
  fc.tuple(fc.string({ minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 200 })).map(([s, n]) => s.repeat(n)),
);
const beside = fc.integer({ min: 0, max: 1_500 });

describe('a stored text', () => {
  it('is the text again', () => {
    fc.assert(
      fc.property(text, beside, (value, bytes) => {
        expect(fromStoredText(toStoredText(value, bytes))).toBe(value);
      }),
      runs(200),
    );
  });

  it('never takes more write units than the text, and is deflated only where it takes fewer', () => {
    fc.assert(
      fc.property(text, beside, (value, bytes) => {
        const stored = toStoredText(value, bytes);
        const [is, plain] = [unitsOf(sizeOf(stored) + bytes), unitsOf(utf8Length(value) + bytes)];
        if (typeof stored === 'string') expect(is).toBe(plain);
        else expect(is).toBeLessThan(plain);
      }),
      runs(200),
    );
  });

  it('stays readable by the eye as long as the item has one unit anyway', () => {
    const value = 'tea '.repeat(200);
    expect(toStoredText(value, 1_024 - 800)).toBe(value);
    expect(toStoredText(value, 1_024 - 799)).toBeInstanceOf(Uint8Array);
  });

  it('is refused when it was not deflated by us', () => {
    expect(() => fromStoredText(new Uint8Array([0xff, 1, 2, 3]))).toThrow();
  });
});

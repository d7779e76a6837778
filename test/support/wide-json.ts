import fc from 'fast-check';

const leaf = fc.oneof(
  fc.constantFrom([], {}, null, true, '字'.repeat(70), '"'.repeat(70), 'x'.repeat(1_000)),
  fc.integer(),
  fc.string({ unit: 'grapheme', maxLength: 80 }),
);
const level = (inner: fc.Arbitrary<unknown>) =>
  fc.oneof(
    leaf,
    fc.array(inner, { maxLength: 6 }),
    fc.tuple(inner, fc.nat({ max: 30 })).map(([value, length]) => Array(length).fill(value)),
    fc.dictionary(fc.string({ maxLength: 80 }), inner, { maxKeys: 6 }),
  );

/** Parsed JSON of six levels with many long and many empty parts, as somebody would send it who wants to fill a store. */
export const wideJson: fc.Arbitrary<unknown> = level(level(level(level(level(leaf)))));

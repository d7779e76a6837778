import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arnPattern, wildcard } from '../../../local/cloud/permissions/wildcard.ts';

describe('a wildcard', () => {
  it.each([
    ['*', 'anything: at/all', true],
    ['a*', 'a', true],
    ['a*', 'a/b:c\nd', true],
    ['a*c', 'abbc', true],
    ['a*c', 'abcd', false],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['a?c', 'abbc', false],
    // Nothing else in a pattern means anything but itself.
    ['a.c', 'abc', false],
    ['a+(b)[c]$', 'a+(b)[c]$', true],
    ['abc', 'Abc', false],
  ])('%s and %j: %s', (pattern, text, expected) => {
    expect(wildcard(pattern)(text)).toBe(expected);
  });

  it('without `*` and `?` means itself and nothing else', () => {
    const plain = fc.string().filter((text) => !/[*?]/.test(text));
    fc.assert(fc.property(plain, plain, (a, b) => wildcard(a)(b) === (a === b)));
    fc.assert(fc.property(plain, (a) => wildcard(a)(a)));
  });

  it('stands for whatever comes in its place', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (a, any, b) =>
        wildcard(`${plain(a)}*${plain(b)}`)(plain(a) + any + plain(b)),
      ),
    );
  });
});

describe('an arn', () => {
  const queue = 'arn:aws:sqs:eu-central-1:000000000000:live';
  it.each([
    [queue, queue, true],
    ['*', queue, true],
    ['arn:aws:sqs:*:*:live', queue, true],
    ['arn:aws:sqs:*:live', queue, false],
    // A wildcard ends with its field …
    ['arn:aws:s*:live', queue, false],
    // … except in the last, which has colons and slashes of its own.
    ['arn:aws:logs:*:*:log-group:x:*', 'arn:aws:logs:eu-central-1:1:log-group:x:log-stream:a/b', true],
    ['arn:aws:s3:::bucket/*', 'arn:aws:s3:::bucket/a/b:c', true],
    ['arn:aws:s3:::bucket/*', 'arn:aws:s3:::bucket', false],
    ['arn:aws:s3:::bucket', 'arn:aws:s3:::bucket/key', false],
    // Missing fields stand for anything.
    ['arn:aws:sqs', queue, true],
    ['arn:aws:sqs:eu-central-1:000000000000:Live', queue, false],
  ])('%s and %s: %s', (pattern, arn, expected) => {
    expect(arnPattern(pattern)(arn)).toBe(expected);
  });
});

const plain = (text: string) => text.replace(/[*?]/g, '');

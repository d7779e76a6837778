import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  LONGEST_CONTENT,
  rememberedOpener,
  rememberedTokens,
  sealedTokens,
} from '../../lambdas/delivery/sealed-tokens.ts';

const tokens = sealedTokens(new Uint8Array(32).fill(7));
const content = { user: 'k#ada', address: 'ada@example.com' };

test('what was sealed for a purpose is opened for it, and always gets the same token', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer())), (sealed) => {
      const token = tokens.seal('click', sealed);
      expect(token).toMatch(/^[\w-]+$/);
      expect(tokens.seal('click', sealed)).toBe(token);
      expect(tokens.open('click', token)).toEqual({ ...sealed });
    }),
  );
});

test('a token tells nobody what is in it', () => {
  const token = tokens.seal('preferences', content);
  expect(Buffer.from(token.slice(1), 'base64url').toString('latin1')).not.toContain('ada');
});

test('a token of another purpose, or of another secret, is none', () => {
  const token = tokens.seal('click', content);
  expect(tokens.open('preferences', token)).toBeUndefined();
  expect(sealedTokens(new Uint8Array(32).fill(8)).open('click', token)).toBeUndefined();
});

test('a token with any one character changed, left out or added is none', () => {
  const token = tokens.seal('click', content);
  const characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=. \n';
  for (let i = 0; i < token.length; i++) {
    const [before, after] = [token.slice(0, i), token.slice(i + 1)];
    expect(tokens.open('click', before + after)).toBeUndefined();
    for (const other of characters) {
      expect(tokens.open('click', before + other + token.slice(i))).toBeUndefined();
      if (other !== token[i]) expect(tokens.open('click', before + other + after)).toBeUndefined();
    }
  }
});

test('nonsense is none, however long', () => {
  fc.assert(fc.property(fc.string({ maxLength: 200 }), (text) => tokens.open('click', text) === undefined));
  fc.assert(fc.property(fc.base64String({ maxLength: 200 }), (text) => tokens.open('click', `A${text}`) === undefined));
  for (const text of ['', 'A', `A${'a'.repeat(38)}`, 'A'.repeat(1_000_000)])
    expect(tokens.open('click', text)).toBeUndefined();
});

test('the longest content is sealed and opened, and what is longer is refused at once', () => {
  const longest = { link: 'x'.repeat(LONGEST_CONTENT - '{"link":""}'.length) };
  const token = tokens.seal('click', longest);
  expect(token.length).toBeLessThan(4_000);
  expect(tokens.open('click', token)).toEqual(longest);
  expect(() => tokens.seal('click', { link: `${longest.link}x` })).toThrow(RangeError);
});

test('a worker reads the secret once, and asks again as long as there is none', async () => {
  const reads: string[] = [];
  let secret: Uint8Array | undefined;
  const opener = rememberedOpener({
    find: () => {
      reads.push('find');
      return Promise.resolve(secret);
    },
  });
  const sealing = rememberedTokens({
    findOrMake: () => {
      reads.push('make');
      secret = new Uint8Array(32).fill(9);
      return Promise.resolve(secret);
    },
  });
  expect((await opener()).open('click', tokens.seal('click', content))).toBeUndefined();
  const token = (await sealing()).seal('click', content);
  await sealing();
  expect((await opener()).open('click', token)).toEqual(content);
  await opener();
  expect(reads).toEqual(['find', 'make', 'find']);
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const page = new URL('../../docs/local-cloud.md', import.meta.url);
const text = readFileSync(page, 'utf8').replace(/\s+/g, ' ');

/** Every test that the page names, with the file it is said to be in. */
const named = [...text.matchAll(/\]\((\.\.\/test\/[^)]+)\)((?:,? “[^”]+”)+)/g)].flatMap(([, file = '', titles = '']) =>
  [...titles.matchAll(/“([^”]+)”/g)].map(([, title = '']) => ({ file, title })),
);

/** Titles in which a quote had to be escaped are found too. */
const sourceOf = (file: string) => readFileSync(new URL(file, page), 'utf8').replaceAll("\\'", "'");

describe('what the page on the local cloud says of AWS', () => {
  it('is shown by tests that are there', () => {
    expect(named.length).toBeGreaterThan(80);
    expect(named.filter(({ file, title }) => !sourceOf(file).includes(title))).toEqual([]);
  });

  it('has a test in every row of what is imitated', () => {
    const rows = readFileSync(page, 'utf8')
      .replace(/## What it does not do[\s\S]*/, '')
      .split('\n')
      .filter((line) => line.startsWith('| ') && !/^\| (AWS|---)/.test(line));
    expect(rows.length).toBeGreaterThan(35);
    expect(rows.filter((row) => !/\.test\.ts\) “/.test(row))).toEqual([]);
  });
});

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { build } from 'esbuild';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { jsonLog, LOG, type LogCode } from '../../lambdas/runtime/log.ts';
import { withNeutralErrors } from '../../lambdas/runtime/neutral-errors.ts';
import { functionEntries } from '../../lib/house/bundle.ts';

const codes = Object.keys(LOG) as LogCode[];

const written = { warn: vi.spyOn(console, 'warn'), error: vi.spyOn(console, 'error') };
for (const spy of Object.values(written)) spy.mockImplementation(() => undefined);
afterEach(() => vi.clearAllMocks());
const linesOf = (level: 'warn' | 'error') => written[level].mock.calls.map(([line]) => JSON.parse(line as string));

describe('a line of the log', () => {
  it('is one JSON object, at the level of its code', () => {
    jsonLog('user-put-back', { hops: 2, inputs: 3 });
    jsonLog('send-refused', { sendId: 'abc_7_0', reason: 'MessageRejected' });
    expect(linesOf('warn')).toEqual([
      { level: 'WARN', code: 'user-put-back', message: LOG['user-put-back'].message, hops: 2, inputs: 3 },
    ]);
    expect(linesOf('error')).toEqual([
      expect.objectContaining({ level: 'ERROR', code: 'send-refused', sendId: 'abc_7_0', reason: 'MessageRejected' }),
    ]);
  });

  it('holds no field its code does not have', () => {
    const more: object = { error: 'TimeoutError', userId: 'ada' };
    jsonLog('ingest-failed', more);
    expect(linesOf('error')).toEqual([
      { level: 'ERROR', code: 'ingest-failed', message: LOG['ingest-failed'].message, error: 'TimeoutError' },
    ]);
  });

  it('holds nothing that could be a sentence or an address, whoever called an error that', () => {
    for (const error of ['ada@shop.example', 'No such user: Ada', '+49 30 901820', 'x'.repeat(65), ''])
      jsonLog('ingest-failed', { error });
    expect(linesOf('error').map(({ error }) => error)).toEqual(Array(5).fill('unprintable'));
  });
});

describe('an error that leaves a handler', () => {
  const failing = (error: unknown) => withNeutralErrors(() => Promise.reject(error), jsonLog)({});

  it('says nothing of what it quoted', async () => {
    const quoting = await Promise.resolve('Ada Lovelace')
      .then(JSON.parse)
      .catch((error: unknown) => error);
    expect(String(quoting)).toContain('Ada');
    const escaped = await failing(quoting).catch((error: Error) => error);
    expect(`${escaped} ${(escaped as Error).stack} ${JSON.stringify(escaped)}`).not.toContain('Ada');
    expect((escaped as Error).name).toBe('InvocationFailed');
  });

  it('is told of by its name and its places in the bundle, however many lines its message has', async () => {
    const error = new RangeError('ada@shop.example\n    at ada@shop.example (/home/ada.mjs:1:1)');
    error.stack = `${error}\n    at reduce (file:///var/task/index.mjs:1:2345)\n    at /var/task/index.mjs:3:4`;
    await expect(failing(error)).rejects.toThrow();
    expect(linesOf('error')).toEqual([
      expect.objectContaining({
        code: 'invocation-failed',
        error: 'RangeError',
        at: ['index.mjs:1:2345', 'index.mjs:3:4'],
      }),
    ]);
  });

  it('can be anything', async () => {
    await expect(failing('Ada')).rejects.toThrow('The line before this one');
    expect(JSON.stringify(linesOf('error'))).not.toContain('Ada');
  });
});

/** The codes that the files of a function's bundle log. */
async function codesOfFunctions(): Promise<Map<string, LogCode[]>> {
  const bundled = await Promise.all(
    functionEntries().map(async (entry) => {
      const { metafile } = await build({
        entryPoints: [entry],
        bundle: true,
        packages: 'external',
        write: false,
        metafile: true,
        format: 'esm',
        platform: 'node',
      });
      const texts = Object.keys(metafile.inputs)
        .filter((file) => !file.endsWith('runtime/log.ts'))
        .map((file) => readFileSync(file, 'utf8'));
      const own = codes.filter((code) => texts.some((text) => new RegExp(`log\\([^)]*'${code}'`).test(text)));
      return [basename(entry, '.entry.ts'), own] as const;
    }),
  );
  return new Map(bundled);
}

describe('the catalogue', () => {
  /** Rows of the tables in docs/logs.md: code, level, fields, functions, what to do. */
  const rows = [...readFileSync(new URL('../../docs/logs.md', import.meta.url), 'utf8').matchAll(/^\| `.*$/gm)].map(
    ([row]) =>
      row
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim().replaceAll('`', '')),
  );

  it('stands in docs/logs.md, every code with its level, its fields and who writes it', async () => {
    const functions = await codesOfFunctions();
    const writers = (code: LogCode) => [...functions].flatMap(([name, own]) => (own.includes(code) ? [name] : []));
    const expected = codes.map((code) => [
      code,
      LOG[code].level,
      Object.keys(LOG[code].fields).join(', '),
      writers(code).sort().join(', '),
    ]);
    expect(rows.map((row) => row.slice(0, 4)).sort()).toEqual(expected.sort());
  });

  it('has no code that nobody writes', async () => {
    const used = new Set([...(await codesOfFunctions()).values()].flat());
    expect(codes.filter((code) => !used.has(code))).toEqual([]);
  });

  it('says of each what to do', () => {
    for (const [code, , , , advice = ''] of rows) expect(advice.length, code).toBeGreaterThan(20);
  });
});

describe('functions', () => {
  it('write to no other log than this', async () => {
    const { metafile } = await build({
      entryPoints: functionEntries(),
      bundle: true,
      packages: 'external',
      write: false,
      outdir: 'nowhere',
      metafile: true,
      format: 'esm',
      platform: 'node',
    });
    const printing = Object.keys(metafile.inputs).filter((file) =>
      /console\.|process\.std/.test(readFileSync(file, 'utf8')),
    );
    expect(printing).toEqual(['lambdas/runtime/log.ts']);
  });

  it('let no error out as it is', () => {
    for (const entry of functionEntries())
      expect(readFileSync(entry, 'utf8'), entry).toMatch(/export const handler = withNeutralErrors\(/);
  });
});

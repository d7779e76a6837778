import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { bundleFunctions, functionEntries } from '../../lib/house/bundle.ts';
import { emptyDirectory } from './directories.ts';

const sdk = new URL('../../node_modules/@aws-sdk/client-sqs', import.meta.url).pathname;

function entry(name: string, text: string): string {
  const folder = join(emptyDirectory(), 'greetings');
  mkdirSync(folder);
  const file = join(folder, `${name}.entry.ts`);
  writeFileSync(file, text);
  return file;
}

describe('bundling', () => {
  it('makes a folder with a module for each entry, named after it', async () => {
    const outdir = emptyDirectory();
    const entries = [
      entry('greet', 'export const handler = (name: string): string => ["Hello", name].join(" ");'),
      entry('say-bye', "import { basename } from 'node:path'; export const handler = () => basename('/good/bye');"),
    ];
    expect(bundleFunctions({ entries, outdir })).toBe(outdir);
    expect(readdirSync(outdir).sort()).toEqual(['greet', 'say-bye']);
    const { handler } = await import(pathToFileURL(join(outdir, 'greet', 'index.mjs')).href);
    expect(handler('Ada')).toBe('Hello Ada');
  });

  it('brings the SDK along, without the credential chain that never runs in a function', () => {
    const outdir = emptyDirectory();
    const client = `import { SQSClient } from '${sdk}'; export const handler = () => new SQSClient({});`;
    bundleFunctions({ entries: [entry('queue', client)], outdir });
    const text = readFileSync(join(outdir, 'queue', 'index.mjs'), 'utf8');
    expect({
      ours: text.includes('The environment holds no AWS credentials'),
      chain: text.includes('sso_session'),
      loadedLater: /(from|import)\s*["']@(aws-sdk|smithy)/.test(text),
    }).toEqual({ ours: true, chain: false, loadedLater: false });
    expect(text.length).toBeLessThan(400 * 1024);
  });

  it('puts the compiler of MJML beside who uses it, where it is read when it is needed', async () => {
    const outdir = emptyDirectory();
    const mjml = new URL('../../lambdas/adapters/mjml.ts', import.meta.url).pathname;
    const compiles = `export { mjmlCompiler as handler } from '${mjml}';`;
    bundleFunctions({ entries: [entry('compile', compiles), entry('greet', 'export const handler = 1;')], outdir });
    expect(readdirSync(join(outdir, 'compile')).sort()).toEqual(['index.mjs', 'mrml_wasm_bg.wasm']);
    expect(readdirSync(join(outdir, 'greet'))).toEqual(['index.mjs']);
    const { handler } = await import(pathToFileURL(join(outdir, 'compile', 'index.mjs')).href);
    expect((await handler())('<mjml><mj-body></mj-body></mjml>')).toMatchObject({ outcome: 'compiled' });
  });

  it('leaves a module alone that has not changed, for a running cloud may be reading it', () => {
    const outdir = emptyDirectory();
    const entries = [entry('greet', 'export const handler = () => 1;')];
    bundleFunctions({ entries, outdir });
    const before = statSync(join(outdir, 'greet', 'index.mjs'));
    bundleFunctions({ entries, outdir });
    const after = statSync(join(outdir, 'greet', 'index.mjs'));
    expect(after.ino).toBe(before.ino);
    expect(readdirSync(join(outdir, 'greet'))).toEqual(['index.mjs']);
  });

  it('finds the entries of all functions', () => {
    const names = functionEntries().map((file) => file.replace(/^.*\/(.*)\.entry\.ts$/, '$1'));
    expect(names.sort()).toEqual([
      'advance',
      'api',
      'archive',
      'call',
      'census',
      'deliver-email',
      'dispatch',
      'ingest',
      'messages',
      'preferences',
      'receipts',
      'redeliver',
      'sweep',
      'tracking',
    ]);
  });
});

import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The suffix that makes a file the entry of a function; what stands before it is the function's name. */
const suffix = '.entry.ts';

/** What bundled CommonJS code asks for and ESM does not have. */
const banner = "import{createRequire as __createRequire}from'module';const require=__createRequire(import.meta.url);";

/** Every function's entry file under `lambdas/`. */
export function functionEntries(): string[] {
  const lambdas = join(root, 'lambdas');
  const files = readdirSync(lambdas, { recursive: true, encoding: 'utf8' });
  return files.filter((file) => file.endsWith(suffix)).map((file) => join(lambdas, file));
}

/** What a package reads at run time lies beside the bundle it is in: WASM in a bundle would be read by every cold start. */
const BESIDE = [{ of: 'mrml/web/mrml_wasm.js', file: 'mrml/web/mrml_wasm_bg.wasm' }];
const require = createRequire(import.meta.url);

export interface BundleOptions {
  readonly entries?: readonly string[];
  readonly outdir?: string;
}

/**
 * Bundles each entry into `<outdir>/<name>/index.mjs`, the SDK included: an ESM bundle of what is used loads several
 * times faster than the unbundled SDK of the runtime, and its version is ours.
 * @returns the directory, to be handed to `createPerennial`.
 */
export function bundleFunctions(options: BundleOptions = {}): string {
  const { entries = functionEntries(), outdir = join(root, 'dist', 'lambdas') } = options;
  const { outputFiles, metafile } = buildSync({
    metafile: true,
    entryPoints: entries.map((entry) => ({ in: entry, out: join(basename(entry, suffix), 'index') })),
    outdir,
    write: false,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    // The functions run on Node 24; the laptop's cloud runs the same bundles on what is there.
    target: 'node20',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    banner: { js: banner },
    alias: {
      // The default chain brings SSO, INI files and more; a function has its credentials in the environment.
      '@aws-sdk/credential-provider-node': join(root, 'lambdas', 'adapters', 'environment-credentials.ts'),
    },
    logLevel: 'warning',
  });
  for (const { path, contents } of outputFiles) writeIfChanged(path, contents);
  for (const [path, { inputs }] of Object.entries(metafile.outputs))
    for (const { of, file } of BESIDE)
      if (Object.keys(inputs).some((input) => input.endsWith(of)))
        writeIfChanged(join(dirname(path), basename(file)), readFileSync(require.resolve(file)));
  return outdir;
}

/** A local cloud that is running may be loading these files: they are replaced whole, and only when they differ. */
function writeIfChanged(path: string, contents: Uint8Array): void {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, contents);
  renameSync(unfinished, path);
}

import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

let source: string | undefined;

/**
 * The worker's code as one piece of plain JavaScript, built once per process, so that a thread starts the same
 * whether the main thread runs TypeScript by a loader, by a test runner or as plain JavaScript.
 */
export function workerSource(): string {
  source ??= build();
  return source;
}

function build(): string {
  const entry = fileURLToPath(new URL('./entry.ts', import.meta.url));
  const { outputFiles } = buildSync({
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: 'node',
    // A worker started from source text is a CommonJS script; `import()` still loads the function's ES module.
    format: 'cjs',
    target: 'node20',
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}

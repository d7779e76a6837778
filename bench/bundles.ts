import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LocalPerennial } from '../local/perennial.ts';
import { percentile } from './percentile.ts';

const RUNS = 9;
const BUNDLES = fileURLToPath(new URL('../dist/lambdas', import.meta.url));

/** Imports a bundle in a process of its own and prints the milliseconds that took. */
const PROBE = `const t=performance.now();await import(process.argv[1]);process.stdout.write(String(performance.now()-t))`;

/** Bytes of each function's bundle and the median time to import it in a fresh process, with the stacks' settings. */
export async function bundleFigures(
  perennial: LocalPerennial,
): Promise<Record<string, { bytes: number; importMs: number }>> {
  const env = { ...settingsOf(perennial), AWS_REGION: 'eu-central-1', NODE_NO_WARNINGS: '1' };
  const figures: Record<string, { bytes: number; importMs: number }> = {};
  for (const name of readdirSync(BUNDLES)) {
    const file = join(BUNDLES, name, 'index.mjs');
    const importMs = () =>
      Number(execFileSync(process.execPath, ['--input-type=module', '-e', PROBE, file], { encoding: 'utf8', env }));
    const sample = Array.from({ length: RUNS }, importMs);
    figures[name] = { bytes: statSync(file).size, importMs: percentile(sample, 0.5) };
  }
  return figures;
}

/** What the stacks give to their functions, all together: an entry reads its own from it. */
function settingsOf({ cloud }: LocalPerennial): Record<string, string> {
  const functions = cloud.resources.filter(({ type }) => type === 'AWS::Lambda::Function');
  return Object.assign(
    {},
    ...functions.map(({ properties }) => (properties.Environment as { Variables: object }).Variables),
  );
}

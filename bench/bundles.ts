import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LocalPerennial } from '../local/perennial.ts';
import { percentile } from './percentile.ts';

const RUNS = 9;
const BUNDLES = fileURLToPath(new URL('../dist/lambdas', import.meta.url));

/** Imports a bundle in a process of its own and prints the milliseconds that took. */
const PROBE = `const t=performance.now();await import(process.argv[1]);process.stdout.write(String(performance.now()-t))`;

/** Bytes of each function's bundle and the median time to import it in a fresh process, with its own environment. */
export async function bundleFigures(
  perennial: LocalPerennial,
): Promise<Record<string, { bytes: number; importMs: number }>> {
  const figures: Record<string, { bytes: number; importMs: number }> = {};
  for (const [name, variables] of environments(perennial)) {
    const file = join(BUNDLES, name, 'index.mjs');
    const importMs = () =>
      Number(
        execFileSync(process.execPath, ['--input-type=module', '-e', PROBE, file], {
          encoding: 'utf8',
          env: { ...variables, AWS_REGION: 'eu-central-1', NODE_NO_WARNINGS: '1' },
        }),
      );
    const sample = Array.from({ length: RUNS }, importMs);
    figures[name] = { bytes: statSync(file).size, importMs: percentile(sample, 0.5) };
  }
  return figures;
}

/** What the stacks give each function, by the function's name. */
function environments({ cloud }: LocalPerennial): [string, Record<string, string>][] {
  return cloud.resources
    .filter(({ type }) => type === 'AWS::Lambda::Function')
    .map(({ properties }) => {
      const { Variables } = properties.Environment as { Variables: Record<string, string> };
      return [String(Variables.PERENNIAL_FUNCTION), Variables];
    });
}

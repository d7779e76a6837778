import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stageNamed } from '../bin/stages.ts';
import { bundleFunctions } from '../lib/house/bundle.ts';
import { synthesizePerennial } from '../lib/perennial.ts';

/**
 * Bundles the functions and synthesizes the stacks of stage `local`: the same that `cdk deploy` takes, without the
 * checks of their templates, which take seconds and say the same each time.
 *
 * @returns the directory of the cloud assembly
 */
export function synthesizeLocal(outdir: string = temporaryFolder()): string {
  return synthesizePerennial({ stage: stageNamed('local'), bundles: bundleFunctions(), outdir, checks: false });
}

/** Gone when this process ends: functions are loaded from it until then. */
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { synthesizeLocal } from '../../local/synthesize.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Directory of the cloud assembly of stage `local`. */
    assembly: string;
  }
}

/** Bundles the functions and synthesizes the stacks once for all tests that run them. */
export function setup(project: TestProject): () => void {
  const outdir = mkdtempSync(join(tmpdir(), 'perennial-test-'));
  project.provide('assembly', synthesizeLocal(outdir));
  return () => rmSync(outdir, { recursive: true, force: true });
}

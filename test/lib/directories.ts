import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const made: string[] = [];
afterAll(() => {
  for (const directory of made) rmSync(directory, { recursive: true, force: true });
});

/** A new directory outside the project; gone when the tests of the file have ended. */
export function emptyDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'perennial-test-'));
  made.push(directory);
  return directory;
}

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const emptyDirectory = () => mkdtempSync(join(tmpdir(), 'perennial-test-'));

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs a command as npm does, without anybody's credentials. */
const run = (program: string, ...options: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    const { PATH } = process.env;
    const env = { PATH, AWS_EC2_METADATA_DISABLED: 'true', AWS_CONFIG_FILE: '/nowhere' };
    execFile(process.execPath, ['--import', 'tsx', program, ...options], { cwd: root, env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });

describe('npm run doctor', () => {
  it('without a Region ends in one sentence', async () => {
    const { code, stderr } = await run('commands/doctor.ts', '--deployment', 'dev');
    expect([code, stderr]).toEqual([1, 'The deployment could not be looked up: Region is missing\n']);
  });
});

describe('npm run smoke', () => {
  it('where nothing answers prints its outcome as JSON and ends with 1', async () => {
    const { code, stdout } = await run('commands/smoke.ts', 'http://127.0.0.1:9', '--key', 'wk_nobody', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      userId: expect.stringMatching(/^perennial-smoke-[0-9a-f]{12}$/),
      counts: { ok: 0, failed: 1 },
      steps: expect.arrayContaining([expect.objectContaining({ id: 'event', outcome: 'failed' })]),
    });
  });
});

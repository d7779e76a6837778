import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command as npm does, without anybody's credentials. */
const run = (program: string, ...options: string[]): Promise<Ended> => runIn({}, program, ...options);

const runIn = (settings: Readonly<Record<string, string>>, program: string, ...options: string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const { PATH } = process.env;
    const nobody = { AWS_CONFIG_FILE: '/nowhere', AWS_SHARED_CREDENTIALS_FILE: '/nowhere' };
    const env = { PATH, AWS_EC2_METADATA_DISABLED: 'true', ...nobody, ...settings };
    execFile(process.execPath, ['--import', 'tsx', program, ...options], { cwd: root, env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });

describe('npm run doctor', () => {
  it('without a Region says what to set', async () => {
    const { code, stderr } = await run('commands/doctor.ts', '--deployment', 'dev');
    expect([code, stderr]).toEqual([
      1,
      'The deployment could not be looked up: no Region is set. Set AWS_REGION, or AWS_PROFILE to a profile with one.\n',
    ]);
  });

  it('without credentials says it to programs too', async () => {
    const { code, stdout } = await runIn(
      { AWS_REGION: 'eu-central-1' },
      ...(['commands/doctor.ts', '--deployment', 'dev', '--json'] as const),
    );
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({ problem: expect.stringContaining('Set AWS_PROFILE, or AWS_ACCESS_KEY_ID') });
  });
});

describe('npm run source', () => {
  it('without a Region says what to set', async () => {
    const { code, stderr } = await run('commands/source.ts', 'list', '--table', 'definitions');
    expect([code, stderr]).toEqual([1, expect.stringContaining('Set AWS_REGION')]);
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

describe('npm start', () => {
  it('says how it is used, and starts nothing', async () => {
    const { code, stdout, stderr } = await run('local/start.ts', '--help');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Usage: npm start/);
  });
});

describe('npm run faults', () => {
  it('refuses to try nothing', async () => {
    const { code, stderr } = await run('test/faults/command.ts', '--seeds', '0');
    expect([code, stderr.split('\n')[0]]).toEqual([2, '--seeds takes a whole number from 1 on, not "0".']);
  });
});

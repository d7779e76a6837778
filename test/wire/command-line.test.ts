import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'perennial-command-line-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly pid: number | undefined;
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program of the project as npm does, and waits until it has ended. */
const run = (program: string, ...options: string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const command = ['--import', 'tsx', program, ...options];
    const { pid } = execFile(process.execPath, command, { cwd: root }, (error, stdout, stderr) =>
      resolve({ pid, code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });

const csv = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

describe('npm start', () => {
  it('--empty --json --exit prints one line of JSON and ends well', async () => {
    const { pid, code, stdout } = await run('local/start.ts', '--empty', '--json', '--exit', '--port', '0');
    expect(code).toBe(0);
    expect(stdout.split('\n')).toHaveLength(2);
    expect(JSON.parse(stdout)).toEqual({
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      writeKey: 'wk_local',
      serverKey: 'sk_local',
      adminToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      pid,
    });
  });

  it.each([
    ['an option it does not know', ['--emty']],
    ['a port that is none', ['--port', 'x']],
    ['a clock that is no time', ['--clock', 'yesterday']],
  ])('with %s says how it is used and ends with 2', async (_what, options) => {
    const { code, stdout, stderr } = await run('local/start.ts', ...options);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Usage: npm start');
  });
});

describe('npm run replay', () => {
  it('lives a log and prints its outcome as JSON', async () => {
    const file = csv(
      'log.csv',
      'id,date,spend,note\na,2026-01-05,9.90,x\na,2026-01-05,9.90,x\nb,2026-01-20,,y\nc,2026-03-01,5,z\n',
    );
    const { code, stdout } = await run('local/replay.ts', file, '--until', '2026-02-05', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      people: 2,
      events: 3,
      stages: { 'at-risk': 0, dormant: 1, active: 1 },
      transitions: { 'new→active': 2, 'active→at-risk': 1, 'at-risk→dormant': 1 },
      due: expect.any(Number),
      seconds: expect.any(Number),
    });
  });

  it.each([
    ['no file', [], 'Usage'],
    ['a file that is not there', [join(folder, 'none.csv')], 'none.csv'],
    ['a bad date', [csv('date.csv', 'id,date\na,2026-01-05\nb,5.1.2026\n')], 'line 3'],
    ['a row without id', [csv('id.csv', 'id,date\n,2026-01-05\n')], 'line 2'],
    ['a missing column', [csv('column.csv', 'customer,day\na,2026-01-05\n')], 'column'],
    ['an amount that is none', [csv('spend.csv', 'id,date,spend\na,2026-01-05,much\n')], 'line 2'],
    ['nothing in it', [csv('empty.csv', 'id,date\n')], 'no rows'],
  ])('with %s says what is wrong and ends with 2', async (_what, options, words) => {
    const { code, stdout, stderr } = await run('local/replay.ts', ...options);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
  });
});

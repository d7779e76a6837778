import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MINUTE } from '../../domain/calendar.ts';
import { Laptop } from '../support/laptop.ts';

let laptop: Laptop;
const folder = mkdtempSync(join(tmpdir(), 'perennial-catalog-'));
beforeAll(async () => {
  laptop = await Laptop.start();
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await laptop.stop();
});

interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the API answers
  readonly json: any;
}

async function ask(method: string, path: string, body?: unknown): Promise<Answer> {
  const answer = await fetch(`${laptop.url}/api/catalog/${path}`, {
    method,
    headers: { authorization: `Bearer ${laptop.perennial.adminToken}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, json: await answer.json() };
}

const body = (stage: string) => ({ name: 'VIP', where: { stage } });
const vip = { type: 'segment', key: 'vip' };
const save = (stage: string, revision: number) => ask('PUT', 'drafts/segment/vip', { body: body(stage), revision });

const root = fileURLToPath(new URL('../..', import.meta.url));
const catalog = (...options: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    const env = { PATH: process.env.PATH, PERENNIAL_URL: laptop.url, PERENNIAL_TOKEN: laptop.perennial.adminToken };
    const command = ['--import', 'tsx', 'commands/catalog.ts', ...options];
    execFile(process.execPath, command, { cwd: root, env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });

describe('the catalog of a deployment', () => {
  it('is published by one of two who try at once; the other is told', async () => {
    await save('loyal', 0);
    const publish = { items: [vip], expect: 0 };
    const answers = await Promise.all([ask('POST', 'publish', publish), ask('POST', 'publish', publish)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(answers.find(({ status }) => status === 409)?.json).toMatchObject({ code: 'catalog_moved', number: 1 });
  });

  it('goes back under a new number', async () => {
    await save('new', 0);
    expect((await ask('POST', 'publish', { items: [vip], expect: 1 })).json).toMatchObject({ number: 2 });
    expect((await ask('POST', 'rollback', { to: 1, expect: 2 })).json).toMatchObject({ number: 3 });
    expect((await ask('GET', 'definitions/segment/vip')).json.live.body).toEqual(body('loyal'));
  });

  it('is kept in a folder by npm run catalog, and published from it', async () => {
    expect(await catalog('pull', folder)).toMatchObject({ code: 0 });
    const file = join(folder, 'segments', 'vip.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(body('loyal'));
    writeFileSync(file, JSON.stringify(body('dormnt')));
    const wrong = await catalog('push', folder, '--yes');
    expect([wrong.code, wrong.stderr]).toEqual([
      1,
      expect.stringContaining('error: segments/vip/where/stage: there is no stage “dormnt”; did you mean “dormant”?'),
    ]);
    writeFileSync(file, JSON.stringify(body('dormant')));
    const pushed = await catalog('push', folder, '--yes', '--note', 'From git');
    expect([pushed.code, pushed.stdout]).toEqual([0, expect.stringContaining('Published as release 4')]);
    expect((await ask('GET', 'releases')).json.releases[0]).toMatchObject({ number: 4, note: 'From git' });
    expect((await catalog('diff', folder)).stdout).toBe('No difference.\n');
  });

  it('is not emptied by a slip in the name of the folder, and says so when a token is of elsewhere', async () => {
    const missing = join(folder, 'shpo');
    expect(await catalog('push', missing, '--prune', '--yes')).toMatchObject({
      ...{ code: 1, stderr: `There is no folder “${missing}”.\n` },
    });
    expect((await ask('GET', 'definitions/segment/vip')).json.live.body).toEqual(body('dormant'));
    expect(await catalog('diff', folder, '--url', laptop.url, '--token', 'of.another.start')).toMatchObject({
      ...{ code: 1, stderr: expect.stringMatching(/^The token was refused: is PERENNIAL_TOKEN of this stage/) },
    });
  });
});

describe('what people call a segment', () => {
  const named = async (name: string, expected: number) => {
    await ask('PUT', 'drafts/segment/newcomers', { body: { name, where: { stage: 'new' } }, revision: 0 });
    const newcomers = { type: 'segment', key: 'newcomers' };
    const published = await ask('POST', 'publish', { items: [newcomers], expect: expected });
    await laptop.perennial.advanceTo(laptop.perennial.now() + MINUTE);
    return published.json;
  };
  interface Shown {
    readonly name: string;
    readonly segments: readonly { readonly key: string; readonly name: string; readonly reason?: string }[];
  }
  const read = async (path: string) => (await (await laptop.admin(path)).json()) as Shown;
  const shown = async () => [
    (await read('/api/segments')).segments.find(({ key }) => key === 'newcomers')?.name,
    (await read('/api/segments/newcomers')).name,
    (await read('/api/profiles/ada')).segments.map(({ name, reason }) => `${name}: ${reason}`),
  ];

  it('follows wherever it is shown, and nobody is looked at for it', async () => {
    await named('New here', 4);
    await laptop.post('/v1/track', { userId: 'ada', event: 'Product Viewed' });
    expect(await shown()).toEqual(['New here', 'New here', ['New here: in new']]);
    expect(await named('Newcomers', 5)).toMatchObject({ number: 6, job: null });
    expect(await shown()).toEqual(['Newcomers', 'Newcomers', ['Newcomers: in new']]);
  });
});

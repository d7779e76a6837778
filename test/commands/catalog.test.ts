import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CatalogApi } from '../../commands/catalog/catalog-api.ts';
import { pruneFolder, readFolder, writeFolder } from '../../commands/catalog/folder.ts';
import { type PushOptions, push } from '../../commands/catalog/push.ts';
import { targetsOf } from '../../commands/catalog/target.ts';
import { type Definition, idOf } from '../../domain/catalog/definition.ts';
import { lifecycle, segment } from '../domain/catalog/definitions.ts';

const vip = segment('vip', { stage: 'loyal' });

describe('a folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'perennial-catalog-')), 'shop');
  });
  afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

  it('has one file for each definition, and reads as it was written', () => {
    expect(readFolder(folder)).toEqual({ definitions: [], problems: [`There is no folder “${folder}”.`] });
    writeFolder(folder, [lifecycle('trial', 'paying'), vip]);
    expect(readFileSync(join(folder, 'segments', 'vip.json'), 'utf8')).toBe(
      '{\n  "name": "vip",\n  "where": {\n    "stage": "loyal"\n  }\n}\n',
    );
    expect(existsSync(join(folder, 'lifecycle.json'))).toBe(true);
    expect(readFolder(folder)).toEqual({ definitions: [lifecycle('trial', 'paying'), vip], problems: [] });
  });

  it('names the files it cannot read', () => {
    mkdirSync(join(folder, 'segments'), { recursive: true });
    mkdirSync(join(folder, '.git'));
    writeFileSync(join(folder, 'segments', 'vip.json'), '{');
    writeFileSync(join(folder, 'segments', 'Big Spenders.json'), '{}');
    writeFileSync(join(folder, 'notes.json'), '{}');
    writeFileSync(join(folder, '.git', 'config.json'), '{');
    expect(readFolder(folder).problems).toEqual([
      expect.stringContaining('notes.json: this is no place for a definition'),
      expect.stringMatching(/^segments.Big Spenders\.json: a key is up to 64 small letters/),
      expect.stringMatching(/^segments.vip\.json: .*JSON/),
    ]);
  });

  it('loses the files of what is gone, if asked', () => {
    writeFolder(folder, [vip, segment('old', { stage: 'new' })]);
    expect(pruneFolder(folder, [vip]).map(idOf)).toEqual(['segment/old']);
    expect(readFolder(folder).definitions).toEqual([vip]);
  });
});

/** A stage in memory that finds nothing wrong. */
class FakeStage implements CatalogApi {
  live: readonly Definition[] = [];
  written: (Definition & { revision: number; by: string; savedAt: string })[] = [];
  problems: Awaited<ReturnType<CatalogApi['check']>>['problems'] = [];
  readonly published: Parameters<CatalogApi['publish']>[0][] = [];

  async everything({ drafts = false } = {}) {
    const all = [...this.live, ...(drafts ? this.written : [])];
    return { number: 3, definitions: [...new Map(all.map((one) => [idOf(one), one])).values()] };
  }
  drafts = async () => this.written;
  check = async () => ({ ready: this.problems.length === 0, problems: this.problems });
  async save({ type, key, body }: Definition, revision: number) {
    const others = this.written.filter((one) => one.key !== key);
    this.written = [...others, { type, key, body, revision: revision + 1, by: 'me', savedAt: 'now' }];
  }
  async publish(wish: Parameters<CatalogApi['publish']>[0]) {
    this.published.push(wish);
    return { outcome: 'published', number: 4, job: null, backfillJob: 'backfill-4' } as const;
  }
}

const dry: PushOptions = { yes: false, prune: false, overwrite: false, startJourneys: false, fill: true };
const changed = segment('vip', { stage: 'new' });

describe('a push', () => {
  it('without --yes says what it would change, and changes nothing', async () => {
    const stage = new FakeStage();
    stage.live = [vip, segment('old', { stage: 'new' })];
    expect(await push(stage, [changed, lifecycle('trial', 'paying')], dry)).toEqual({
      ok: true,
      lines: [
        'add    lifecycle',
        'change segments/vip',
        '    - where/stage: "loyal"',
        '    + where/stage: "new"',
        'leave  segments/old (live, and not in the folder; --prune removes it)',
        'Nothing was changed; --yes publishes it.',
      ],
    });
    expect([stage.written, stage.published]).toEqual([[], []]);
  });

  it('publishes what differs on the release it was held against', async () => {
    const stage = new FakeStage();
    stage.live = [vip, segment('old', { stage: 'new' })];
    const { lines } = await push(stage, [changed], { ...dry, yes: true, prune: true, note: 'n' });
    expect(lines.at(-1)).toBe('Published as release 4; what came before is being counted (job backfill-4).');
    expect(stage.published).toEqual([
      {
        items: [{ type: 'segment', key: 'vip' }],
        remove: [{ type: 'segment', key: 'old' }],
        ...{ expect: 3, note: 'n', startJourneys: false, fill: true },
      },
    ]);
  });

  it('does not take away all there is for a folder that has nothing', async () => {
    const stage = new FakeStage();
    stage.live = [vip];
    const { ok, lines } = await push(stage, [], { ...dry, yes: true, prune: true });
    expect([ok, lines]).toEqual([false, ['The folder has no definitions: with --prune all that is live would go.']]);
    expect(stage.published).toEqual([]);
  });

  it('has nothing to do where all is there, in whatever order its members stand', async () => {
    const stage = new FakeStage();
    stage.live = [vip];
    const turned = { ...vip, body: { where: { stage: 'loyal' }, name: 'vip' } };
    expect((await push(stage, [turned], dry)).lines).toEqual(['Nothing to do: release 3 has all of it.']);
  });

  it('stops at errors', async () => {
    const stage = new FakeStage();
    stage.problems = [{ path: 'segments/vip', message: 'no', severity: 'error', code: 'invalid' }];
    const { ok, lines } = await push(stage, [vip], { ...dry, yes: true });
    expect([ok, lines.slice(-2)]).toEqual([
      false,
      ['error: segments/vip: no', 'There are errors: nothing was changed.'],
    ]);
    expect(stage.published).toEqual([]);
  });

  it('does not take the place of a draft that somebody is working on, but by --overwrite', async () => {
    const stage = new FakeStage();
    stage.written = [{ ...changed, revision: 5, by: 'Bea', savedAt: 'today' }];
    const { ok, lines } = await push(stage, [vip], { ...dry, yes: true });
    expect([ok, lines.at(-1)]).toEqual([
      false,
      'segments/vip: Bea is working on a draft of it (today); --overwrite takes its place',
    ]);
    expect((await push(stage, [vip], { ...dry, yes: true, overwrite: true })).ok).toBe(true);
    expect(stage.written).toMatchObject([{ body: vip.body, revision: 6 }]);
  });
});

describe('where a push goes', () => {
  const variables = {
    PERENNIAL_URL: 'http://a',
    PERENNIAL_TOKEN: 't',
    PERENNIAL_PROD_EU_URL: 'https://b/',
    PERENNIAL_PROD_EU_TOKEN: 'u',
  };

  it('is said by options, by variables, or by stages', () => {
    expect(targetsOf({}, variables)).toMatchObject({ targets: [{ name: 'http://a', token: 't' }] });
    expect(targetsOf({ url: 'http://c', token: 'x' }, variables)).toMatchObject({ targets: [{ url: 'http://c' }] });
    expect(targetsOf({ to: ['prod-eu'] }, variables)).toMatchObject({
      targets: [{ name: 'prod-eu', url: 'https://b/', token: 'u' }],
    });
  });

  it.each([
    [{ to: ['test'] }, 'Where is it? Set PERENNIAL_TEST_URL.'],
    [{ to: ['prod-eu'], url: 'http://c' }, 'Say stages with --to, or one place with --url and --token.'],
    [{ token: '' }, 'The token is empty. Set PERENNIAL_TOKEN, or say --token.'],
    [{ url: 'shop' }, '"shop" is no URL of a stage, such as https://api.example.com.'],
  ])('is asked for when %j does not say it', (options, message) => {
    expect(targetsOf(options, variables)).toEqual({ outcome: 'problem', message });
  });
});

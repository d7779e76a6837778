import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

/**
 * What each release has left behind in people's accounts, in `test/golden/v<version>/`: its templates and what it stored
 * and had in flight. Never changed once the release has its tag: it stands for what is out there.
 *
 *     npm run golden
 *
 * writes it for the version in package.json.
 */
const golden = new URL('../golden/', import.meta.url);

/** The version to be written; undefined when nothing is. */
export const releaseToWrite: string | undefined = process.env.PERENNIAL_GOLDEN;

/** The versions there are, such as `0.1.0`; none while one is being written. */
export const releases: readonly string[] = readdirSync(golden)
  .filter((name) => /^v\d/.test(name) && releaseToWrite === undefined)
  .map((name) => name.slice(1))
  .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));

type Part = 'stage' | 'data.template' | 'engine.template' | 'stored';

/** @throws when the release has not left that part. */
export const readPart = <T>(version: string, part: Part): T =>
  JSON.parse(readFileSync(new URL(`v${version}/${part}.json`, golden), 'utf8')) as T;

export function writePart(version: string, part: Part, content: unknown): void {
  mkdirSync(new URL(`v${version}/`, golden), { recursive: true });
  writeFileSync(new URL(`v${version}/${part}.json`, golden), `${JSON.stringify(content, null, 1)}\n`);
}

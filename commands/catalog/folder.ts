import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import {
  byPlace,
  type Definition,
  definitionAt,
  idOf,
  isOneOfAKind,
  placeOf,
} from '../../domain/catalog/definition.ts';
import { keySchema } from '../../domain/catalog/fields.ts';

/** Definitions on disk, one JSON file each: `segments/vip.json`, `settings.json`. */
export interface Folder {
  readonly definitions: readonly Definition[];
  /** Files that cannot be read, with why. */
  readonly problems: readonly string[];
}

/** Reads a folder of definitions. One that is not there is a problem and not empty: what is empty can be pushed. */
export function readFolder(directory: string): Folder {
  const files = filesIn(directory);
  if (files === undefined) return { definitions: [], problems: [`There is no folder “${directory}”.`] };
  const read = files.map((file) => readDefinitionFile(directory, file));
  return {
    definitions: read.flatMap((one) => (typeof one === 'string' ? [] : [one])).sort(byPlace),
    problems: read.filter((one) => typeof one === 'string'),
  };
}

function readDefinitionFile(directory: string, file: string): Definition | string {
  const place = file.split(sep).join('/').slice(0, -'.json'.length);
  const name = definitionAt(place);
  if (name === undefined)
    return `${file}: this is no place for a definition; there are settings.json, lifecycle.json and segments/, topics/, brands/, snippets/, places/, templates/, journeys/, campaigns/`;
  // Checked here and not by the stage: by the file's name people find it, and only once.
  const wrong = isOneOfAKind(name.type) ? undefined : keySchema.safeParse(name.key).error?.issues[0]?.message;
  if (wrong !== undefined) return `${file}: ${wrong}`;
  try {
    return { ...name, body: JSON.parse(readFileSync(join(directory, file), 'utf8')) };
  } catch (error) {
    return `${file}: ${(error as Error).message}`;
  }
}

/** All JSON files, relative to the folder; undefined if there is none. What begins with a dot, such as .git, is not ours. */
function filesIn(directory: string): string[] | undefined {
  const all = (at: string): string[] =>
    readdirSync(at, { withFileTypes: true })
      .filter(({ name }) => !name.startsWith('.'))
      .flatMap((entry) => {
        const path = join(at, entry.name);
        if (entry.isDirectory()) return all(path);
        return entry.name.endsWith('.json') ? [relative(directory, path)] : [];
      });
  try {
    return all(directory).sort();
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes definitions as the folder's files, always in the same form, so that git shows only what was changed. */
export function writeFolder(directory: string, definitions: readonly Definition[]): void {
  for (const definition of definitions) {
    const path = fileOf(directory, definition);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${JSON.stringify(definition.body, null, 2)}\n`);
  }
}

/** Takes away the files of definitions that are not among these; answers with them. */
export function pruneFolder(directory: string, kept: readonly Definition[]): readonly Definition[] {
  const ids = new Set(kept.map(idOf));
  const gone = readFolder(directory).definitions.filter((one) => !ids.has(idOf(one)));
  for (const definition of gone) rmSync(fileOf(directory, definition));
  return gone;
}

const fileOf = (directory: string, definition: Definition): string =>
  join(directory, ...`${placeOf(definition)}.json`.split('/'));

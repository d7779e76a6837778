import { byPlace, type Definition, idOf, placeOf } from '../../domain/catalog/definition.ts';
import { type Difference, differencesBetween } from '../../domain/catalog/differences.ts';
import type { Json } from '../../domain/json.ts';

/** What a folder has otherwise than a stage. */
export interface Comparison {
  /** New or changed in the folder. */
  readonly changed: readonly ChangedDefinition[];
  /** Live, and not in the folder. */
  readonly missing: readonly Definition[];
}

export interface ChangedDefinition extends Definition {
  readonly change: 'added' | 'changed';
  readonly differences: readonly Difference[];
}

export function compare(folder: readonly Definition[], live: readonly Definition[]): Comparison {
  const there = new Map(live.map((definition) => [idOf(definition), definition]));
  const here = new Set(folder.map(idOf));
  return {
    changed: folder.toSorted(byPlace).flatMap((definition): ChangedDefinition[] => {
      const known = there.get(idOf(definition));
      if (known === undefined) return [{ ...definition, change: 'added', differences: [] }];
      const differences = differencesBetween(known.body as Json, definition.body as Json, '');
      return differences.length === 0 ? [] : [{ ...definition, change: 'changed', differences }];
    }),
    missing: live.filter((definition) => !here.has(idOf(definition))),
  };
}

/** For people: what was added, changed and removed, and of what was changed each place with what was and what will be. */
export function linesOf({ changed }: Pick<Comparison, 'changed'>, removed: readonly Definition[]): string[] {
  return [
    ...changed.flatMap((one) => [
      `${one.change === 'added' ? 'add   ' : 'change'} ${placeOf(one)}`,
      ...one.differences.flatMap(({ path, before, after }) => [
        ...(before === undefined ? [] : [`    - ${shown(path, before)}`]),
        ...(after === undefined ? [] : [`    + ${shown(path, after)}`]),
      ]),
    ]),
    ...removed.map((one) => `remove ${placeOf(one)}`),
  ];
}

/** A line is for reading; templates have thousands of characters. */
const LONGEST = 200;

function shown(path: string, value: Json): string {
  const text = JSON.stringify(value);
  return `${path.slice(1) || '(all of it)'}: ${text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}… (${text.length} characters)`}`;
}

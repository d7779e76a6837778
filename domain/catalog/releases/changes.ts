import type { DefinitionName } from '../definition.ts';
import { byPlace, idOf } from '../definition.ts';
import type { CheckedDefinition } from '../schemas.ts';
import type { Release } from './release.ts';

export interface DefinitionChange extends DefinitionName {
  readonly change: 'added' | 'changed' | 'removed';
}

/** What a release does to the one before it. */
export interface Changes {
  /** Sorted by place. */
  readonly definitions: readonly DefinitionChange[];
  /** Whether somebody may be in another stage or segment by it, or enter a journey: everybody has to be looked at. */
  readonly needsReconcile: boolean;
  /** Ids of counters for which what was received before has to be counted from the lake. */
  readonly backfill: readonly number[];
}

/** A release with what its items say. */
export interface ReleaseContent {
  readonly release: Release;
  readonly definitions: readonly CheckedDefinition[];
}

export function changesOf(previous: Release | undefined, next: Release): Changes {
  const { number, reconcile, registry } = next;
  return {
    definitions: changedDefinitions(previous, next),
    needsReconcile: reconcile === number,
    backfill: registry.counters.flatMap(({ id, backfill }) => (backfill === number ? [id] : [])),
  };
}

/** Whether somebody may be in another stage or segment by what follows, or enter a journey at another time. */
export const decideOtherwise = (before: readonly CheckedDefinition[], after: readonly CheckedDefinition[]): boolean =>
  deciding(before) !== deciding(after);

/** Whether stages or segments mean something else. */
export const meansOtherwise = (before: readonly CheckedDefinition[], after: readonly CheckedDefinition[]): boolean =>
  deciding(before.filter(isOfPeople)) !== deciding(after.filter(isOfPeople));

const isOfPeople = ({ type }: CheckedDefinition) => type === 'segment' || type === 'lifecycle';

const deciding = (definitions: readonly CheckedDefinition[]) =>
  JSON.stringify(definitions.flatMap((definition) => decidingPart(definition) ?? []));

/** What was added, changed and removed between two releases. */
export function changedDefinitions(previous: Release | undefined, next: Release): readonly DefinitionChange[] {
  const before = new Map(previous?.items.map((item) => [idOf(item), item]) ?? []);
  const after = new Map(next.items.map((item) => [idOf(item), item]));
  return [
    ...[...after].flatMap(([id, { type, key, part }]): DefinitionChange[] => {
      const known = before.get(id);
      if (known === undefined) return [{ type, key, change: 'added' }];
      return known.part === part ? [] : [{ type, key, change: 'changed' }];
    }),
    ...[...before].flatMap(([id, { type, key }]): DefinitionChange[] =>
      after.has(id) ? [] : [{ type, key, change: 'removed' }],
    ),
  ].sort(byPlace);
}

/** What takes people in by time alone: everybody has to be asked when theirs comes. */
const BY_TIME: ReadonlySet<string> = new Set(['stage-for', 'inactivity', 'date']);

/** As much of a definition as decides who is where: another name or description changes nobody. */
function decidingPart({ type, key, body }: CheckedDefinition): unknown {
  switch (type) {
    case 'segment':
      return { key, where: body.where };
    case 'lifecycle':
      return {
        ...body,
        stages: body.stages.map(({ name, when, away }) => ({ name, when, away })),
      };
    case 'journey': {
      const entries = body.entries.filter((entry) => BY_TIME.has(entry.type));
      return entries.length > 0 ? { key, entries } : undefined;
    }
    default:
      return undefined;
  }
}

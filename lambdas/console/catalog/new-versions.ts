import { checkMoves } from '../../../domain/catalog/checks/moves.ts';
import { placeOf } from '../../../domain/catalog/definition.ts';
import { type Problem, warning } from '../../../domain/catalog/problems/problem.ts';
import { isRunning, journeyIn, type Moves, registeredJourney } from '../../../domain/catalog/releases/journeys.ts';
import type { Release } from '../../../domain/catalog/releases/release.ts';
import { asChecked, type CheckedDefinition } from '../../../domain/catalog/schemas.ts';
import type { CatalogDependencies, Loaded } from './catalog.ts';

/** A journey that people enter by a new version. */
export interface NewVersion {
  readonly journey: string;
  readonly version: number;
  /** Whether whoever was inside goes by it; else they go on by the one they entered. */
  readonly moves: boolean;
  /** How many people are inside; null: nobody can tell. */
  readonly inside: number | null;
}

/** The journeys that have a new version by a release, and how many people that is no matter or a matter to. */
export async function newVersions(
  { countInside }: CatalogDependencies,
  before: Release | undefined,
  { number, registry }: Release,
): Promise<readonly NewVersion[]> {
  const changed = (registry.journeys ?? []).flatMap(({ id, key, versions, gone }) => {
    const newest = versions.at(-1);
    if (gone !== undefined || newest?.version !== number) return [];
    const isKnown = before?.registry.journeys?.some((one) => one.id === id) === true;
    return [{ journey: key, version: number, moves: newest.moves !== undefined, isKnown }];
  });
  return Promise.all(
    changed.map(async ({ isKnown, ...one }) => ({
      ...one,
      inside: isKnown ? ((await countInside(one.journey)) ?? null) : 0,
    })),
  );
}

/** What is wrong with how people are to be moved: every version is looked at by which somebody may go. */
export async function problemsOfMoves(
  { catalog }: CatalogDependencies,
  { live }: Loaded,
  next: readonly CheckedDefinition[],
  moves: Moves,
): Promise<readonly Problem[]> {
  const known = Object.keys(moves).flatMap((key) => (live && registeredJourney(live.release.registry, key)) ?? []);
  const contents = await catalog.contents(known.flatMap(({ versions }) => versions.map(({ part }) => part)));
  return checkMoves(moves, next, (key) => {
    const journey = known.find((one) => one.key === key);
    if (journey === undefined) return undefined;
    const { type, versions } = journey;
    const bodies = versions.map(({ part }) => asChecked({ type, key, body: contents.get(part) }));
    return new Set(
      bodies
        .filter(isRunning)
        .flatMap((body) =>
          Object.entries(journeyIn(body).steps).flatMap(([id, step]) => (step.type === 'exit' ? [] : [id])),
        ),
    );
  });
}

/** What is published is not going for all that: somebody has halted it. */
export const problemsOfHalted = ({ live }: Loaded, next: readonly CheckedDefinition[]): readonly Problem[] =>
  next.filter(isRunning).flatMap((definition) => {
    const halted = live && registeredJourney(live.release.registry, definition.key)?.halted;
    // Who touches others only knows it.
    const isTouched = !live?.definitions.includes(definition);
    if (halted === undefined || !isTouched) return [];
    return [warning(placeOf(definition), 'halted', `it is ${halted.how}: nobody enters until somebody resumes it`)];
  });

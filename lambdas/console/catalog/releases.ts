import { type Definition, type DefinitionName, idOf, placeOf } from '../../../domain/catalog/definition.ts';
import { type Difference, differencesBetween } from '../../../domain/catalog/differences.ts';
import { changedDefinitions, type DefinitionChange } from '../../../domain/catalog/releases/changes.ts';
import type { NamedRelease } from '../../../domain/catalog/releases/next-release.ts';
import type { Release } from '../../../domain/catalog/releases/release.ts';
import { type Json, utf8Length } from '../../../domain/json.ts';
import type { ReleaseSummary } from '../../adapters/catalog-store.ts';
import { type Answer, ok, problem } from '../api/answer.ts';
import { cursorOf } from '../api/cursor.ts';
import type { CatalogDependencies } from './catalog.ts';
import { BUILT_IN } from './definitions.ts';

export interface ReleaseView {
  readonly number: number;
  readonly publishedAt: string;
  readonly by: string;
  readonly approvedBy: string | null;
  readonly note: string | null;
  readonly rollbackOf: number | null;
  readonly startJourneys: boolean;
  /** How many it has. */
  readonly definitions: number;
}

const viewRelease = (summary: ReleaseSummary): ReleaseView => ({
  number: summary.number,
  publishedAt: new Date(summary.publishedAt).toISOString(),
  by: summary.by.name,
  approvedBy: summary.approvedBy?.name ?? null,
  note: summary.note ?? null,
  rollbackOf: summary.rollbackOf ?? null,
  startJourneys: summary.startJourneys,
  definitions: summary.definitions,
});

type Catalog = Pick<CatalogDependencies, 'catalog'>;

/** Who published what and when, the newest first. */
export async function listReleases(
  { catalog }: Catalog,
  limit: number,
  before: string | undefined,
): Promise<Answer<200, { readonly releases: readonly ReleaseView[]; readonly next: string | null }>> {
  const { releases, next } = await catalog.history(limit, before);
  return ok({
    releases: releases.map(viewRelease),
    next: next === undefined ? null : cursorOf({ before: next }),
  });
}

const unknown = (number: number) => problem(404, 'unknown_release', `There is no release ${number}.`);

/** One release, with the names of all it has. */
export async function getRelease(
  { catalog }: Catalog,
  number: number,
): Promise<Answer<200, Omit<ReleaseView, 'definitions'> & { readonly items: readonly DefinitionName[] }>> {
  const found = await catalog.find(number);
  if (found === undefined) return unknown(number);
  const { items } = found.release;
  const { definitions: _, ...view } = viewRelease({ ...found.release, definitions: items.length });
  return ok({ ...view, items: items.map(({ type, key }) => ({ type, key })) });
}

export interface DefinitionDiff extends DefinitionChange {
  readonly differences: readonly Difference[];
}

/** Differences beyond these many bytes are named without what they are. */
const MOST_BYTES = 2_000_000;

/** What definitions have otherwise than before. @param old, fresh what they said and say, by their ids */
export function differing(
  changes: readonly DefinitionChange[],
  old: ReadonlyMap<string, Json>,
  fresh: ReadonlyMap<string, Json>,
): readonly DefinitionDiff[] {
  let left = MOST_BYTES;
  return changes.map((change) => {
    const differences = differencesBetween(old.get(idOf(change)), fresh.get(idOf(change)), placeOf(change));
    left -= utf8Length(JSON.stringify(differences));
    return { ...change, differences: left > 0 ? differences : [] };
  });
}

/** What one release has otherwise than another. @param from 0: nothing */
export async function diff(
  { catalog }: Catalog,
  from: number,
  to: number,
): Promise<Answer<200, { readonly from: number; readonly to: number; readonly changes: readonly DefinitionDiff[] }>> {
  const [before, after] = await Promise.all([from === 0 ? NOTHING : catalog.find(from), catalog.find(to)]);
  if (before === undefined) return unknown(from);
  if (after === undefined) return unknown(to);
  const changes = changedDefinitions(before.release, after.release);
  const old = await bodiesOf(catalog, before.release, changes);
  const fresh = await bodiesOf(catalog, after.release, changes);
  return ok({ from, to, changes: differing(changes, old, fresh) });
}

const NOTHING = { name: '', release: { items: [] as Release['items'] } as Release } satisfies NamedRelease;

async function bodiesOf(
  catalog: Catalog['catalog'],
  { items }: Release,
  changes: readonly DefinitionName[],
): Promise<ReadonlyMap<string, Json>> {
  const wanted = new Set(changes.map(idOf));
  const parts = items.filter((item) => wanted.has(idOf(item)));
  const contents = await catalog.contents(parts.map(({ part }) => part));
  return new Map(parts.map((item) => [idOf(item), contents.get(item.part) as Json]));
}

/** Bytes of definitions in one answer: a function may answer 6 MB. */
const EXPORTED_BYTES = 3_000_000;

export interface Exported {
  /** The release it is of; drafts are as they are now. */
  readonly number: number;
  readonly definitions: readonly (Definition & { readonly builtIn?: true })[];
  readonly next: string | null;
}

export interface ExportCursor {
  readonly number: number;
  readonly from: number;
}

export interface ExportWish {
  /** Drafts in the place of what they would change. */
  readonly drafts: boolean;
  /** What comes with Perennial, where there is nothing else in its place. */
  readonly builtIn: boolean;
}

/** Everything that is live with what it says, page by page. */
export async function exportDefinitions(
  { catalog, drafts }: Pick<CatalogDependencies, 'catalog' | 'drafts'>,
  wish: ExportWish,
  cursor: ExportCursor | undefined,
): Promise<Answer<200, Exported>> {
  const release = cursor === undefined ? await catalog.live() : await catalog.find(cursor.number);
  if (release === undefined && cursor !== undefined && cursor.number > 0) return unknown(cursor.number);
  const live = release === undefined ? [] : await catalog.definitionsOf(release.release);
  const written = wish.drafts ? await drafts.list() : [];
  const builtIn = wish.builtIn ? BUILT_IN : [];
  const all = [...new Map([...builtIn, ...live, ...written].map((one) => [idOf(one), one])).values()];
  const number = release?.release.number ?? 0;
  let bytes = 0;
  let to = cursor?.from ?? 0;
  const from = to;
  while (to < all.length && (to === from || bytes < EXPORTED_BYTES))
    bytes += utf8Length(JSON.stringify(all[to++]?.body ?? null));
  return ok({
    number,
    definitions: all.slice(from, to).map((one) => ({
      type: one.type,
      key: one.key,
      body: one.body,
      ...(builtIn.includes(one) && { builtIn: true }),
    })),
    next: to < all.length ? cursorOf({ number, from: to }) : null,
  });
}

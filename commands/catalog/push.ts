import { type Definition, type DefinitionName, idOf, placeOf } from '../../domain/catalog/definition.ts';
import type { Problem } from '../../domain/catalog/problems/problem.ts';
import { type CatalogApi, Refused } from './catalog-api.ts';
import { type Comparison, compare, linesOf } from './compare.ts';

export interface PushOptions {
  /** Publishes; else it is only looked at. */
  readonly yes: boolean;
  /** Takes away what is live and not in the folder. */
  readonly prune: boolean;
  /** Puts the folder's in the place of drafts that somebody else is working on. */
  readonly overwrite: boolean;
  readonly note?: string | undefined;
  readonly startJourneys: boolean;
  readonly fill: boolean;
}

/** Lines to print, and whether all went well. */
export interface Pushed {
  readonly lines: readonly string[];
  readonly ok: boolean;
}

const done = (...lines: string[]): Pushed => ({ lines, ok: true });
const failed = (...lines: string[]): Pushed => ({ lines, ok: false });

/**
 * Makes a stage have what a folder has: what differs is checked there, so that it is known whether the stage has all it
 * needs, and published in one go, if nobody has published since.
 */
export async function push(api: CatalogApi, folder: readonly Definition[], options: PushOptions): Promise<Pushed> {
  try {
    return await pushed(api, folder, options);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return failed(error.message, ...error.problems.map(lineOf));
  }
}

async function pushed(api: CatalogApi, folder: readonly Definition[], options: PushOptions): Promise<Pushed> {
  // A slip of the pen in the folder's name must not take away all that a stage has.
  if (options.prune && folder.length === 0)
    return failed('The folder has no definitions: with --prune all that is live would go.');
  const { number, definitions: live } = await api.everything();
  const comparison = compare(folder, live);
  const removed = options.prune ? comparison.missing : [];
  const left = leftAlone(comparison, options.prune);
  if (comparison.changed.length === 0 && removed.length === 0)
    return done(`Nothing to do: release ${number} has all of it.`, ...left);

  const changed = comparison.changed.map(({ type, key, body }): Definition => ({ type, key, body }));
  const { ready, problems } = await api.check(changed, removed.map(nameOf));
  const told = [...linesOf(comparison, removed), ...left, ...problems.map(lineOf)];
  if (!ready) return failed(...told, 'There are errors: nothing was changed.');
  if (!options.yes) return done(...told, 'Nothing was changed; --yes publishes it.');

  const taken = await draftsInTheWay(api, changed, options.overwrite);
  if (taken.problems.length > 0) return failed(...told, ...taken.problems);
  for (const definition of changed) await api.save(definition, taken.revisions.get(idOf(definition)) ?? 0);
  const outcome = await api.publish({
    ...{ items: changed.map(nameOf), remove: removed.map(nameOf), expect: number, note: options.note },
    ...{ startJourneys: options.startJourneys, fill: options.fill },
  });
  if (outcome.outcome === 'proposed')
    return done(...told, `Waits for a second person: proposal ${outcome.proposal}, for seven days.`);
  const { job, backfillJob } = outcome;
  const reconcile = job === null ? '' : `; everybody is being looked at (job ${job})`;
  const backfill = backfillJob === null ? '' : `; what came before is being counted (job ${backfillJob})`;
  return done(...told, `Published as release ${outcome.number}${reconcile}${backfill}.`);
}

const nameOf = ({ type, key }: DefinitionName): DefinitionName => ({ type, key });

export const lineOf = ({ severity, path, message }: Problem): string => `${severity}: ${path}: ${message}`;

const leftAlone = ({ missing }: Comparison, prune: boolean): string[] =>
  prune ? [] : missing.map((one) => `leave  ${placeOf(one)} (live, and not in the folder; --prune removes it)`);

/** A folder must not take away unseen what somebody is writing in the console. */
async function draftsInTheWay(
  api: CatalogApi,
  changed: readonly Definition[],
  overwrite: boolean,
): Promise<{ readonly revisions: ReadonlyMap<string, number>; readonly problems: readonly string[] }> {
  const drafts = await api.drafts();
  const wanted = new Set(changed.map(idOf));
  const revisions = new Map(drafts.map((draft) => [idOf(draft), draft.revision]));
  const found = drafts.filter((draft) => wanted.has(idOf(draft)));
  if (overwrite || found.length === 0) return { revisions, problems: [] };
  const written = new Map((await api.everything({ drafts: true })).definitions.map((one) => [idOf(one), one]));
  const others = found.filter((draft) => {
    const mine = changed.filter((one) => idOf(one) === idOf(draft));
    return compare(mine, [written.get(idOf(draft)) ?? { ...draft, body: null }]).changed.length > 0;
  });
  return {
    revisions,
    problems: others.map(
      (draft) =>
        `${placeOf(draft)}: ${draft.by} is working on a draft of it (${draft.savedAt}); --overwrite takes its place`,
    ),
  };
}

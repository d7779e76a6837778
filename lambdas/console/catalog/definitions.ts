import { DEFAULT_LIFECYCLE } from '../../../domain/catalog/default-lifecycle.ts';
import {
  byPlace,
  type Definition,
  type DefinitionName,
  type DefinitionType,
  idOf,
  ONLY_KEY,
  titleOf,
} from '../../../domain/catalog/definition.ts';
import type { Draft } from '../../../domain/catalog/draft.ts';
import type { Problem } from '../../../domain/catalog/problems/problem.ts';
import { choose } from '../../../domain/catalog/releases/choose.ts';
import { addressIn } from '../../../domain/catalog/releases/next-release.ts';
import { utf8Length } from '../../../domain/json.ts';
import { type Answer, ok, problem } from '../api/answer.ts';
import type { Caller } from '../api/roles.ts';
import { type CatalogDependencies, type Loaded, load } from './catalog.ts';

/** Beyond, a draft would not fit beside what the table keeps of it. */
const LARGEST_DRAFT = 256 * 1_024;

/** What holds while nothing of one's own is published in its place. */
export const BUILT_IN: readonly Definition[] = [{ type: 'lifecycle', key: ONLY_KEY, body: DEFAULT_LIFECYCLE }];

export interface DraftView {
  readonly body: unknown;
  readonly revision: number;
  readonly savedAt: string;
  readonly by: string;
}

export interface DefinitionView extends DefinitionName {
  /** What comes with Perennial holds where nothing of one's own was published. */
  readonly live: { readonly body: unknown; readonly builtIn?: true } | null;
  readonly draft: DraftView | null;
  /** Of the draft, as if it were published now with all that it names. */
  readonly problems: readonly Problem[];
}

/** One definition: what is live and what is being worked on, side by side. */
export async function getDefinition(
  dependencies: CatalogDependencies,
  name: DefinitionName,
): Promise<Answer<200, DefinitionView>> {
  const loaded = await load(dependencies);
  const found = viewOf(loaded, name, dependencies.now());
  if (found.live === null && found.draft === null)
    return problem(404, 'unknown_definition', `There is no ${titleOf(name).replace(/^the /, '')}, live or as a draft.`);
  return ok(found);
}

function viewOf(loaded: Loaded, name: DefinitionName, now: number): DefinitionView {
  const { type, key } = name;
  const same = (other: DefinitionName) => idOf(other) === idOf(name);
  const live = loaded.live?.definitions.find(same);
  const draft = loaded.drafts.find(same);
  return {
    ...{ type, key },
    live: live === undefined ? builtInOf(name) : { body: live.body },
    draft: draft === undefined ? null : viewDraft(draft),
    problems: draft === undefined ? [] : problemsOfDraft(loaded, draft, now),
  };
}

function builtInOf(name: DefinitionName): DefinitionView['live'] {
  const found = BUILT_IN.find((one) => idOf(one) === idOf(name));
  return found === undefined ? null : { body: found.body, builtIn: true };
}

const viewDraft = ({ body, revision, savedAt, by }: Draft): DraftView => ({
  body,
  revision,
  savedAt: new Date(savedAt).toISOString(),
  by: by.name,
});

const problemsOfDraft = ({ live, drafts, around }: Loaded, draft: DefinitionName, now: number): readonly Problem[] =>
  choose({ live: live?.definitions ?? [], drafts }, { items: [draft], remove: [], withDependencies: true }, around, now)
    .problems;

export interface DefinitionEntry extends DefinitionName {
  /** How people call it, in the draft if there is one. */
  readonly name: string | null;
  readonly live: boolean;
  readonly draft: Omit<DraftView, 'body'> | null;
}

/** Everything there is, without what it says. */
export async function listDefinitions(
  { catalog, drafts }: Pick<CatalogDependencies, 'catalog' | 'drafts'>,
  type: DefinitionType | undefined,
): Promise<Answer<200, { readonly number: number; readonly definitions: readonly DefinitionEntry[] }>> {
  const [live, written] = await Promise.all([catalog.live(), drafts.list()]);
  const published = live === undefined ? [] : await catalog.definitionsOf(live.release);
  const draftById = new Map(written.map((draft) => [idOf(draft), draft]));
  const bodies = new Map([...published, ...written].map((definition) => [idOf(definition), definition]));
  const isLive = new Set(published.map(idOf));
  const definitions = [...bodies.values()]
    .filter((definition) => type === undefined || definition.type === type)
    .sort(byPlace)
    .map((definition): DefinitionEntry => {
      const draft = draftById.get(idOf(definition));
      const { body: _, ...view } = draft === undefined ? { body: null } : viewDraft(draft);
      return {
        ...{ type: definition.type, key: definition.key, name: nameIn(definition.body) },
        live: isLive.has(idOf(definition)),
        draft: draft === undefined ? null : (view as Omit<DraftView, 'body'>),
      };
    });
  return ok({ number: live?.release.number ?? 0, definitions });
}

function nameIn(body: unknown): string | null {
  const { name } = (body ?? {}) as { readonly name?: unknown };
  return typeof name === 'string' ? name.slice(0, 200) : null;
}

export interface SavingDraft {
  readonly body: unknown;
  /** The revision its author has seen; 0: she begins it. */
  readonly revision: number;
}

/** Keeps a draft as it is, right or wrong, and says what is wrong. */
export async function saveDraft(
  dependencies: CatalogDependencies,
  name: DefinitionName,
  { body, revision }: SavingDraft,
  caller: Caller,
): Promise<Answer<200, { readonly revision: number; readonly problems: readonly Problem[] }>> {
  const bytes = utf8Length(JSON.stringify(body));
  if (bytes > LARGEST_DRAFT) return problem(413, 'definition_too_large', 'A definition may have 256 KB.');
  const { drafts, now } = dependencies;
  const loaded = await load(dependencies);
  const before = loaded.drafts.find((draft) => idOf(draft) === idOf(name));
  if ((before?.revision ?? 0) !== revision) return draftConflict(name, before);
  const base = before === undefined ? addressIn(loaded.live?.release, name) : before.base;
  const draft: Draft = {
    ...{ type: name.type, key: name.key, body, savedAt: now() },
    // By the clock: who saw a draft that was published or discarded since is not taken for one who has seen the next.
    revision: Math.max(revision + 1, now()),
    by: { subject: caller.subject, name: caller.name },
    ...(base !== undefined && { base }),
  };
  if (!(await drafts.save(draft, revision))) return draftConflict(name, await drafts.find(name));
  const others = loaded.drafts.filter((other) => idOf(other) !== idOf(name));
  const problems = problemsOfDraft({ ...loaded, drafts: [...others, draft] }, name, now());
  return ok(
    { revision: draft.revision, problems },
    { before: { revision, ...(before && { body: before.body as never }) }, after: { body: body as never } },
  );
}

/** Somebody else has saved or discarded it since. */
function draftConflict(name: DefinitionName, draft: Draft | undefined) {
  const what =
    draft === undefined
      ? `There is no draft of ${titleOf(name)}: it was published or discarded, or never was.`
      : `${draft.by.name} has saved ${titleOf(name)} since: it is at revision ${draft.revision}.`;
  return problem(409, 'draft_changed', what, { more: { revision: draft?.revision ?? 0 } });
}

/** Takes a draft away; what is live stays. */
export async function discardDraft(
  { drafts }: Pick<CatalogDependencies, 'drafts'>,
  name: DefinitionName,
  revision: number,
): Promise<Answer<200, { readonly discarded: true }>> {
  const draft = await drafts.find(name);
  if (draft?.revision !== revision || !(await drafts.discard(name, revision)))
    return draftConflict(name, await drafts.find(name));
  return ok({ discarded: true }, { before: { revision, body: draft.body as never } });
}

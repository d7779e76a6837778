import { checkProject } from '../checks/check.ts';
import { Project, type Surroundings } from '../checks/project.ts';
import { byPlace, DEFAULT_BRAND, type Definition, type DefinitionName, idOf, placeOf, titleOf } from '../definition.ts';
import { error, type Problem, warning } from '../problems/problem.ts';
import { readDefinition } from '../problems/read.ts';
import type { CheckedDefinition } from '../schemas.ts';
import { definitionNamed, referencesIn } from '../walk/references.ts';

/** What somebody wants to publish. */
export interface Wish {
  readonly items: readonly DefinitionName[];
  readonly remove: readonly DefinitionName[];
  /** Takes along what the items name and only drafts have. */
  readonly withDependencies: boolean;
}

/** What is live, and what is being worked on. */
export interface Catalog {
  /** Checked when it was published. */
  readonly live: readonly CheckedDefinition[];
  readonly drafts: readonly Definition[];
}

export interface Choice {
  /** All that would be live, sorted by place. */
  readonly next: readonly CheckedDefinition[];
  readonly chosen: readonly CheckedDefinition[];
  readonly removed: readonly DefinitionName[];
  readonly problems: readonly Problem[];
}

/** What would be live if a wish came true, and what keeps it from that. @param now ms */
export function choose({ live, drafts }: Catalog, wish: Wish, around: Surroundings, now: number): Choice {
  const liveById = new Map(live.map((definition) => [idOf(definition), definition]));
  const draftById = new Map(drafts.map((draft) => [idOf(draft), draft]));
  const { chosen, problems } = takeDrafts(wish, liveById, draftById);
  const gone = new Set(wish.remove.map(idOf));
  const next = new Map([...liveById].filter(([id]) => !gone.has(id)));
  for (const definition of chosen) next.set(idOf(definition), definition);
  const sorted = [...next.values()].sort(byPlace);
  const left = new Set([...draftById.keys()].filter((id) => !chosen.some((one) => idOf(one) === id)));
  const touched = new Set(chosen.map(placeOf));
  return {
    next: sorted,
    chosen,
    removed: wish.remove.filter((name) => liveById.has(idOf(name))),
    problems: [
      ...problems,
      ...contradictions(wish, liveById),
      ...problemsCaused(new Project(live), new Project(sorted), { ...around, drafts: left }, touched, now),
    ],
  };
}

function takeDrafts(
  { items, withDependencies }: Wish,
  live: ReadonlyMap<string, CheckedDefinition>,
  drafts: ReadonlyMap<string, Definition>,
): { readonly chosen: readonly CheckedDefinition[]; readonly problems: readonly Problem[] } {
  const chosen = new Map<string, CheckedDefinition>();
  const problems: Problem[] = [];
  const left = [...items];
  const seen = new Set<string>();
  for (let name = left.shift(); name !== undefined; name = left.shift()) {
    const id = idOf(name);
    if (seen.has(id)) continue;
    seen.add(id);
    const draft = drafts.get(id);
    const read = draft === undefined ? noDraft(name) : readDefinition(draft);
    if (read.outcome === 'problems') {
      problems.push(...read.problems);
      continue;
    }
    chosen.set(id, read.value);
    if (!withDependencies) continue;
    const unnamed = brandUnnamed(read.value).filter((brand) => drafts.has(idOf(brand)) && !live.has(idOf(brand)));
    left.push(...onlyDrafts(read.value, live, drafts), ...unnamed);
  }
  return { chosen: [...chosen.values()], problems };
}

const noDraft = (name: DefinitionName) => ({
  outcome: 'problems' as const,
  problems: [error(placeOf(name), 'unknown-reference', `there is no draft of ${titleOf(name)}`)],
});

/** What a template has without naming it. */
const brandUnnamed = ({ type, body }: CheckedDefinition): readonly DefinitionName[] =>
  type === 'template' && body.channel === 'email' && body.brand === undefined
    ? [{ type: 'brand', key: DEFAULT_BRAND }]
    : [];

/** What a definition names that is not live, but a draft. A stage that is not live may be in the draft of the lifecycle. */
const onlyDrafts = (
  definition: CheckedDefinition,
  live: ReadonlyMap<string, CheckedDefinition>,
  drafts: ReadonlyMap<string, Definition>,
): readonly DefinitionName[] =>
  referencesIn(definition).flatMap((reference) => {
    const name = definitionNamed(reference);
    if (name === undefined || !drafts.has(idOf(name))) return [];
    if (reference.to === 'stage') return new Project(live.values()).stages.has(reference.name) ? [] : [name];
    return live.has(idOf(name)) ? [] : [name];
  });

function contradictions({ items, remove }: Wish, live: ReadonlyMap<string, CheckedDefinition>): readonly Problem[] {
  const wanted = new Set(items.map(idOf));
  return remove.flatMap((name) => {
    if (wanted.has(idOf(name)))
      return [error(placeOf(name), 'invalid', `${titleOf(name)} cannot be published and removed at once`)];
    return live.has(idOf(name)) ? [] : [error(placeOf(name), 'unknown-reference', `${titleOf(name)} is not live`)];
  });
}

/**
 * What is wrong with what is chosen, and what becomes wrong by it elsewhere. What was wrong before with definitions that
 * nobody touches keeps nobody from publishing: a binding may have been taken from under them.
 */
function problemsCaused(
  live: Project,
  next: Project,
  around: Surroundings,
  touched: ReadonlySet<string>,
  now: number,
): readonly Problem[] {
  const isTouched = ({ path }: Problem) => [...touched].some((place) => path === place || path.startsWith(`${place}/`));
  const known = new Set(checkProject(live, around, now).map(sameness));
  return checkProject(next, around, now).flatMap((problem) => {
    if (isTouched(problem)) return [problem];
    if (problem.severity === 'warning' || known.has(sameness(problem))) return [];
    return [problem.code === 'unknown-reference' ? stillUsed(problem) : problem];
  });
}

const sameness = ({ path, code, message }: Problem): string => `${path} ${code} ${message}`;

const stillUsed = (problem: Problem): Problem => ({
  ...problem,
  code: 'still-used',
  message: `${problem.message}: it is used here, and what you publish takes it away`,
});

/** For each draft that was begun from something else than what is live now. */
export const changedMeanwhile = (
  chosen: readonly DefinitionName[],
  baseOf: (name: DefinitionName) => string | undefined,
  liveAddress: (name: DefinitionName) => string | undefined,
): readonly Problem[] =>
  chosen
    .filter((name) => baseOf(name) !== liveAddress(name))
    .map((name) =>
      warning(
        placeOf(name),
        'changed-meanwhile',
        'somebody has published another version since this draft was begun; publishing this one takes that back',
      ),
    );

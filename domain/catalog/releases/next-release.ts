import { counterKey } from '../counter-spec.ts';
import { byPlace, type DefinitionName, idOf } from '../definition.ts';
import type { HaltedJourney, LiveTemplate } from '../live-catalog.ts';
import type { CheckedDefinition } from '../schemas.ts';
import { decideOtherwise, meansOtherwise, type ReleaseContent } from './changes.ts';
import {
  countersOfVersions,
  haltedRegistry,
  type Moves,
  movesPeople,
  registeredJourney,
  withJourneys,
} from './journeys.ts';
import { stillWaits, waitingLifecycle } from './lifecycle-in-force.ts';
import { filledRegistry, keepingCounters, nextRegistry, refilledRegistry } from './registry.ts';
import {
  NOTHING_REGISTERED,
  type Publisher,
  type ReadyPart,
  type Registry,
  type Release,
  redefinedIn,
} from './release.ts';

/** A release with the name it is stored under. */
export interface NamedRelease {
  readonly name: string;
  readonly release: Release;
}

export interface Publication {
  /** All that shall be live. */
  readonly definitions: readonly CheckedDefinition[];
  /** The address of what a definition says. */
  readonly partOf: (name: DefinitionName) => string;
  /** What workers load of a template instead. */
  readonly readyOf?: (name: DefinitionName) => ReadyPart | undefined;
  readonly publishedAt: number;
  readonly by: Publisher;
  readonly approvedBy?: Publisher | undefined;
  readonly note?: string | undefined;
  readonly startJourneys: boolean;
  /** Whether what was received before is counted from the lake for what is counted anew. */
  readonly fill: boolean;
  readonly rollbackOf?: number | undefined;
  /** Of journeys whose older versions are left by whoever goes by them. */
  readonly moves?: Moves | undefined;
}

/** A release that was live once, or is, with all that it says. */
export type PublishedRelease = NamedRelease & ReleaseContent;

/** The release that follows the live one. */
export function nextRelease(current: PublishedRelease | undefined, publication: Publication): Release {
  const {
    definitions,
    partOf,
    readyOf = () => undefined,
    publishedAt,
    by,
    approvedBy,
    note,
    startJourneys,
    rollbackOf,
  } = publication;
  const sorted = definitions.toSorted(byPlace);
  const { number, previous } = following(current);
  const before = current?.release.registry ?? NOTHING_REGISTERED;
  const registry = registryOf(current, publication, sorted, number);
  const waiting = waitingLifecycle(current, sorted, registry);
  const isAnother = decideOtherwise(current?.definitions ?? [], sorted) || movesPeople(before, registry, number);
  const reconcile = isAnother ? number : current?.release.reconcile;
  const redefined = meansOtherwise(current?.definitions ?? [], sorted) ? number : redefinedIn(current?.release);
  const startWhenFilled = stillToStart(current?.release.startWhenFilled, startJourneys ? [number] : [], registry);
  return {
    number,
    ...(previous !== undefined && { previous }),
    publishedAt,
    by,
    ...(approvedBy && { approvedBy }),
    ...(note !== undefined && { note }),
    ...(rollbackOf !== undefined && { rollbackOf }),
    items: sorted.map((definition) => {
      const { type, key } = definition;
      const ready = readyOf({ type, key });
      const sends = sendsOf(definition);
      return { type, key, part: partOf({ type, key }), ...(ready && { ready }), ...(sends && { sends }) };
    }),
    registry: waiting ? keepingCounters(registry, before, waiting.inForce.counters) : registry,
    ...(waiting && { waiting }),
    ...(reconcile !== undefined && { reconcile }),
    redefined,
    startJourneys,
    ...startWhenFilled,
  };
}

function registryOf(
  current: PublishedRelease | undefined,
  { partOf, publishedAt, fill, rollbackOf, moves = {} }: Publication,
  definitions: readonly CheckedDefinition[],
  number: number,
): Registry {
  const before = current?.release.registry ?? NOTHING_REGISTERED;
  const asked = nextRegistry(before, definitions, { publishedAt, backfill: fill ? number : undefined });
  const registry = withJourneys(current, {
    ...{ registry: asked, definitions, partOf, number, publishedAt, moves },
    isRollback: rollbackOf !== undefined,
  });
  const specs = new Set(registry.counters.map(({ spec }) => counterKey(spec)));
  // What the newest asks under another id is asked under that by all versions.
  const others = before.counters.filter(({ spec }) => !specs.has(counterKey(spec)));
  return keepingCounters(registry, { ...before, counters: others }, countersOfVersions(registry));
}

/** As much of a template as decides to whom it may go. */
function sendsOf({ type, body }: CheckedDefinition): Omit<LiveTemplate, 'key'> | undefined {
  if (type !== 'template') return undefined;
  const { channel, topic } = body;
  const isTransactional = body.channel === 'email' && body.class === 'transactional';
  return { channel, ...(isTransactional && { class: 'transactional' }), ...(topic !== undefined && { topic }) };
}

/** The releases that let people enter whose counters are not filled yet. */
function stillToStart(
  before: readonly number[] = [],
  more: readonly number[],
  { counters }: Registry,
): Pick<Release, 'startWhenFilled'> {
  const open = new Set(counters.map(({ backfill }) => backfill));
  const left = [...before, ...more].filter((number) => open.has(number));
  return left.length === 0 ? {} : { startWhenFilled: left };
}

/**
 * The release that halts a journey or lets it go on: the same definitions. Who is to leave or go on by it is looked at.
 * @param halted undefined: it goes on
 */
export function haltingRelease(
  current: NamedRelease,
  key: string,
  halted: HaltedJourney | undefined,
  { publishedAt, by, note }: Pick<Publication, 'publishedAt' | 'by' | 'note'>,
): Release {
  const { registry, waiting, reconcile, startJourneys, startWhenFilled } = current.release;
  const next = sameContent(current, publishedAt, by, haltedRegistry(registry, key, halted));
  const before = registeredJourney(registry, key)?.halted;
  // Whoever stood still goes on, also to the end of what takes in nobody any more.
  const movesSomebody = halted === undefined || halted.how === 'stopped' || before?.how === 'paused';
  const looked = movesSomebody ? next.number : reconcile;
  return {
    ...next,
    ...(note !== undefined && { note }),
    ...(waiting !== undefined && { waiting }),
    ...(looked !== undefined && { reconcile: looked }),
    // Not everybody may have been looked at yet for the release before, which said so.
    startJourneys,
    ...(startWhenFilled && { startWhenFilled }),
  };
}

/**
 * The release in which some counters are filled: the same definitions, published by the system, so that what had to wait for
 * them begins. Undefined when nothing waits for them any more.
 * @param filled ids of counters
 */
export function filledRelease(
  current: NamedRelease,
  filled: ReadonlySet<number>,
  publishedAt: number,
  by: Publisher,
): Release | undefined {
  const { registry, waiting, startWhenFilled = [] } = current.release;
  if (!registry.counters.some(({ id, backfill }) => backfill !== undefined && filled.has(id))) return undefined;
  const after = filledRegistry(registry, filled);
  const next = sameContent(current, publishedAt, by, after);
  const done = new Set(registry.counters.flatMap(({ id, backfill }) => (filled.has(id) ? [backfill] : [])));
  return {
    ...next,
    note: 'What came before is counted: what waited for it takes effect.',
    ...(waiting !== undefined && stillWaits(waiting, after) && { waiting }),
    reconcile: next.number,
    redefined: next.number,
    // Who comes into a segment or stage by this was seen by whoever published it.
    startJourneys: startWhenFilled.some((number) => done.has(number)),
    ...stillToStart(startWhenFilled, [], after),
  };
}

/**
 * The release whose own backfill counts what others should have: the same definitions. Undefined when nothing waits for
 * those any more.
 * @param instead numbers of the releases whose backfills have failed
 */
export function refilledRelease(
  current: NamedRelease,
  instead: ReadonlySet<number>,
  publishedAt: number,
  by: Publisher,
): Release | undefined {
  const { registry, waiting, reconcile, startWhenFilled = [] } = current.release;
  if (!registry.counters.some(({ backfill }) => backfill !== undefined && instead.has(backfill))) return undefined;
  const { number } = following(current);
  const after = refilledRegistry(registry, instead, number);
  const starts = startWhenFilled.map((one) => (instead.has(one) ? number : one));
  return {
    ...sameContent(current, publishedAt, by, after),
    ...stillToStart(starts, [], after),
    note: 'What came before is counted anew, where that had failed.',
    ...(waiting !== undefined && { waiting }),
    ...(reconcile !== undefined && { reconcile }),
  };
}

const sameContent = (current: NamedRelease, publishedAt: number, by: Publisher, registry: Registry): Release => ({
  ...following(current),
  redefined: redefinedIn(current.release),
  publishedAt,
  by,
  items: current.release.items,
  registry,
  startJourneys: false,
});

const following = (current: NamedRelease | undefined): Pick<Release, 'number' | 'previous'> => ({
  number: (current?.release.number ?? 0) + 1,
  ...(current !== undefined && { previous: current.name }),
});

/** Where a release has a definition, or undefined. */
export const addressIn = (release: Release | undefined, name: DefinitionName): string | undefined =>
  release?.items.find((item) => idOf(item) === idOf(name))?.part;

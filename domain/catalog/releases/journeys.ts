import { DAY } from '../../calendar.ts';
import { journeyOf } from '../campaign/journey-of.ts';
import { type DefinitionName, idOf } from '../definition.ts';
import type { JourneyBody } from '../journey/journey.ts';
import type { HaltedJourney } from '../live-catalog.ts';
import type { CheckedDefinition, CheckedOf } from '../schemas.ts';
import { expressionsIn } from '../walk/expressions-in.ts';
import type { ReleaseContent } from './changes.ts';
import { idsOfCounters } from './registry.ts';
import type { RegisteredJourney, RegisteredVersion, Registry } from './release.ts';

/** Where people are who were inside an older version, by the key of the journey: each step that is not named is the same. */
export type Moves = Readonly<Record<string, Readonly<Record<string, string>>>>;

type Running = CheckedOf<'journey' | 'campaign'>;

export const isRunning = (definition: CheckedDefinition): definition is Running =>
  definition.type === 'journey' || definition.type === 'campaign';

/** What people go through, of a journey or a campaign. */
export const journeyIn = (definition: Running): JourneyBody =>
  definition.type === 'campaign' ? journeyOf(definition.body) : definition.body;

/**
 * Workers load every version and hold it in memory, so there is an end to them. Who goes by one that is gone goes by the
 * newest.
 */
const MOST_VERSIONS = 20;
const MOST_VERSIONS_IN_ALL = 1_000;

/** By then everybody has been looked at who was inside a journey that was taken away. */
const KNOWN_WHEN_GONE = 30 * DAY;

export interface Journeys {
  /** Besides the journeys: segments and counters as the next release has them. */
  readonly registry: Registry;
  readonly definitions: readonly CheckedDefinition[];
  readonly partOf: (name: DefinitionName) => string;
  readonly number: number;
  readonly publishedAt: number;
  readonly moves: Moves;
  readonly isRollback: boolean;
}

/**
 * The registry of the next release with its journeys. Other words make no new version: who is inside would go another way
 * for nothing. What says once more what an older version said is a new one all the same, because numbers say which of two is
 * the later.
 */
export function withJourneys(current: ReleaseContent | undefined, next: Journeys): Registry {
  const { registry, definitions, publishedAt } = next;
  const before = current?.release.registry.journeys ?? [];
  let id = current?.release.registry.next.journey ?? 1;
  const live = definitions.filter(isRunning).map((definition): RegisteredJourney => {
    const { type, key } = definition;
    const known = knownAs(definition, before, next);
    return {
      ...{ type, key, id: known?.id ?? id++ },
      versions: versionsWith(known, definition, current, next),
      ...(known?.halted && { halted: known.halted }),
    };
  });
  const kept = new Set(live.map((one) => one.id));
  const gone = before
    .filter((one) => !kept.has(one.id) && (one.gone ?? publishedAt) > publishedAt - KNOWN_WHEN_GONE)
    .map((one) => ({ ...one, gone: one.gone ?? publishedAt }));
  return { ...registry, journeys: [...notTooMany(live), ...gone], next: { ...registry.next, journey: id } };
}

/**
 * Who was there in the release before keeps its id. What was away is the one it was if it comes back by a rollback, or as it
 * was: who has been in it has been in it. Anything else under its key is another.
 */
function knownAs(
  definition: Running,
  before: readonly RegisteredJourney[],
  { isRollback, partOf }: Journeys,
): RegisteredJourney | undefined {
  const same = before.filter((one) => idOf(one) === idOf(definition));
  const isBack = ({ versions }: RegisteredJourney) => isRollback || versions.at(-1)?.part === partOf(definition);
  return same.find(({ gone }) => gone === undefined) ?? same.findLast(isBack);
}

function versionsWith(
  known: RegisteredJourney | undefined,
  definition: Running,
  current: ReleaseContent | undefined,
  { registry, partOf, number, moves: all }: Journeys,
): readonly RegisteredVersion[] {
  const moves = all[definition.key];
  const expressions = expressionsIn(definition, '').map(({ expression }) => expression);
  const counters = idsOfCounters(expressions, registry);
  const part = partOf(definition);
  const content = { part, ...(counters.length > 0 && { counters }) };
  const versions = known?.versions ?? [];
  const last = versions.at(-1);
  if (last !== undefined && moves === undefined && isSame(definition, last, current, part))
    return [...versions.slice(0, -1), { ...last, ...content }];
  return [...versions, { version: number, ...content, ...(moves && { moves }) }].slice(-MOST_VERSIONS);
}

function isSame(
  definition: Running,
  last: RegisteredVersion,
  current: ReleaseContent | undefined,
  part: string,
): boolean {
  if (last.part === part) return true;
  const before = current?.definitions.find((one) => idOf(one) === idOf(definition));
  return before !== undefined && isRunning(before) && wayOf(before) === wayOf(definition);
}

/** All by which people go: not what it is called. */
function wayOf(definition: Running): string {
  const { name: _, description: __, steps, ...rest } = journeyIn(definition);
  const unnamed = Object.entries(steps).map(([id, { title: _, note: __, ...step }]) => [id, step]);
  return JSON.stringify([rest, unnamed]);
}

/** The oldest go first, whosever they are; the newest of each stays. */
function notTooMany(journeys: readonly RegisteredJourney[]): readonly RegisteredJourney[] {
  const older = journeys.flatMap(({ versions }) => versions.slice(0, -1).map(({ version }) => version));
  const tooMany = older.length + journeys.length - MOST_VERSIONS_IN_ALL;
  if (tooMany <= 0) return journeys;
  const oldest = older.toSorted((a, b) => a - b)[tooMany - 1] ?? 0;
  return journeys.map((journey) => ({
    ...journey,
    versions: journey.versions.filter(({ version }, n, all) => version > oldest || n === all.length - 1),
  }));
}

/** Ids of counters for which only an older version asks. */
export const countersOfVersions = ({ journeys = [] }: Registry): readonly number[] =>
  journeys.flatMap(({ versions, gone }) =>
    gone === undefined ? versions.flatMap(({ counters = [] }) => counters) : [],
  );

/** Whether by the one release somebody is elsewhere in a journey than by the other: was moved, or has left. */
export function movesPeople(before: Registry | undefined, after: Registry, number: number): boolean {
  const gone = new Set((before?.journeys ?? []).flatMap((one) => (one.gone === undefined ? [] : [one.id])));
  return (after.journeys ?? []).some(
    ({ id, gone: since, versions }) =>
      (since !== undefined && !gone.has(id)) ||
      versions.some(({ version, moves }) => version === number && moves !== undefined),
  );
}

/** The journey of a key that people can be in; undefined when there is none. */
export const registeredJourney = ({ journeys = [] }: Registry, key: string): RegisteredJourney | undefined =>
  journeys.find((one) => one.key === key && one.gone === undefined);

/** With a journey halted, or going on. */
export const haltedRegistry = (registry: Registry, key: string, halted: HaltedJourney | undefined): Registry => ({
  ...registry,
  journeys: (registry.journeys ?? []).map((journey) => {
    if (journey.key !== key || journey.gone !== undefined) return journey;
    const { halted: _, ...going } = journey;
    return halted === undefined ? going : { ...going, halted };
  }),
});

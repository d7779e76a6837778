import { neededCounters } from '../../decisions/expressions/references.ts';
import { counterKey } from '../counter-spec.ts';
import { idOf } from '../definition.ts';
import type { Expression } from '../expression.ts';
import type { LifecycleBody } from '../lifecycle.ts';
import type { LiveCatalog } from '../live-catalog.ts';
import type { CheckedDefinition } from '../schemas.ts';
import type { SegmentBody } from '../segment.ts';
import type { SettingsBody } from '../settings.ts';
import type { TopicBody } from '../topic.ts';
import { itemsOfJourneys, liveJourneysOf } from './live-journeys.ts';
import { type Release, type ReleaseItem, redefinedIn } from './release.ts';

const DECIDING: ReadonlySet<string> = new Set(['lifecycle', 'segment', 'settings', 'topic']);

/** The items that the reducer needs to know; some of them may be those of an earlier release. */
export const itemsDecidedBy = ({ items, waiting, registry }: Release): readonly ReleaseItem[] => [
  ...items.filter(({ type }) => DECIDING.has(type)),
  ...(waiting?.inForce.items ?? []),
  ...itemsOfJourneys(registry),
];

/**
 * A release as workers read it.
 * @param bodyOf what an item holds; asked only for those of `itemsDecidedBy`
 */
export function liveCatalogOf(release: Release, bodyOf: (item: ReleaseItem) => unknown): LiveCatalog {
  const { number, publishedAt, reconcile, items, registry, waiting, startJourneys } = release;
  const published = bodiesOf(items, bodyOf);
  const inForce = waiting && bodiesOf(waiting.inForce.items, bodyOf);
  const { lifecycle } = inForce ?? published;
  const unfilled = new Map(
    registry.counters.flatMap(({ spec, backfill }) => (backfill === undefined ? [] : [[counterKey(spec), backfill]])),
  );
  const segment = (key: string) => published.segments.get(key)?.where;
  const waitsFor = (where: Expression): ReadonlySet<number> => {
    const asked = unfilled.size === 0 ? [] : neededCounters(where, segment);
    return new Set(asked.flatMap((spec) => unfilled.get(counterKey(spec)) ?? []));
  };
  const journeys = liveJourneysOf(registry, { bodyOf, segment, waitsFor });
  const templates = items.flatMap(({ key, sends }) => (sends === undefined ? [] : [{ key, ...sends }]));
  return {
    number,
    publishedAt,
    ...(reconcile !== undefined && { reconcile }),
    redefined: redefinedIn(release),
    ...(lifecycle !== undefined && { lifecycle }),
    ...(inForce !== undefined &&
      published.lifecycle !== undefined && {
        waiting: {
          lifecycle: published.lifecycle,
          segments: [...inForce.segments].map(([key, { where }]) => ({ key, where })),
        },
      }),
    segments: registry.segments.flatMap(({ key, id }) => {
      const body = published.segments.get(key);
      if (body === undefined) return [];
      const { name, where } = body;
      return [{ id, key, name, where, ...(waitsFor(where).size > 0 && { filling: true }) }];
    }),
    ...contactsOf(items, bodyOf),
    ...(journeys.length > 0 && { journeys }),
    ...(templates.length > 0 && { templates }),
    ...(startJourneys && { startJourneys }),
    counters: registry.counters,
  };
}

/**
 * What may be sent to whom and when. It waits for no past: what is published is in force.
 * @param bodyOf what an item holds; asked only for settings and topics
 */
export function contactsOf(
  items: readonly ReleaseItem[],
  bodyOf: (item: ReleaseItem) => unknown,
): Pick<LiveCatalog, 'settings' | 'topics'> {
  const settings = items.find(({ type }) => type === 'settings');
  const { quietHours, caps, builtInMessages, holdout } = (
    settings === undefined ? {} : bodyOf(settings)
  ) as SettingsBody;
  const deciding = {
    ...(quietHours && { quietHours }),
    ...(caps && { caps }),
    ...(builtInMessages && { builtInMessages }),
    ...(holdout !== undefined && { holdout }),
  };
  const topics = items
    .filter(({ type }) => type === 'topic')
    .map((item) => {
      const { consent, doubleOptIn } = bodyOf(item) as TopicBody;
      return { key: item.key, ...(consent && { consent }), ...(doubleOptIn && { doubleOptIn }) };
    });
  return {
    ...(Object.keys(deciding).length > 0 && { settings: deciding }),
    ...(topics.length > 0 && { topics }),
  };
}

interface Bodies {
  readonly lifecycle: LifecycleBody | undefined;
  readonly segments: ReadonlyMap<string, SegmentBody>;
}

function bodiesOf(items: readonly ReleaseItem[], bodyOf: (item: ReleaseItem) => unknown): Bodies {
  const lifecycle = items.find(({ type }) => type === 'lifecycle');
  const segments = items.filter(({ type }) => type === 'segment');
  return {
    lifecycle: lifecycle && (bodyOf(lifecycle) as LifecycleBody),
    segments: new Map(segments.map((item) => [item.key, bodyOf(item) as SegmentBody])),
  };
}

/** A release that is not live as workers would read it once nothing has to wait any more: with the newest of each journey. */
export function candidateOf(
  { waiting: _, registry, ...release }: Release,
  definitions: readonly CheckedDefinition[],
): LiveCatalog {
  const bodies = new Map(definitions.map((definition) => [idOf(definition), definition.body]));
  const journeys = (registry.journeys ?? [])
    .filter(({ gone }) => gone === undefined)
    .map((journey) => ({ ...journey, versions: journey.versions.slice(-1) }));
  return liveCatalogOf({ ...release, registry: { ...registry, journeys } }, (item) => bodies.get(idOf(item)));
}

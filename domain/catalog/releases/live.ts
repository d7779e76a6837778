import { neededCounters } from '../../decisions/expressions/references.ts';
import { counterKey } from '../counter-spec.ts';
import type { Expression } from '../expression.ts';
import type { LifecycleBody } from '../lifecycle.ts';
import type { LiveCatalog } from '../live-catalog.ts';
import type { SegmentBody } from '../segment.ts';
import type { Release, ReleaseItem } from './release.ts';

/** Whether the reducer needs to know it. */
export const isDecidedBy = ({ type }: Pick<ReleaseItem, 'type'>): boolean => type === 'lifecycle' || type === 'segment';

/**
 * A release as workers read it.
 * @param bodyOf what an item holds; asked only for those that `isDecidedBy` says
 */
export function liveCatalogOf(release: Release, bodyOf: (item: ReleaseItem) => unknown): LiveCatalog {
  const { number, publishedAt, items, registry } = release;
  const bodies = items.filter(isDecidedBy).map((item) => ({ ...item, body: bodyOf(item) }));
  const lifecycle = bodies.find(({ type }) => type === 'lifecycle')?.body as LifecycleBody | undefined;
  const bodyOfSegment = new Map(
    bodies.flatMap(({ type, key, body }) => (type === 'segment' ? [[key, body as SegmentBody] as const] : [])),
  );
  const unfilled = new Set(registry.counters.filter((one) => one.unfilled).map(({ spec }) => counterKey(spec)));
  const isFilling = (where: Expression): boolean =>
    unfilled.size > 0 &&
    neededCounters(where, (key) => bodyOfSegment.get(key)?.where).some((spec) => unfilled.has(counterKey(spec)));
  return {
    number,
    publishedAt,
    ...(lifecycle !== undefined && { lifecycle }),
    segments: registry.segments.flatMap(({ key, id }) => {
      const body = bodyOfSegment.get(key);
      if (body === undefined) return [];
      const { name, where } = body;
      return [{ id, key, name, where, ...(isFilling(where) && { filling: true }) }];
    }),
    counters: registry.counters.map(({ id, spec, countsFrom }) => ({ id, spec, countsFrom })),
  };
}

import { counterKey } from '../../catalog/counter-spec.ts';
import type {
  LiveCatalog,
  LiveJourney,
  LiveSegment,
  LiveTemplate,
  RegisteredCounter,
} from '../../catalog/live-catalog.ts';
import { isRunning, journeyIn } from '../../catalog/releases/journeys.ts';
import { askedCounters } from '../../catalog/releases/registry.ts';
import type { CheckedDefinition } from '../../catalog/schemas.ts';

const NOTHING: LiveCatalog = { number: 0, publishedAt: 0, segments: [], counters: [] };

/**
 * What would be live if a journey were published as it is drafted, under the number of what is live: to be asked by it is no
 * publish. What it newly asks people's pasts is counted from now on, as a profile that was never asked has it.
 *
 * @param next all definitions that would be live
 */
export function catalogWithDraft(
  live: LiveCatalog = NOTHING,
  next: readonly CheckedDefinition[],
  key: string,
): LiveCatalog {
  const known = new Set(live.counters.map(({ spec }) => counterKey(spec)));
  const lastCounter = highest(live.counters);
  const counters = askedCounters(next)
    .filter((spec) => !known.has(counterKey(spec)))
    .map((spec, n): RegisteredCounter => ({ id: lastCounter + 1 + n, spec, countsFrom: 0 }));
  const lastSegment = highest(live.segments);
  const segments = next
    .flatMap((one) => (one.type === 'segment' ? [one] : []))
    .filter(({ key: segment }) => !live.segments.some((one) => one.key === segment));
  const drafted = next.find((one) => isRunning(one) && one.key === key);
  const journeys = live.journeys ?? [];
  return {
    ...live,
    counters: [...live.counters, ...counters],
    segments: [
      ...live.segments,
      ...segments.map(
        ({ key: segment, body }, n): LiveSegment => ({ id: lastSegment + 1 + n, key: segment, where: body.where }),
      ),
    ],
    templates: next.flatMap((one): LiveTemplate[] => (one.type === 'template' ? [templateOf(one)] : [])),
    journeys: [
      ...journeys.filter((one) => one.key !== key),
      ...(drafted !== undefined && isRunning(drafted) ? [withVersion(journeys, key, journeyIn(drafted))] : []),
    ],
  };
}

function templateOf({ key, body }: Extract<CheckedDefinition, { type: 'template' }>): LiveTemplate {
  const { channel, topic } = body;
  const isTransactional = 'class' in body && body.class === 'transactional';
  return {
    key,
    channel,
    ...(isTransactional && { class: 'transactional' as const }),
    ...(topic !== undefined && { topic }),
  };
}

/** Who is in it goes on by the version she entered; who enters goes by the draft. Nothing halts a draft. */
function withVersion(
  journeys: readonly LiveJourney[],
  key: string,
  body: LiveJourney['versions'][number]['body'],
): LiveJourney {
  const known = journeys.find((one) => one.key === key);
  const versions = known?.versions ?? [];
  return {
    ...{ id: known?.id ?? highest(journeys) + 1, key },
    versions: [...versions, { version: (versions.at(-1)?.version ?? 0) + 1, body }],
  };
}

const highest = (ids: readonly { readonly id: number }[]): number => Math.max(0, ...ids.map(({ id }) => id));

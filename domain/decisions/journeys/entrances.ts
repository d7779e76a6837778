import type { JourneyEntry } from '../../catalog/journey/entry.ts';
import type { CustomerEvent } from '../../events/event.ts';
import { propertyReader } from '../expressions/comparisons.ts';
import type { CompileContext } from '../expressions/context.ts';
import type { CompiledJourney } from './compile.ts';
import { type Crossing, crossingOf } from './crossings.ts';
import { eventFilter } from './signs.ts';

/** All that takes people into journeys, by what happens. */
export interface Entrances {
  /** By the names events are counted under. */
  readonly byEvent: ReadonlyMap<string, readonly EventEntrance[]>;
  readonly byStage: readonly ChangeEntrance<'stage-enter' | 'stage-leave'>[];
  readonly bySegment: readonly ChangeEntrance<'segment-enter' | 'segment-leave'>[];
  readonly byExit: readonly ChangeEntrance<'journey-exit'>[];
  /** By moments that come by themselves. */
  readonly byTime: readonly TimeEntrance[];
}

export interface EventEntrance {
  readonly journey: CompiledJourney;
  readonly matches: ((event: CustomerEvent) => boolean) | undefined;
}

export interface ChangeEntrance<Type extends JourneyEntry['type']> {
  readonly journey: CompiledJourney;
  readonly entry: Extract<JourneyEntry, { readonly type: Type }>;
}

export interface TimeEntrance {
  readonly journey: CompiledJourney;
  /** When it comes for a person. */
  readonly crossing: Crossing;
  /** In words, what comes. */
  readonly because: string;
}

/** @param journeys those that people may enter */
export function entrancesOf(journeys: readonly CompiledJourney[], { zone }: CompileContext): Entrances {
  const byEvent = new Map<string, EventEntrance[]>();
  const byTime: TimeEntrance[] = [];
  const of = <Type extends JourneyEntry['type']>(...types: readonly Type[]): ChangeEntrance<Type>[] =>
    journeys.flatMap((journey) =>
      journey.newest.body.entries.flatMap((entry) =>
        (types as readonly string[]).includes(entry.type)
          ? [{ journey, entry: entry as ChangeEntrance<Type>['entry'] }]
          : [],
      ),
    );
  for (const journey of journeys)
    for (const entry of journey.newest.body.entries) {
      if (entry.type === 'event') {
        const known = byEvent.get(entry.event) ?? [];
        byEvent.set(entry.event, [...known, { journey, matches: eventFilter(entry.where, zone) }]);
      }
      const timed = crossingOf(entry, zone);
      if (timed !== undefined) byTime.push({ journey, ...timed });
    }
  return {
    ...{ byEvent, byTime },
    byStage: of('stage-enter', 'stage-leave'),
    bySegment: of('segment-enter', 'segment-leave'),
    byExit: of('journey-exit'),
  };
}

/** The value of a journey's key in an event; undefined where the journey has none, or the event has no such property. */
export function keyIn({ newest }: CompiledJourney, properties: CustomerEvent['properties']): string | undefined {
  const { key } = newest.body;
  if (key === undefined || properties === undefined) return undefined;
  const value = propertyReader(key)(properties);
  // What is longer is no id.
  return typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, LONGEST_KEY) : undefined;
}

const LONGEST_KEY = 100;

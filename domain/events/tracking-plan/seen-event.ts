import { DAY } from '../../calendar.ts';
import { type CustomerEvent, countedName, type EventType } from '../event.ts';

/** What has been seen of one event name; all times are those of reception (ms). */
export interface SeenEvent {
  readonly type: SeenType;
  /** The event's name with anything that looks personal masked. */
  readonly name: string;
  readonly count: number;
  /** Of how many of them the properties were looked at: counts of properties and values are out of these. */
  readonly lookedAt: number;
  readonly first: number;
  readonly last: number;
  readonly properties: ReadonlyMap<string, SeenProperty>;
  /** Properties beyond the bound, counted each time they were seen. */
  readonly more: number;
}

export interface SeenProperty {
  readonly count: number;
  readonly first: number;
  readonly last: number;
  readonly types: ReadonlyMap<ValueType, number>;
  /** The values seen most, as texts. */
  readonly values: ReadonlyMap<string, number>;
  /** Values beyond the bound, counted each time they were seen. */
  readonly more: number;
}

/** Everything but `alias`, which describes nothing. */
export type SeenType = Exclude<EventType, 'alias'>;

export const VALUE_TYPES = ['text', 'number', 'boolean', 'time', 'list', 'object', 'null'] as const;
export type ValueType = (typeof VALUE_TYPES)[number];

/**
 * What a tracking plan holds at most. Beyond them it only counts, so that no source can make it grow for ever. Together
 * with the lengths of what it shows they keep an entry under 17 KB, and an ordinary one under 4 KB.
 */
export const BOUNDS = { names: 500, properties: 60, values: 10, valuesOfAll: 120 } as const;

/** How long (ms) what is not seen any more stays. */
export const KEPT = 90 * DAY;

/** Under what an event is entered: traits of people and of groups have one entry each. */
export function seenAs(event: CustomerEvent): { readonly type: SeenType; readonly name: string } | undefined {
  const { type } = event;
  return type === 'alias' ? undefined : { type, name: countedName(event) ?? type };
}

/** One text for type and name, which no other pair has. */
export const seenKey = ({ type, name }: Pick<SeenEvent, 'type' | 'name'>): string => `${type}#${name}`;

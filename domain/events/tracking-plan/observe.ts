import { parseIsoTime } from '../../calendar.ts';
import { isJsonObject, type Json, type JsonObject } from '../../json.ts';
import type { CustomerEvent } from '../event.ts';
import { LIMITS } from '../limits.ts';
import { type IsPersonal, maskNumber, maskText } from '../masking.ts';
import { bounded, join, joinProperty } from './merge.ts';
import { BOUNDS, type SeenEvent, type SeenProperty, type SeenType, type ValueType } from './seen-event.ts';

/** Events of one type and name, and how many there were of them. */
export interface Tally {
  readonly type: SeenType;
  readonly name: string;
  readonly count: number;
  readonly first: number;
  readonly last: number;
}

const NAME = 100;
/** Longer values are no choice that somebody makes in a list. */
const LONGEST_VALUE = 50;
/** Elements of one list that are looked at. */
const ELEMENTS = 5;

/**
 * What a tally adds to the plan, with the properties of some of its events.
 *
 * @param tally its name masked
 */
export function observe(tally: Tally, lookedAt: readonly CustomerEvent[], isPersonal: IsPersonal): SeenEvent {
  const { type, name, count, first, last } = tally;
  const counted: SeenEvent = { type, name, count, lookedAt: 0, first, last, properties: new Map(), more: 0 };
  if (lookedAt.length === 0) return counted;
  const looks = lookedAt.map((event): SeenEvent => ({ ...counted, count: 0, ...propertiesOf(event, isPersonal) }));
  // Brought within bounds only when all are together: a value that comes often may come late.
  return bounded(looks.reduce(join, counted));
}

/** The name under which an event is entered, in its full length: a picker must offer the very name. */
export const maskEventName = (name: string): string => maskText(name, LIMITS.nameLength);

function propertiesOf(
  { type, traits, properties, receivedAt }: CustomerEvent,
  isPersonal: IsPersonal,
): Pick<SeenEvent, 'lookedAt' | 'properties' | 'more'> {
  const seen = new Map<string, SeenProperty>();
  const values = (type === 'identify' || type === 'group' ? traits : properties) ?? {};
  let more = 0;
  for (const [path, value] of pathsOf(values)) {
    if (seen.size === BOUNDS.properties) {
      more++;
      continue;
    }
    const name = maskText(path, NAME);
    const property = seenProperty(value, receivedAt, isPersonal(path));
    const known = seen.get(name);
    // Elements of a list share a name, and so do names that differ only in what was masked: one event counts once.
    seen.set(name, known === undefined ? property : { ...joinProperty(known, property), count: 1 });
  }
  return { lookedAt: 1, properties: seen, more };
}

/** Properties, one level of what is nested in them as `a.b`, and elements of lists as `a[]` and `a[].b`. */
function* pathsOf(values: JsonObject): Iterable<readonly [string, Json]> {
  for (const [name, value] of Object.entries(values)) {
    yield [name, value];
    if (isJsonObject(value)) yield* within(`${name}.`, value);
    if (!Array.isArray(value)) continue;
    for (const element of value.slice(0, ELEMENTS)) {
      yield [`${name}[]`, element];
      if (isJsonObject(element)) yield* within(`${name}[].`, element);
    }
  }
}

function* within(prefix: string, values: JsonObject): Iterable<readonly [string, Json]> {
  for (const [name, value] of Object.entries(values)) yield [`${prefix}${name}`, value];
}

function seenProperty(value: Json, at: number, personal: boolean): SeenProperty {
  const type = typeOf(value);
  const shown = personal ? undefined : shownValue(value, type);
  return {
    count: 1,
    first: at,
    last: at,
    types: new Map([[type, 1]]),
    values: new Map(shown === undefined ? [] : [[shown, 1]]),
    more: 0,
  };
}

function typeOf(value: Json): ValueType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'string') return parseIsoTime(value) === undefined ? 'text' : 'time';
  if (typeof value === 'number') return 'number';
  return typeof value === 'boolean' ? 'boolean' : 'object';
}

/** Times and long texts hardly ever come twice. */
function shownValue(value: Json, type: ValueType): string | undefined {
  if (type === 'number') return String(maskNumber(value as number));
  if (type === 'boolean') return String(value);
  if (type !== 'text' || (value as string).length > LONGEST_VALUE) return undefined;
  return maskText(value as string, LONGEST_VALUE);
}

import { parseIsoTime } from '../../calendar.ts';
import { isJsonObject, type Json, type JsonObject, utf8Length } from '../../json.ts';
import type { CustomerEvent } from '../event.ts';
import { maskNumber, maskText } from '../masking.ts';
import type { IsPersonal } from '../personal-names.ts';
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

/** Properties that may still be looked at. Each costs some 10 µs at most, whatever it is called and holds. */
export interface Work {
  paths: number;
}

/** Bytes of a name as it is shown. */
const NAME = 60;
/** Longer names are not looked at: data in the place of names, or something made to take long. */
const LONGEST_NAME = 120;
const LONG_NAME = '‹long name›';
/** Bytes of a value as it is shown. Longer ones are no choice that somebody makes in a list. */
const VALUE = 40;
/** Elements of one list that are looked at. */
const ELEMENTS = 5;
/** Properties of one event that are looked at; more of them have no room in the plan anyway. */
const PATHS = 2 * BOUNDS.properties;

/**
 * What a tally adds to the plan, with the properties of some of its events.
 *
 * @param tally its name masked
 * @param lookedAt events of that name; those at the end are not looked at when `work` is used up
 */
export function observe(
  tally: Tally,
  lookedAt: readonly CustomerEvent[],
  isPersonal: IsPersonal,
  work: Work,
): SeenEvent {
  const { type, name, count, first, last } = tally;
  let seen: SeenEvent = { type, name, count, lookedAt: 0, first, last, properties: new Map(), more: 0 };
  for (const event of lookedAt) {
    if (work.paths <= 0) break;
    seen = join(seen, { ...seen, count: 0, ...propertiesOf(event, isPersonal, work) });
  }
  // Brought within bounds only when all are together: a value that comes often may come late.
  return seen.lookedAt === 0 ? seen : bounded(seen);
}

function propertiesOf(
  { type, traits, properties, receivedAt }: CustomerEvent,
  isPersonal: IsPersonal,
  work: Work,
): Pick<SeenEvent, 'lookedAt' | 'properties' | 'more'> {
  const seen = new Map<string, SeenProperty>();
  const values = (type === 'identify' || type === 'group' ? traits : properties) ?? {};
  let walked = 0;
  let more = 0;
  for (const [path, value] of pathsOf(values)) {
    if (walked === PATHS) break;
    walked++;
    const isLong = path.length > LONGEST_NAME;
    const name = isLong ? LONG_NAME : cutToBytes(maskText(path, NAME), NAME);
    const known = seen.get(name);
    if (known === undefined && seen.size === BOUNDS.properties) {
      more++;
      continue;
    }
    const property = seenProperty(value, receivedAt, isLong || isPersonal(path));
    // Elements of a list share a name, and so do names that differ only in what was masked: one event counts once.
    seen.set(name, known === undefined ? property : { ...joinProperty(known, property), count: 1 });
  }
  work.paths -= walked;
  return { lookedAt: 1, properties: seen, more };
}

function cutToBytes(text: string, bytes: number): string {
  if (utf8Length(text) <= bytes) return text;
  let cut = '';
  let left = bytes - utf8Length('…');
  for (const character of text) {
    left -= utf8Length(character);
    if (left < 0) break;
    cut += character;
  }
  return `${cut}…`;
}

/** Properties, one level of what is nested in them as `a.b`, and elements of lists as `a[]` and `a[].b`. */
function* pathsOf(values: JsonObject): Iterable<readonly [string, Json]> {
  // Not all entries at once: an event may have thousands, of which only the first are looked at.
  for (const name in values) {
    const value = values[name] as Json;
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
  for (const name in values) yield [`${prefix}${name}`, values[name] as Json];
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
  // What is written 1e400 is no number any more when it is written again.
  if (typeof value === 'number') return Number.isFinite(value) ? 'number' : 'null';
  return typeof value === 'boolean' ? 'boolean' : 'object';
}

/** Times and long texts hardly ever come twice. */
function shownValue(value: Json, type: ValueType): string | undefined {
  if (type === 'number') return String(maskNumber(value as number));
  if (type === 'boolean') return String(value);
  if (type !== 'text' || (value as string).length > VALUE) return undefined;
  const shown = maskText(value as string, VALUE);
  return utf8Length(JSON.stringify(shown)) <= VALUE + 2 ? shown : undefined;
}

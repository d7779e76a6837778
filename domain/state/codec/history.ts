import { readHash, writeHash } from '../../hash.ts';
import type { CounterDay, CounterState, CounterStates } from '../counters.ts';
import type { ActiveDay } from '../days.ts';
import type { Profile } from '../profile.ts';
import type { EventTotal, EventTotals } from '../totals.ts';
import { type Absolute, HASH, type Packed, type Relative, record, type T } from './packed.ts';
import { packNumbers, signed, unpackNumbers, unsigned } from './packed-numbers.ts';
import { SPEC_NAMES } from './spec-names.ts';

/** What she did. */
export function packHistory(profile: Profile, rel: Relative): Partial<Packed> {
  const { activity, events, days, olderDays, counters, purchases, hours, signals } = profile;
  const orNull = (time: number | undefined) => (time === undefined ? null : rel(time));
  const filled = packFilled(counters);
  const x = [activity.first, activity.last, activity.known, activity.live].map(orNull);
  return {
    ...(x.some((time) => time !== null) && { x }),
    ...(events.length > 0 && { e: packTotals(events, rel) }),
    ...(days.length > 0 && { d: packDays(days) }),
    ...((olderDays.days.length > 0 || olderDays.active > 0) && {
      O: [packGaps(olderDays.days), olderDays.active, olderDays.bought],
    }),
    ...(counters.size > 0 && { C: packCounters(counters, rel) }),
    ...(filled.length > 0 && { F: filled }),
    ...(purchases.count + purchases.cancelled + purchases.refunds > 0 && { p: packPurchases(profile, orNull) }),
    ...(hours.length > 0 && { h: packNumbers(hours) }),
    ...(signals.size > 0 && {
      s: record(signals, ({ endedAt, resumedAt }) => [orNull(endedAt), orNull(resumedAt)] as const),
    }),
  };
}

export function unpackHistory(profile: Profile, packed: Packed, abs: Absolute): void {
  const { x, e, d = '', O, C = [], F = [], p, h = '', s = {} } = packed;
  if (x !== undefined) profile.activity = unpackActivity(x, abs);
  if (e !== undefined) profile.events = unpackTotals(e, abs);
  profile.days = unpackDays(d);
  if (O !== undefined) profile.olderDays = { days: unpackGaps(O[0]), active: O[1], bought: O[2] };
  profile.counters = unpackCounters(C, F, abs);
  if (p !== undefined) {
    const [count, first, last, spent, cancelled = 0, refunds = 0] = p;
    profile.purchases = {
      count,
      cancelled,
      refunds,
      ...(first !== null && { first: abs(first) }),
      ...(last !== null && { last: abs(last) }),
      spentMicros: new Map(Object.entries(spent)),
    };
  }
  profile.hours = unpackNumbers(h);
  profile.signals = new Map(
    Object.entries(s).map(([name, [ended, resumed]]) => [
      name,
      { ...(ended !== null && { endedAt: abs(ended) }), ...(resumed !== null && { resumedAt: abs(resumed) }) },
    ]),
  );
}

function unpackActivity(x: readonly (T | null)[], abs: Absolute): Profile['activity'] {
  const [first, last, known, live] = [0, 1, 2, 3].map((place) => {
    const time = x[place] ?? null;
    return time === null ? undefined : abs(time);
  });
  return { first, last, known, live };
}

const SPEC_PLACES: ReadonlyMap<string, number> = new Map(SPEC_NAMES.map((name, place) => [name, place]));

const packTotals = (totals: EventTotals, rel: Relative): NonNullable<Packed['e']> => [
  totals.map(({ name }) => SPEC_PLACES.get(name) ?? name),
  packNumbers(totals.flatMap(({ count, first, last }) => [count, signed(rel(first)), last - first])),
];

function unpackTotals([names, text]: NonNullable<Packed['e']>, abs: Absolute): EventTotal[] {
  const numbers = unpackNumbers(text);
  return names.map((name, i) => {
    const first = abs(unsigned(numbers[3 * i + 1] ?? 0));
    return {
      name: typeof name === 'number' ? (SPEC_NAMES[name] ?? '') : name,
      count: numbers[3 * i] ?? 0,
      first,
      last: first + (numbers[3 * i + 2] ?? 0),
    };
  });
}

function packDays(days: readonly ActiveDay[]): string {
  let before = 0;
  return packNumbers(
    days.flatMap(({ day, events, orders, cancelled }) => {
      const gap = day - before;
      before = day;
      return [gap, events, orders, cancelled];
    }),
  );
}

function unpackDays(text: string): ActiveDay[] {
  const numbers = unpackNumbers(text);
  const days: ActiveDay[] = [];
  let day = 0;
  for (let i = 0; i + 3 < numbers.length; i += 4) {
    day += numbers[i] as number;
    days.push({
      day,
      events: numbers[i + 1] as number,
      orders: numbers[i + 2] as number,
      cancelled: numbers[i + 3] as number,
    });
  }
  return days;
}

/** Days × 2 + bought, ascending. */
function packGaps(codes: readonly number[]): string {
  let before = 0;
  return packNumbers(
    codes.map((code) => {
      const gap = (code >> 1) - before;
      before = code >> 1;
      return gap * 2 + (code & 1);
    }),
  );
}

function unpackGaps(text: string): number[] {
  let day = 0;
  return unpackNumbers(text).map((number) => {
    day += number >> 1;
    return day * 2 + (number & 1);
  });
}

function packCounters(counters: CounterStates, rel: Relative): (number | string)[] {
  return [...counters].flatMap(([id, { days, stamps }]) => {
    let day = 0;
    const numbers = days.flatMap((entry) => {
      const gap = entry.day - day;
      day = entry.day;
      // The sign travels with the count: the amount itself may take all the digits a number has.
      return [gap, entry.count * 2 + (entry.micros < 0 ? 1 : 0), Math.abs(entry.micros)];
    });
    let time = 0;
    const gaps = stamps.map((stamp, place) => {
      const gap = rel(stamp) - time;
      time = rel(stamp);
      // Only the first can be from before the profile's birth.
      return place === 0 ? signed(gap) : gap;
    });
    return [id, packNumbers(numbers), packNumbers(gaps)];
  });
}

/** Beside the counters and not with them: what an older release does not know it leaves alone. */
const packFilled = (counters: CounterStates): (number | string)[] =>
  [...counters].flatMap(([id, { filled }]) => (filled === undefined ? [] : [id, filled.map(writeHash).join('')]));

function unpackCounters(
  packed: readonly (number | string)[],
  filled: readonly (number | string)[],
  abs: Absolute,
): CounterStates {
  const counters = new Map<number, CounterState>();
  for (let i = 0; i + 2 < packed.length; i += 3) {
    const [id, daysText, stampsText] = packed.slice(i, i + 3) as [number, string, string];
    const numbers = unpackNumbers(daysText);
    const days: CounterDay[] = [];
    let day = 0;
    for (let n = 0; n + 2 < numbers.length; n += 3) {
      day += numbers[n] as number;
      const [count, micros] = [numbers[n + 1] as number, numbers[n + 2] as number];
      days.push({ day, count: Math.floor(count / 2), micros: count % 2 === 1 ? -micros : micros });
    }
    let time = 0;
    const stamps = unpackNumbers(stampsText).map((gap, place) => {
      time += place === 0 ? unsigned(gap) : gap;
      return abs(time);
    });
    counters.set(id, { days, stamps });
  }
  for (let i = 0; i + 1 < filled.length; i += 2) {
    const [id, hashes] = filled.slice(i, i + 2) as [number, string];
    counters.set(id, { ...(counters.get(id) ?? { days: [], stamps: [] }), filled: hashesIn(hashes) });
  }
  return counters;
}

const hashesIn = (text: string): readonly number[] =>
  Array.from({ length: text.length / HASH }, (_, i) => readHash(text.slice(i * HASH, (i + 1) * HASH)));

function packPurchases(
  { purchases }: Profile,
  orNull: (time: number | undefined) => T | null,
): NonNullable<Packed['p']> {
  const { count, first, last, spentMicros, cancelled, refunds } = purchases;
  const counted = [count, orNull(first), orNull(last), record(spentMicros, (micros) => micros)] as const;
  return cancelled + refunds > 0 ? [...counted, cancelled, refunds] : counted;
}

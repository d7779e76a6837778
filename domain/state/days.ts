/** One calendar day of activity, in the project's zone. */
export interface ActiveDay {
  readonly day: number;
  readonly events: number;
  readonly orders: number;
  /** Orders of any day that were cancelled on this one. */
  readonly cancelled: number;
}

/**
 * Active days from before the kept ones, without their counts: what models of buying need of a long past. `days` holds
 * day × 2, plus 1 if she bought on it, ascending; `active` and `bought` count those that are older still.
 */
export interface OlderDays {
  readonly days: readonly number[];
  readonly active: number;
  readonly bought: number;
}

export interface Days {
  readonly days: readonly ActiveDay[];
  readonly olderDays: OlderDays;
}

/**
 * How many calendar days are held with their counts, the newest included: the widest window anybody may ask for is 90, and
 * a clock that is ahead by 24 hours can make the newest day one after tomorrow.
 */
const KEPT = 92;

/** Nearly three years of being active every day; a customer once a week is remembered for twenty. */
const MOST_OLDER = 1_000;

/** Adds what happened on a day. */
export function addDay(before: Days, added: ActiveDay): Days {
  const { days } = before;
  const newest = days[days.length - 1];
  if (newest !== undefined && added.day <= newest.day - KEPT) return { days, olderDays: addOlder(before, [added]) };

  let place = days.length;
  while (place > 0 && (days[place - 1] as ActiveDay).day > added.day) place--;
  const known = days[place - 1];
  const copy = days.slice();
  if (known?.day === added.day) copy[place - 1] = sumOf(known, added);
  else copy.splice(place, 0, added);
  return newest === undefined || added.day <= newest.day
    ? { days: copy, olderDays: before.olderDays }
    : aged(copy, before);
}

/** The days of two profiles together. */
export const mergeDays = (one: Days, other: Days): Days => {
  const merged = other.days.reduce<Days>((sum, day) => addDay(sum, day), one);
  return { days: merged.days, olderDays: mergeOlder(merged.olderDays, other.olderDays) };
};

/** On how many different days of her life she was active, and on how many she bought. */
export function countDays({ days, olderDays }: Days): { readonly active: number; readonly bought: number } {
  let { active, bought } = olderDays;
  for (const code of olderDays.days) {
    active++;
    bought += code & 1;
  }
  for (const { events, orders } of days) {
    if (events > 0) active++;
    if (orders > 0) bought++;
  }
  return { active, bought };
}

const sumOf = (a: ActiveDay, b: ActiveDay): ActiveDay => ({
  day: a.day,
  events: a.events + b.events,
  orders: a.orders + b.orders,
  cancelled: a.cancelled + b.cancelled,
});

/** A newer day has come: those that fall out of the kept range become older ones. */
function aged(days: ActiveDay[], before: Days): Days {
  const oldest = (days[days.length - 1] as ActiveDay).day - KEPT + 1;
  let gone = 0;
  while ((days[gone] as ActiveDay).day < oldest) gone++;
  if (gone === 0) return { days, olderDays: before.olderDays };
  return { days: days.slice(gone), olderDays: addOlder(before, days.slice(0, gone)) };
}

function addOlder({ olderDays }: Days, leaving: readonly ActiveDay[]): OlderDays {
  // A day on which nothing but a cancellation happened was no active one.
  const codes = leaving.filter(({ events }) => events > 0).map(({ day, orders }) => day * 2 + (orders > 0 ? 1 : 0));
  return codes.length === 0 ? olderDays : mergeOlder(olderDays, { days: codes, active: 0, bought: 0 });
}

function mergeOlder(one: OlderDays, other: OlderDays): OlderDays {
  if (other.days.length === 0 && other.active === 0) return one;
  if (isLater(other, one)) return withinBound([...one.days, ...other.days], one.active, one.bought);
  const bought = new Map<number, number>();
  for (const code of [...one.days, ...other.days])
    bought.set(code >> 1, Math.max(bought.get(code >> 1) ?? 0, code & 1));
  const days = [...bought].map(([day, flag]) => day * 2 + flag).sort((a, b) => a - b);
  return withinBound(days, one.active + other.active, one.bought + other.bought);
}

/** Whether all that others hold is newer: as a rule, since days leave the kept range one after the other. */
const isLater = (other: OlderDays, one: OlderDays): boolean =>
  other.active === 0 && (other.days[0] as number) >> 1 > (one.days[one.days.length - 1] ?? -1) >> 1;

function withinBound(days: readonly number[], active: number, bought: number): OlderDays {
  if (days.length <= MOST_OLDER) return { days, active, bought };
  const gone = days.slice(0, days.length - MOST_OLDER);
  return {
    days: days.slice(gone.length),
    active: active + gone.length,
    bought: bought + gone.filter((code) => (code & 1) === 1).length,
  };
}

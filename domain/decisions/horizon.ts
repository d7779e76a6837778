/**
 * An answer that time alone can change. `until` is the first moment (ms) at which `value` would be another if nothing
 * came in; `due` is when to look again: the same moment, or up to an hour later where the edge is that of a calendar
 * day and everybody's would fall on midnight. `Infinity`: never.
 */
export interface Answer<T> {
  readonly value: T;
  readonly until: number;
  readonly due: number;
}

/** Answer that only an input can change. */
const always = <T>(value: T): Answer<T> => ({
  value,
  until: Number.POSITIVE_INFINITY,
  due: Number.POSITIVE_INFINITY,
});

export const ALWAYS_TRUE: Answer<boolean> = always(true);
export const ALWAYS_FALSE: Answer<boolean> = always(false);

/** Whether it is the time from `from` (ms, included) to `to` (ms, excluded). `spread`: how much later (ms) to look again. */
export function isDuring(from: number, to: number, now: number, spread = 0): Answer<boolean> {
  if (now >= to || from >= to) return ALWAYS_FALSE;
  const value = now >= from;
  const until = value ? to : from;
  return until === Number.POSITIVE_INFINITY
    ? value
      ? ALWAYS_TRUE
      : ALWAYS_FALSE
    : { value, until, due: until + spread };
}

export interface Case<T, Subject> {
  readonly value: T;
  /** `enough`: a moment (ms) beyond which nobody asks how long the answer holds; it may then say any that is not earlier. */
  readonly when: (subject: Subject, now: number, enough: number) => Answer<boolean>;
}

/**
 * The value of the first case that holds. It stays until an earlier case comes to hold or this one ceases to, so later
 * cases are not even asked.
 */
export function firstMatch<T, Subject>(
  cases: readonly Case<T, Subject>[],
  otherwise: T,
  subject: Subject,
  now: number,
  enough: number,
): Answer<T> {
  let until = Number.POSITIVE_INFINITY;
  let due = Number.POSITIVE_INFINITY;
  for (const { value, when } of cases) {
    const answer = when(subject, now, enough);
    until = Math.min(until, answer.until);
    due = Math.min(due, answer.due);
    if (answer.value) return { value, until, due };
  }
  return { value: otherwise, until, due };
}

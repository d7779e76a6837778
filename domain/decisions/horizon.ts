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
export const always = <T>(value: T): Answer<T> => ({
  value,
  until: Number.POSITIVE_INFINITY,
  due: Number.POSITIVE_INFINITY,
});

/** Answer that changes at an exact moment. */
const changesAt = <T>(value: T, until: number): Answer<T> => ({ value, until, due: until });

/** Whether `moment` has been reached. */
export const hasPassed = (moment: number, now: number): Answer<boolean> =>
  now >= moment ? always(true) : changesAt(false, moment);

/** Whether `moment` is still to come. */
export const isBefore = (moment: number, now: number): Answer<boolean> =>
  now < moment ? changesAt(true, moment) : always(false);

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

/** Whether one of two answers holds. True stays true until both have ceased, which is exact while neither can begin anew by time alone. */
export function either(a: Answer<boolean>, b: Answer<boolean>): Answer<boolean> {
  if (a.value && b.value) return a.until >= b.until ? a : b;
  if (a.value) return a;
  if (b.value) return b;
  return a.until <= b.until ? a : b;
}

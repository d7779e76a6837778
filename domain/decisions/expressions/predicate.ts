import type { Profile } from '../../state/profile.ts';
import { ALWAYS_FALSE, ALWAYS_TRUE, type Answer } from '../horizon.ts';

/**
 * A question about one profile at one moment (ms), with how long its answer holds if nothing comes in.
 *
 * `enough`: a moment beyond which nobody asks how long; the answer may then say any that is not earlier.
 */
export type Predicate = (profile: Profile, now: number, enough: number) => Answer<boolean>;

/** A question that only an input can answer differently. */
export const timeless =
  (holds: (profile: Profile) => boolean): Predicate =>
  (profile) =>
    holds(profile) ? ALWAYS_TRUE : ALWAYS_FALSE;

export const allOf = (predicates: readonly Predicate[]): Predicate => combined(predicates, true);
export const anyOf = (predicates: readonly Predicate[]): Predicate => combined(predicates, false);

export const not =
  (predicate: Predicate): Predicate =>
  (profile, now, enough) => {
    const { value, until, due } = predicate(profile, now, enough);
    return { value: !value, until, due };
  };

/** How often a combination is asked again, at the moments at which its parts change, before it says "look again then". */
const LOOKS = 16;

/**
 * "all" is true if everything is (`unanimous`), "any" false if everything is. While parts dissent the answer stays at least
 * until the last of them has changed his mind; others may have changed theirs by then, so it is asked anew as of then. After
 * some rounds of that the answer may hold longer than it says: to look again too early costs a little and spoils nothing.
 */
function combined(predicates: readonly Predicate[], unanimous: boolean): Predicate {
  const [only, second] = predicates;
  if (only !== undefined && second === undefined) return only;
  return (profile, now, enough) => {
    let answer = poll(predicates, unanimous, profile, now, enough);
    if (answer.value === unanimous) return answer;
    for (let look = 1; look < LOOKS && answer.until < enough && answer.until < Number.POSITIVE_INFINITY; look++) {
      const next = poll(predicates, unanimous, profile, answer.until, enough);
      if (next.value === unanimous) return answer;
      answer = next;
    }
    return answer;
  };
}

/** Of one moment: until the first part changes while they are unanimous, else until the last dissenter does. */
function poll(
  predicates: readonly Predicate[],
  unanimous: boolean,
  profile: Profile,
  now: number,
  enough: number,
): Answer<boolean> {
  let [until, due] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  let [dissent, dissentDue] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const predicate of predicates) {
    const answer = predicate(profile, now, enough);
    if (answer.value === unanimous) {
      until = Math.min(until, answer.until);
      due = Math.min(due, answer.due);
    } else {
      // One who dissents for long enough is enough.
      if (answer.until >= enough || answer.until === Number.POSITIVE_INFINITY) return answer;
      dissent = Math.max(dissent, answer.until);
      dissentDue = Math.max(dissentDue, answer.due);
    }
  }
  return dissent === Number.NEGATIVE_INFINITY
    ? { value: unanimous, until, due }
    : { value: !unanimous, until: dissent, due: dissentDue };
}

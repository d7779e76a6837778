import { isActivity } from '../events/activity.ts';
import { hashText } from '../hash.ts';
import { foldEvent } from '../state/fold.ts';
import { type EventInput, type Input, inputOrder } from '../state/input.ts';
import { type Cause, copyProfile, newProfile, type Profile } from '../state/profile.ts';
import { isKnownInput, rememberInput } from '../state/recent.ts';
import { holdingEnd } from '../state/signals.ts';
import type { Effect, TransitionEffect } from './effect.ts';
import { isAway, reasonFor, stageOf } from './lifecycle.ts';
import { decideMessages } from './messages.ts';
import type { Plan } from './plan.ts';
import { WAKE_WITHIN } from './sweep-window.ts';

export interface Advanced {
  readonly profile: Profile;
  readonly effects: readonly Effect[];
  /** False when every input was a repetition or out of date: there is nothing to write. */
  readonly changed: boolean;
}

/**
 * The whole engine: what a user's profile becomes through her inputs, and what is to be done outside because of it.
 *
 * Inputs are taken in the order of their own times. Before each of them, whatever was due until then fires at the time
 * it was due, so the outcome does not depend on how late or in which batches inputs are reduced. An input seen before,
 * and a due time that is no longer the profile's, change nothing.
 *
 * @param stored the profile as last committed (left as it is), undefined if there is none yet
 * @param inputs at least one, all of this user
 */
export function advance(stored: Profile | undefined, inputs: readonly Input[], plan: Plan): Advanced {
  const ordered = inputs.length === 1 ? inputs : [...inputs].sort(inputOrder);
  const profile = stored === undefined ? bornWith(ordered[0] as Input) : copyProfile(stored);
  const effects: Effect[] = [];
  const dueBefore = profile.dueAt;
  let changed = false;

  for (const input of ordered) {
    if (isSpent(profile, input)) continue;
    changed = true;
    const now = Math.max(input.at, profile.asOf);
    fireWhatIsDue(profile, now, plan, effects);
    if (input.kind === 'event') {
      takeEvent(profile, input, now, plan);
      rememberInput(profile, input.id, input.at);
      decide(profile, now, causeOf(profile), plan, effects);
    }
  }

  const { dueAt } = profile;
  if (dueAt !== undefined && dueAt !== dueBefore && dueAt <= profile.asOf + WAKE_WITHIN)
    effects.push({ kind: 'wake', at: dueAt });
  return { profile, effects, changed };
}

/** The lineage names this life of the profile: an id that was erased and comes back gets another one. */
const bornWith = (first: Input): Profile =>
  newProfile(first.user, hashText(`${first.user}/${first.id}/${first.at}`), first.at);

/** A due time is answered by whatever moved or fired it; anything else is known by its id. */
const isSpent = (profile: Profile, input: Input): boolean =>
  input.kind === 'due' ? profile.dueAt !== input.at : isKnownInput(profile, input.id);

/** Lets time pass up to `now`. A decision can set the next due time before `now`: a person can sleep and then leave. */
function fireWhatIsDue(profile: Profile, now: number, plan: Plan, effects: Effect[]): void {
  while (profile.dueAt !== undefined && profile.dueAt <= now) {
    const dueAt = Math.max(profile.dueAt, profile.asOf);
    profile.dueAt = undefined;
    decide(profile, dueAt, 'time', plan, effects);
  }
}

/** Adds the event to the profile; the activity that ends a dormancy is the return. */
function takeEvent(profile: Profile, { event }: EventInput, now: number, plan: Plan): void {
  const wasAway = isAway(profile.stage?.name);
  foldEvent(profile, event);
  if (!wasAway || !isActivity(event)) return;
  const { returnedAt } = profile;
  profile.returnedAt = event.time;
  // Something that happened long ago and arrives now does not bring her back.
  if (isAway(stageOf(profile, plan.lifecycle, now)?.value)) profile.returnedAt = returnedAt;
}

/** While an explicit end holds, the only stage to enter is the one it says. */
const causeOf = (profile: Profile): Cause => (holdingEnd(profile) === undefined ? 'activity' : 'signal');

/** Asks every time-dependent question anew: the stage, what follows from entering it, and when to ask again. */
function decide(profile: Profile, now: number, cause: Cause, plan: Plan, effects: Effect[]): void {
  profile.asOf = now;
  const answer = stageOf(profile, plan.lifecycle, now);
  if (answer === undefined) return;

  let transition: TransitionEffect | undefined;
  const from = profile.stage?.name;
  if (answer.value !== from) {
    const reason = reasonFor(answer.value, profile, plan.lifecycle, now);
    transition = { kind: 'transition', ...(from !== undefined && { from }), to: answer.value, at: now, cause, reason };
    profile.stage = { name: answer.value, since: now, cause, reason, ...(from !== undefined && { previous: from }) };
    effects.push(transition);
  }
  effects.push(...decideMessages(profile, plan.messages, transition, now));

  // Only ever earlier: a due time that activity has overtaken fires, finds nothing and is set anew, which costs far
  // less than moving it with every event.
  if (answer.due < (profile.dueAt ?? Number.POSITIVE_INFINITY)) profile.dueAt = answer.due;
}

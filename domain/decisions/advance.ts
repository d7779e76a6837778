import { DAY } from '../calendar.ts';
import { isActivity } from '../events/activity.ts';
import { type CustomerEvent, countedName } from '../events/event.ts';
import { hashText } from '../hash.ts';
import type { Cause } from '../state/cause.ts';
import { entriesOf, mergeConsents } from '../state/consent.ts';
import { fillCounters, withoutUnused } from '../state/counters.ts';
import { foldEvent } from '../state/fold.ts';
import {
  type ConsentInput,
  dueId,
  type EventInput,
  type ImportInput,
  type Input,
  inputOrder,
  type ReceiptInput,
} from '../state/input.ts';
import { hasFolded } from '../state/links.ts';
import { mergeProfile } from '../state/merge.ts';
import { copyOf, newProfile, type Profile } from '../state/profile.ts';
import { heatUp, isQuarantined, release } from '../state/quarantine.ts';
import { clearUnreachable, mergeUnreachable } from '../state/reachability.ts';
import { isKnownInput, rememberInput } from '../state/recent.ts';
import { holdingEnd } from '../state/signals.ts';
import { isKnown } from '../state/user-key.ts';
import { decide } from './decide.ts';
import { takeBack } from './deferral.ts';
import type { Effect } from './effect.ts';
import { isAway, stageOf } from './lifecycle.ts';
import type { Plan } from './plan.ts';
import { forgetSegments, touchedBy } from './segments.ts';
import { WAKE_WITHIN } from './sweep-window.ts';

export interface Advanced {
  readonly profile: Profile;
  readonly effects: readonly Effect[];
  /** False when every input was a repetition or out of date: there is nothing to write. */
  readonly changed: boolean;
}

/** Profiles that turn out to be this person's, by the id of the input that says so. */
export type Joined = ReadonlyMap<string, readonly Profile[]>;

const NOBODY: Joined = new Map();

/**
 * The whole engine: what a user's profile becomes through her inputs, and what is to be done outside because of it.
 *
 * Inputs are taken in the order of their own times. Before each of them, whatever was due until then fires at the time
 * it was due, so the outcome does not depend on how late or in which batches inputs are reduced. An input seen before,
 * and a due time that is no longer the profile's, change nothing.
 *
 * @param stored the profile as last committed (left as it is), undefined if there is none yet
 * @param inputs at least one, all of this user
 * @param joined is folded in with the input it belongs to, once only
 */
export function advance(
  stored: Profile | undefined,
  inputs: readonly Input[],
  plan: Plan,
  joined: Joined = NOBODY,
): Advanced {
  const ordered = inputs.length === 1 ? inputs : [...inputs].sort(inputOrder);
  const profile = stored === undefined ? bornWith(ordered, plan) : copyOf(stored);
  const effects: Effect[] = [];
  const dueBefore = profile.dueAt;
  let changed = false;

  for (const input of ordered) {
    const others = joined.get(input.id) ?? [];
    // What she has now may have counted it before it was hers.
    const isNew = !isSpent(profile, input) && !others.some(({ recent }) => isKnownInput(recent, input.id));
    if (!isNew && others.length === 0) continue;
    // Asking anew is no reason to write: only another answer is.
    changed ||= input.kind !== 'reconcile' || others.length > 0;
    const now = Math.max(input.at, profile.asOf);
    letTimePass(profile, now, plan, effects);
    take(profile, input.id, isNew ? input : undefined, others, now, plan, effects);
  }

  const { dueAt } = profile;
  if (dueAt !== undefined && dueAt !== dueBefore && dueAt <= profile.asOf + WAKE_WITHIN)
    effects.push({ kind: 'wake', at: dueAt });
  profile.counters = withoutUnused(profile.counters, profile.asOf, plan.counters.byId, plan.zone);
  return { profile, effects, changed: changed || effects.length > 0 || dueAt !== dueBefore };
}

/**
 * The last thing that happens to a profile that becomes part of another one at `at` (ms): what was due until then. It
 * is no longer due for anything.
 */
export function retire(stored: Profile, at: number, plan: Plan): Omit<Advanced, 'changed'> {
  const profile = copyOf(stored);
  const effects: Effect[] = [];
  letTimePass(profile, Math.max(at, profile.asOf), plan, effects);
  profile.dueAt = undefined;
  return { profile, effects };
}

/** They bring nobody into being. */
const OF_WHO_IS_THERE: ReadonlySet<Input['kind']> = new Set([
  'due',
  'reconcile',
  'backfill',
  'receipt',
  'consent',
  'deferred',
  'cleared',
  'enrol',
  'became',
  'answered',
  'taken-out',
]);

/** The lineage names this life of the profile: an id that was erased and comes back gets another one. */
function bornWith(ordered: readonly Input[], plan: Plan): Profile {
  // Who is only asked about is not there yet; batched with what comes next, that must not make her another.
  const { user, id, at } = ordered.find(({ kind }) => !OF_WHO_IS_THERE.has(kind)) ?? (ordered[0] as Input);
  return { ...newProfile(user, hashText(`${user}/${id}/${at}`), at), plan: plan.number };
}

/** A due time is answered by whatever moved or fired it; anything else is known by its id. */
function isSpent(profile: Profile, input: Input): boolean {
  if (input.kind === 'due') return profile.dueAt !== input.at;
  if (input.kind === 'reconcile') return false;
  // Of somebody who is not there, or not any more, nothing is filled in and nothing noted.
  const isThere = profile.version > 0 || profile.recent.length > 0;
  if (!isThere && OF_WHO_IS_THERE.has(input.kind)) return true;
  if (input.kind === 'event' && isQuarantined(profile, input.at)) return true;
  return isKnownInput(profile.recent, input.id);
}

/**
 * Lets time pass up to `now`. If the project has published something since the profile was last looked at, that comes
 * to bear at the moment it was published, and as the cause of what it changes.
 */
function letTimePass(profile: Profile, now: number, plan: Plan, effects: Effect[]): void {
  if (profile.plan < plan.number) {
    const published = Math.max(profile.asOf, Math.min(plan.publishedAt, now));
    const { dueAt } = profile;
    // It is the new catalog that answers for what was due before it, while it is the old one that set it. Only where both
    // name the same moment is it time that changed her; anything else is the publish's doing, and silent. So are the
    // segments: she may enter one then that did not exist yet.
    if (dueAt !== undefined && dueAt <= published && changesAt(profile, dueAt, plan)) {
      profile.dueAt = undefined;
      const at = Math.max(dueAt, profile.asOf);
      decide(profile, { at, cause: 'time', by: dueId(dueAt), onlyStage: true }, plan, effects);
    }
    const planBefore = profile.plan;
    profile.plan = plan.number;
    forgetSegments(profile, plan.segments);
    // Where stages and segments mean what they did, it is time that has changed her: halting a journey is nobody's doing.
    const isPublish = plan.redefined > planBefore;
    const what = isPublish
      ? ({ cause: 'publish', by: `publish-${plan.number}` } as const)
      : ({ cause: 'time', by: dueId(published) } as const);
    decide(profile, { at: published, ...what, planBefore }, plan, effects);
  }
  fireWhatIsDue(profile, now, plan, effects);
}

const changesAt = (profile: Profile, time: number, { lifecycle }: Plan): boolean =>
  stageOf(profile, lifecycle, time - 1)?.value !== stageOf(profile, lifecycle, time)?.value;

/** A decision can set the next due time before `now`: a person can sleep and then leave. */
function fireWhatIsDue(profile: Profile, now: number, plan: Plan, effects: Effect[]): void {
  while (profile.dueAt !== undefined && profile.dueAt <= now) {
    const at = Math.max(profile.dueAt, profile.asOf);
    // Whoever makes it fire: its own input, or the next thing that comes in.
    const by = dueId(profile.dueAt);
    profile.dueAt = undefined;
    decide(profile, { at, cause: 'time', by }, plan, effects);
  }
}

/**
 * What one input does: to what is known, by whom she turns out to be, and to what is decided because of it.
 *
 * @param by the input's id
 * @param input undefined when it counts already and only brings `others`
 */
function take(
  profile: Profile,
  by: string,
  input: Input | undefined,
  others: readonly Profile[],
  now: number,
  plan: Plan,
  effects: Effect[],
): void {
  if (input?.kind === 'due' && others.length === 0) return;
  if (input?.kind === 'release') release(profile);
  if (input?.kind === 'receipt') takeReceipt(profile, input, effects);
  if (input?.kind === 'consent') takeConsent(profile, input);
  if (input?.kind === 'cleared') profile.unreachable = clearUnreachable(profile.unreachable, input.address, input.at);
  if (input?.kind === 'deferred') takeBack(profile, input, plan.messages);
  const isEvent = input?.kind === 'event' || input?.kind === 'import';
  // Its parts are replaced and never changed: a copy is what was there before.
  const before = isEvent && plan.segments.all.length > 0 ? copyOf(profile) : profile;
  if (isEvent) takeEvent(profile, input, now, plan, effects);
  if (input !== undefined && input.kind !== 'reconcile' && input.kind !== 'due')
    profile.recent = rememberInput(profile.recent, input.id, input.at);
  const alone = others.length > 0 ? stageOf(profile, plan.lifecycle, now)?.value : undefined;
  const cause = causeOf(profile, input);
  join(profile, others, now, by, effects);
  // Not before: who joins may have been filled from the same key already, and only together do they know.
  if (input?.kind === 'backfill') profile.counters = fillCounters(profile.counters, input.counters, input.from);
  const isTheirs = others.length > 0 && alone !== stageOf(profile, plan.lifecycle, now)?.value;
  const touched =
    isEvent && others.length === 0 ? touchedBy(plan.segments, countedName(input.event), before, profile) : undefined;
  // Only what she would not be without the others' past is due to them.
  const joins = others.length > 0;
  decide(profile, { at: now, cause: isTheirs ? 'merge' : cause, by, touched, input, joins }, plan, effects);
}

const TOLD_OF_HER: ReadonlySet<Input['kind']> = new Set([
  ...(['receipt', 'consent', 'deferred'] as const),
  ...(['trigger', 'enrol', 'became', 'answered', 'taken-out'] as const),
]);

function causeOf(profile: Profile, input: Input | undefined): Cause {
  if (input?.kind === 'import') return 'import';
  if (input?.kind === 'reconcile') return input.cause;
  if (input?.kind === 'backfill') return 'publish';
  // What becomes of a message to her, and what she says to it, is told as it happens.
  if (input !== undefined && TOLD_OF_HER.has(input.kind)) return 'activity';
  if (input?.kind !== 'event') return 'merge';
  // While an explicit end holds, the only stage to enter is the one it says.
  return holdingEnd(profile) === undefined ? 'activity' : 'signal';
}

/** What a server sends of the past comes as fast as it can be read, and once. */
const isHistory = ({ source, time, receivedAt }: CustomerEvent): boolean =>
  source === 'server' && time < receivedAt - DAY;

/** Adds the event to the profile; the activity that ends a dormancy is the return. */
function takeEvent(
  profile: Profile,
  input: EventInput | ImportInput,
  now: number,
  plan: Plan,
  effects: Effect[],
): void {
  const { kind, event } = input;
  const wasAway = isAway(plan.lifecycle, profile.stage?.name);
  foldEvent(profile, event, plan, kind === 'event');
  if (kind === 'event') {
    profile.quarantinedUntil = undefined;
    // Not by its own time: something that waited on a queue for hours does not come faster for that.
    if (!isHistory(event) && heatUp(profile, now))
      effects.push({ kind: 'quarantine', at: now, until: profile.quarantinedUntil ?? now, by: input.id });
  }
  if (!wasAway || !isActivity(event)) return;
  const { returnedAt } = profile;
  profile.returnedAt = event.time;
  // Something that happened long ago and arrives now does not bring her back.
  if (isAway(plan.lifecycle, stageOf(profile, plan.lifecycle, now)?.value)) profile.returnedAt = returnedAt;
}

/** What is known already, by a message before, is no news. */
function takeReceipt(profile: Profile, input: ReceiptInput, effects: Effect[]): void {
  const { at, channel, outcome, sendId, address, id } = input;
  const known = profile.unreachable;
  profile.unreachable = mergeUnreachable(known, [[address, { reason: outcome, since: at }]]);
  if (known.get(address)?.reason !== profile.unreachable.get(address)?.reason)
    effects.push({ kind: 'receipt', channel, outcome, sendId, at, by: id });
}

/** The link came to her mailbox: a yes by it is a confirmed one. */
function takeConsent(profile: Profile, { time, by, answers, wording }: ConsentInput): void {
  const said = answers.flatMap(({ about, granted }) =>
    entriesOf(about, { granted, time, source: by, ...(wording !== undefined && { wording }) }, true),
  );
  profile.consent = mergeConsents(profile.consent, said);
}

function join(profile: Profile, others: readonly Profile[], at: number, by: string, effects: Effect[]): void {
  for (const other of others) {
    if (hasFolded(profile, other.key)) continue;
    mergeProfile(profile, other);
    // Devices are merged with every log-in; what others keep by user id concerns users only.
    if (isKnown(other.key)) effects.push({ kind: 'merged', other: other.key, at, by });
  }
}

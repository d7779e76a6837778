import { DAY } from '../calendar.ts';
import type { Cause } from '../state/cause.ts';
import type { Input } from '../state/input.ts';
import { copyOf, JOURNEYS, NOBODY, type Profile, STAGE, WAITING } from '../state/profile.ts';
import { isKnown } from '../state/user-key.ts';
import { firstWaiting } from '../state/waiting.ts';
import { askToConfirm } from './confirmations.ts';
import type { Effect, TransitionEffect } from './effect.ts';
import { concernsJourneys, type JourneyOccasion, JourneysInHand, nextEntrance } from './journeys/journeys.ts';
import { isAway, reasonFor, stageOf } from './lifecycle.ts';
import { builtInMessages, type MessageOccasion } from './messages.ts';
import type { Plan } from './plan.ts';
import { type CompiledSegment, decideMemberships, touchedBy } from './segments.ts';
import { type Candidate, sendOrWait } from './waiting.ts';

/** Why questions are asked anew: when, what for, and the id of what came in. */
interface Occasion {
  readonly at: number;
  readonly cause: Cause;
  readonly by: string;
  /** The segments to which the answer may be another one than before. All, where nobody says. */
  readonly touched?: readonly CompiledSegment[] | undefined;
  /** Leaves out who is in which segment: all of them are asked next. */
  readonly onlyStage?: true;
  /** Of a publish: the number of the catalog before. */
  readonly planBefore?: number;
  /** What came in, where it says something to her journeys. */
  readonly input?: Input | undefined;
  /** How often this moment was looked at before, because a journey has changed what is known of her. */
  readonly again?: number;
  /** Another profile of hers has become part of it. */
  readonly joins?: boolean;
  /** The journeys she has come into in this moment already. */
  readonly entered?: JourneyOccasion['entered'];
}

/**
 * Asks every question anew to which the answer may have changed: the stage, what follows from entering it, who is in which
 * segment, and when to ask again. Of what is not asked, the answer holds at least until the profile is due.
 */
export function decide(profile: Profile, occasion: Occasion, plan: Plan, effects: Effect[]): void {
  const { at: now, cause, by, input } = occasion;
  const before = profile.asOf;
  profile.asOf = now;
  if (!isKnown(profile.key)) return;
  const { dueAt, dueBy, traits } = profile;
  // Up to the due time, itself included, all that is said is to be exact.
  const enough = (dueAt ?? Number.POSITIVE_INFINITY) + 1;
  // Of somebody who was never looked at, nothing holds yet.
  const touched = dueAt === undefined && dueBy === undefined ? undefined : occasion.touched;

  const stage = decideStage(profile, occasion, plan, enough, effects);
  const asked = askedFor(occasion, touched, stage, plan);
  const { changes, due, dueBy: segment } = decideMemberships(profile, asked, now, enough);
  for (const change of changes) effects.push({ kind: 'membership', ...change, at: now, cause, by: occasion.by });

  const event = input?.kind === 'event' ? input.event : undefined;
  // Property by property, and with all of them: spread, it would take longer than everything else that is asked here.
  const { transition } = stage;
  const { entered, planBefore, joins } = occasion;
  const news: JourneyOccasion = {
    at: now,
    cause,
    by,
    transition,
    before,
    input,
    event,
    memberships: changes,
    entered,
    planBefore,
    joins,
  };
  // Topics and built-in messages are what they are by a publish, whatever it says of stages and segments: that sends nothing.
  const asking: MessageOccasion = planBefore === undefined ? news : { at: now, cause: 'publish', by, transition };
  effects.push(...askToConfirm(profile, asking, plan));
  const journeysDue = decideMessages(profile, news, asking, plan, effects);
  if (profile.traits !== traits && (occasion.again ?? 0) < MOST_LOOKS) {
    decideAgain(profile, { ...occasion, entered: news.entered }, { ...copyOf(profile), traits }, plan, effects);
    return;
  }

  const segmentsOrStage = due < stage.due ? { at: due, by: segment } : { at: stage.due, by: STAGE };
  const next = unlessWaiting(profile, unlessJourneys(profile, segmentsOrStage, journeysDue, plan));
  const isAsked =
    touched === undefined ||
    dueBy === STAGE ||
    dueBy === WAITING ||
    dueBy === JOURNEYS ||
    asked.some(({ id }) => id === dueBy);
  if (next.at < enough || dueAt === undefined) setDue(profile, next);
  else if (isAsked || dueBy === undefined) moveOn(profile, journeysDue, plan);
}

/** Journeys can change her in turns; nobody is looked at more often than this in one moment. */
const MOST_LOOKS = 10;

/** A journey has changed what is known of her: what hangs on it is asked once more, in the same moment. */
function decideAgain(profile: Profile, occasion: Occasion, before: Profile, plan: Plan, effects: Effect[]): void {
  const { input: _, touched: asked, ...rest } = occasion;
  const more = touchedBy(plan.segments, undefined, before, profile);
  decide(
    profile,
    {
      ...rest,
      again: (rest.again ?? 0) + 1,
      touched: asked === undefined ? undefined : [...new Set([...asked, ...more])],
    },
    plan,
    effects,
  );
}

/**
 * Moves her journeys on and says what goes out now of the messages they ask for, of the built-in ones that are due and of
 * those that wait. Answers when time alone moves a journey of hers on (ms).
 */
function decideMessages(
  profile: Profile,
  news: JourneyOccasion,
  asking: MessageOccasion,
  plan: Plan,
  effects: Effect[],
): number {
  const { journeys, contactRules } = plan;
  const hand = concernsJourneys(profile, journeys, news)
    ? new JourneysInHand(profile, news, journeys, effects)
    : undefined;
  const builtIn = builtInMessages(profile, asking, plan);
  if (hand === undefined && builtIn.length === 0 && profile.waiting.length === 0) return Number.POSITIVE_INFINITY;
  let others = hand === undefined ? NONE : profile.waiting.filter((message) => hand.holds(message));
  const asked = others.length === 0 ? profile.waiting : profile.waiting.filter((message) => !others.includes(message));
  const waited = asked.map((message): Candidate => ({ message, hasWaited: true }));
  let candidates: readonly Candidate[] = [...waited, ...builtIn, ...(hand?.candidates ?? [])];
  // Who got one message may come to the next at once: a journey says so, and caps say when.
  while (candidates.length > 0) {
    const { effects: more, settled } = sendOrWait(profile, candidates, news.at, contactRules, others);
    effects.push(...more);
    hand?.settle(settled);
    others = profile.waiting;
    candidates = hand?.candidates ?? [];
  }
  return hand?.finish() ?? Number.POSITIVE_INFINITY;
}

const NONE: Profile['waiting'] = [];

function askedFor(
  { onlyStage }: Occasion,
  touched: readonly CompiledSegment[] | undefined,
  stage: StageDecision,
  plan: Plan,
): readonly CompiledSegment[] {
  if (onlyStage) return [];
  return touched === undefined ? plan.segments.all : withStage(stage, touched, plan);
}

interface StageDecision {
  /** When time alone may change it (ms); `Infinity`: never. */
  readonly due: number;
  readonly transition?: TransitionEffect;
}

function decideStage(
  profile: Profile,
  { at: now, cause, by }: Occasion,
  { lifecycle, zone }: Plan,
  enough: number,
  effects: Effect[],
): StageDecision {
  const answer = stageOf(profile, lifecycle, now, enough);
  if (answer === undefined) return { due: Number.POSITIVE_INFINITY };
  const from = profile.stage?.name;
  const to = answer.value;
  if (to === from) return { due: answer.due };
  // Nobody goes away by being there: what makes it known that she is gone tells of the past.
  const why = cause === 'activity' && isAway(lifecycle, to) ? 'import' : cause;
  const reason = reasonFor(to, profile, lifecycle, zone, now);
  const transition: TransitionEffect = {
    ...{ kind: 'transition', ...(from !== undefined && { from }), to, at: now, cause: why, reason, by },
  };
  profile.stage = { name: to, since: now, cause: why, reason, ...(from !== undefined && { previous: from }) };
  effects.push(transition);
  return { due: answer.due, transition };
}

/** A new stage touches the segments that ask for stages. */
function withStage(
  { transition }: StageDecision,
  touched: readonly CompiledSegment[],
  { segments }: Plan,
): readonly CompiledSegment[] {
  if (transition === undefined) return touched;
  const byStage = segments.byPart.find(([part]) => part === 'stage')?.[1] ?? [];
  return [...touched, ...byStage.filter((segment) => !touched.includes(segment))];
}

/** A moment to look at somebody again (ms; `Infinity`: time alone changes nothing any more), and whose answer changes then. */
interface Due {
  readonly at: number;
  readonly by: number;
}

/** Her journeys are asked with everything that happens, and when somebody may come into one by time alone. */
function unlessJourneys(profile: Profile, due: Due, moved: number, { journeys }: Plan): Due {
  const at = Math.min(moved, nextEntrance(profile, journeys));
  return at < due.at ? { at, by: JOURNEYS } : due;
}

/** The messages that wait are asked with everything that happens: when the first of them may go is always known. */
function unlessWaiting({ waiting }: Profile, due: Due): Due {
  const at = firstWaiting(waiting);
  return at < due.at ? { at, by: WAITING } : due;
}

function setDue(profile: Profile, { at, by }: Due): void {
  profile.dueAt = Number.isFinite(at) ? at : undefined;
  profile.dueBy = Number.isFinite(at) ? by : NOBODY;
}

/**
 * A due time that activity has overtaken is moved later only when it is this near (ms). Moving it costs two index writes;
 * letting it fire costs the same two and a read, a write, an invocation and three queue requests on top, all to find
 * nothing. Moved with every event it would cost more than all the rest: whoever comes again before it is near pays nothing.
 */
const SOON = 2 * DAY;

/**
 * What the due time was set for happens later or never. For when it is to be set now, everything has to be asked, and
 * that is why a profile says whose answer it waits for: of events that do not touch that one, most by far, it is not asked.
 */
function moveOn(profile: Profile, journeysDue: number, plan: Plan): void {
  const { lifecycle, segments } = plan;
  const { asOf: now, dueAt = Number.POSITIVE_INFINITY } = profile;
  if (dueAt >= now + SOON) {
    profile.dueBy = undefined;
    return;
  }
  let next: Due = { at: stageOf(profile, lifecycle, now)?.due ?? Number.POSITIVE_INFINITY, by: STAGE };
  for (const { id, isIn } of segments.all) {
    // Of what holds longer than the next one, nobody asks how long.
    const { due } = isIn(profile, now, next.at);
    if (due < next.at) next = { at: due, by: id };
  }
  setDue(profile, unlessWaiting(profile, unlessJourneys(profile, next, journeysDue, plan)));
}

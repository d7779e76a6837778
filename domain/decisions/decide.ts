import { DAY } from '../calendar.ts';
import { type Cause, setsGoing } from '../state/cause.ts';
import { withContacts } from '../state/merge.ts';
import type { Profile } from '../state/profile.ts';
import { isKnown } from '../state/user-key.ts';
import type { Effect, TransitionEffect } from './effect.ts';
import { isAway, reasonFor, stageOf } from './lifecycle.ts';
import { decideMessages } from './messages.ts';
import type { Plan } from './plan.ts';
import { type CompiledSegment, decideMemberships } from './segments.ts';

/** Why questions are asked anew: when, what for, and the id of what came in. */
interface Occasion {
  readonly at: number;
  readonly cause: Cause;
  readonly by: string;
  /** The segments to which the answer may be another one than before. All, where nobody says. */
  readonly touched?: readonly CompiledSegment[] | undefined;
}

/**
 * Asks every question anew to which the answer may have changed: the stage, what follows from entering it, who is in which
 * segment, and when to ask again. Of what is not asked, the answer holds at least until the profile is due.
 */
export function decide(profile: Profile, occasion: Occasion, plan: Plan, effects: Effect[]): void {
  const { at: now, cause } = occasion;
  profile.asOf = now;
  if (!isKnown(profile.key)) return;
  const { dueAt } = profile;
  const isSoon = dueAt === undefined || dueAt < now + SOON;
  const enough = isSoon ? Number.POSITIVE_INFINITY : dueAt;

  const stage = decideStage(profile, occasion, plan, enough, effects);
  const asked = isSoon || occasion.touched === undefined ? plan.segments.all : withStage(stage, occasion.touched, plan);
  const { changes, due } = decideMemberships(profile, asked, now, enough);
  for (const change of changes) effects.push({ kind: 'membership', ...change, at: now, cause, by: occasion.by });

  // `Infinity`: time alone changes nothing any more.
  const next = Math.min(stage.due, due);
  if (isSoon) profile.dueAt = Number.isFinite(next) ? next : undefined;
  else armTimer(profile, next);

  // What a merge brings along changes nothing by itself: the next thing she does is looked at as ever.
  if (profile.stage === undefined || (cause === 'merge' && stage.transition === undefined)) return;
  const messages = decideMessages(profile, plan.messages, stage.transition, now);
  // What the project does to its own data is noted and sends nothing.
  if (messages.length > 0 && setsGoing(cause)) {
    effects.push(...messages.map((message) => ({ ...message, by: occasion.by })));
    profile.contacts = withContacts(
      profile.contacts,
      messages.map(({ at, channel }) => ({ at, channel })),
    );
  }
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

/**
 * A due time that activity has overtaken is moved later only when it is this near (ms). Moving it costs two index writes;
 * letting it fire costs the same two and a read, a write, an invocation and three queue requests on top, all to find
 * nothing. Moved with every event it would cost more than all the rest: whoever comes again before it is near pays nothing.
 */
const SOON = 2 * DAY;

/** Only ever earlier, unless it is near: see `SOON`. */
function armTimer(profile: Profile, due: number): void {
  if (due < (profile.dueAt ?? Number.POSITIVE_INFINITY)) profile.dueAt = due;
}

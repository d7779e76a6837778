import type { Profile } from '../../state/profile.ts';
import type { Run } from '../../state/run.ts';
import type { WaitingMessage } from '../../state/waiting.ts';
import type { Effect } from '../effect.ts';
import type { Candidate, Settled } from '../waiting.ts';
import type { CompiledJourneys } from './compile.ts';
import { type Draft, draftOf, isIn, refOf, runEffect } from './draft.ts';
import { newRun, whyNot } from './enter.ts';
import { isNeeded, leave } from './leave.ts';
import type { Moment } from './moment.ts';
import { comeTo, dueOf, follow, moveOn, noteSigns, stands, stepOf } from './move.ts';
import { afterMessage, noteBecame, noteSentLater, wantedAt } from './steps/message.ts';
import { type News, takenInBy } from './taken-in.ts';
import { noteTold } from './told.ts';
import { isTriedEnough } from './tries.ts';
import { intoItsVersion } from './versions.ts';

/** What has come to somebody's journeys in one moment. */
export interface JourneyOccasion extends News {
  readonly at: number;
  /** Id of the input that brought it. */
  readonly by: string;
  /**
   * What she has come into in this moment, once only, whatever the rules say: else journeys that follow each other would never
   * end. Handed on where the moment is looked at once more, because a journey has changed what is known of her.
   */
  entered: Set<string> | undefined;
}

/** Whether a moment can bring anything to somebody's journeys. Most bring nothing, and are to cost nothing. */
export const concernsJourneys = (
  { runs }: Profile,
  { entrances }: CompiledJourneys,
  { event, input, transition, memberships }: JourneyOccasion,
): boolean =>
  runs.length > 0 ||
  entrances.byTime.length > 0 ||
  (event !== undefined && entrances.byEvent.size > 0) ||
  (transition !== undefined && entrances.byStage.length > 0) ||
  (memberships.length > 0 && entrances.bySegment.length > 0) ||
  input?.kind === 'trigger' ||
  input?.kind === 'enrol';

/**
 * Somebody's journeys in one moment. First what has become known is noted, and whoever has reached a goal or an exit leaves;
 * then those who stay go on as far as they can; then she comes into others. Who comes to a message waits until it is said
 * whether it goes: `settle` moves her on.
 */
export class JourneysInHand {
  /** Messages to be asked about: at first, or after the last ones were settled. */
  candidates: Candidate[] = [];
  readonly #drafts: Draft[];
  readonly #moment: Moment;
  readonly #occasion: JourneyOccasion;

  constructor(profile: Profile, occasion: JourneyOccasion, journeys: CompiledJourneys, effects: Effect[]) {
    const { at: now, by, event, input } = occasion;
    const moment: Moment = {
      profile,
      now,
      by,
      event,
      looksBack: occasion.joins === true || occasion.planBefore !== undefined || input?.kind === 'import',
      journeys,
      effects,
      entrances: [],
    };
    this.#moment = moment;
    this.#occasion = occasion;
    this.#drafts = draftsOf(moment);
    if (occasion.joins) this.#leaveTheLater();
    for (const draft of this.#drafts) {
      const isOver = draft.run.group === 'test' && isTriedEnough(draft.run, now);
      if (isOver || draft.journey.halted?.how === 'stopped') leave(draft, 'stopped', moment);
      if (input !== undefined) noteTold(draft, input, moment);
      noteSigns(draft, moment);
    }
    for (const draft of this.#drafts) this.#goOn(draft);
    if (profile.waiting.length > 0) this.#dropMessages();
    moment.entrances.push(...takenInBy(occasion, moment));
    this.#comeIn();
  }

  /** Moves on who waited to hear about these messages; what they ask for next stands in `candidates`. */
  settle(settled: readonly Settled[]): void {
    this.candidates = [];
    for (const { message, outcome } of settled) {
      const { run, step } = message.of ?? {};
      const draft = this.#drafts.find((one) => one.run.id === run);
      if (draft === undefined || step === undefined) continue;
      // A message that came back from its way is decided anew when she has long gone on, or is here once more.
      if (draft.run.step !== step || message.decidedAt !== draft.run.since) {
        if (outcome === 'withheld') noteBecame(draft, step, outcome, message.decidedAt);
        else noteSentLater(draft, step, message.decidedAt, this.#moment.now);
        continue;
      }
      const at = stepOf(draft, step);
      if (at?.step.type !== 'message') continue;
      const { now } = this.#moment;
      if (follow(draft, afterMessage(at, at.step, draft, outcome, now), this.#moment)) this.#ask(draft);
    }
    this.#comeIn();
  }

  /** Writes the runs back, tells of what happened to them, and answers when time moves the next of them on (ms). */
  finish(): number {
    this.#writeBack();
    const { now, by, effects } = this.#moment;
    for (const draft of this.#drafts) {
      const effect = runEffect(draft, now, by);
      if (effect !== undefined) effects.push(effect);
    }
    return this.#drafts.reduce((due, draft) => Math.min(due, dueOf(draft, this.#moment)), Number.POSITIVE_INFINITY);
  }

  /**
   * Two who turned out to be one may both be in a journey, or one of them had been in it, which is for once: who entered first goes
   * on, and nothing follows from the other's leaving.
   */
  #leaveTheLater(): void {
    const inside = new Set<string>();
    for (const draft of this.#drafts) {
      const { step, journey, key = '', group } = draft.run;
      // Who tries a journey on her does not take her out of it.
      if (step === undefined || group === 'test') continue;
      const name = `${journey}/${key}`;
      const { againAfter } = draft.version;
      const isSecond =
        againAfter === Number.POSITIVE_INFINITY &&
        this.#moment.profile.pastRuns.some((one) => one.journey === journey && one.key === draft.run.key);
      if (inside.has(name) || isSecond) leave(draft, 'stopped', { ...this.#moment, entrances: [] });
      inside.add(name);
    }
  }

  #goOn(draft: Draft): void {
    const isAsking = draft.movedFrom !== undefined ? comeTo(draft, this.#moment) : moveOn(draft, this.#moment);
    if (isAsking) this.#ask(draft);
  }

  /** Asks for the message of her step; where there is none for her, she goes on. */
  #ask(draft: Draft): void {
    const { now, by, effects } = this.#moment;
    for (let asks = true; asks && draft.run.step !== undefined; ) {
      const at = stepOf(draft, draft.run.step);
      if (at?.step.type !== 'message') return;
      // Nobody is written to twice by one step in one moment: who comes there again goes round without a wait.
      if (draft.passed.some(([step]) => step === at.id)) {
        leave(draft, 'stopped', this.#moment);
        return;
      }
      const wanted = wantedAt(at, at.step, draft, this.#moment);
      if (wanted.outcome === 'candidate') {
        this.candidates.push(wanted.candidate);
        return;
      }
      const { message, channel, reason } = wanted;
      effects.push({ kind: 'withheld', message, channel, reason, at: now, by, of: refOf(draft, at.id) });
      asks = follow(draft, afterMessage(at, at.step, draft, 'withheld', now), this.#moment);
    }
  }

  #comeIn(): void {
    const { entrances, profile, now, journeys } = this.#moment;
    for (let entrance = entrances.shift(); entrance !== undefined; entrance = entrances.shift()) {
      // What her runs have become by now counts: two of one moment may not both take her in.
      this.#writeBack();
      const { journey, because, key } = entrance;
      const name = `${journey.key}/${key ?? ''}`;
      if (this.#occasion.entered?.has(name) || whyNot(profile, entrance, now) !== undefined) continue;
      this.#occasion.entered ??= new Set();
      this.#occasion.entered.add(name);
      const draft = draftOf(
        newRun(profile, entrance, now, this.#moment.by, journeys),
        journey,
        journey.newest,
        because,
      );
      this.#drafts.push(draft);
      this.#goOn(draft);
    }
  }

  #writeBack(): void {
    const { profile, now } = this.#moment;
    const needed = this.#drafts.filter((draft) => isIn(draft) || isNeeded(draft, now));
    profile.runs = withoutOldest(
      needed.map(({ run }) => run),
      now,
    );
  }

  /** Whether a message that came back from its way has to wait until its journey goes on. */
  holds({ of }: WaitingMessage): boolean {
    return this.#drafts.some((draft) => draft.run.id === of?.run && stands(draft));
  }

  /** Of those that wait: who has left her journey gets none of it, and where it stands still none goes. */
  #dropMessages(): void {
    const { profile, now, by, effects } = this.#moment;
    profile.waiting = profile.waiting.map((one) =>
      this.holds(one) ? { ...one, until: Math.max(one.until, one.notAfter) } : one,
    );
    profile.waiting = profile.waiting.filter(({ of, message, channel, topic, notAfter }) => {
      const draft = of && this.#drafts.find(({ run }) => run.id === of.run);
      if (draft === undefined) return true;
      // Of the step at which she is, or was by another version, it is asked for once more when its turn has come.
      if (of?.step === draft.movedFrom || (stands(draft) && of?.step === draft.run.step)) return false;
      const isTooLate = stands(draft) && notAfter <= now;
      const isOver = draft.run.left !== undefined && draft.run.left !== 'finished';
      // What was decided before she came to the end of her way still goes.
      if (!isOver && !isTooLate) return true;
      const reason = isOver ? 'she has left the journey' : 'too late: the journey is paused';
      const what = { message, channel, ...(topic !== undefined && { topic }) };
      effects.push({ kind: 'withheld', ...what, reason, at: now, by, ...(of && { of }) });
      return false;
    });
  }
}

const draftsOf = ({ profile, journeys }: Moment): Draft[] =>
  // Of a journey that is nowhere any more, nothing is left to do.
  profile.runs.flatMap((run) => {
    const journey = journeys.byId.get(run.journey);
    return journey === undefined ? [] : [intoItsVersion(run, journey)];
  });

/** Of those she has left and of which nothing is on its way: their goals are still looked for. */
const MOST_LEFT = 10;

function withoutOldest(runs: readonly Run[], now: number): readonly Run[] {
  const isIdle = ({ step, until }: Run) => step === undefined && until <= now;
  let tooMany = runs.filter(isIdle).length - MOST_LEFT;
  return tooMany <= 0 ? runs : runs.filter((run) => !isIdle(run) || tooMany-- <= 0);
}

/** When time alone brings somebody to a journey next (ms), as far as anybody can tell now; `Infinity`: never. */
export const nextEntrance = (profile: Profile, { entrances }: CompiledJourneys): number =>
  entrances.byTime.reduce(
    (next, { crossing }) => Math.min(next, crossing(profile, profile.asOf)),
    Number.POSITIVE_INFINITY,
  );

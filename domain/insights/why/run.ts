import { graphOf, reachable } from '../../catalog/journey/graph.ts';
import type { JourneyBody } from '../../catalog/journey/journey.ts';
import type {
  CallEffect,
  Effect,
  GoalEffect,
  MessageEffect,
  RunEffect,
  WithheldEffect,
} from '../../decisions/effect.ts';
import { DID_NOT_LEAVE } from '../../decisions/journeys/told.ts';
import type { ExitReason, Run, RunGroup } from '../../state/run.ts';
import type { Zone } from '../../zone.ts';
import { type BecameOfMessage, type MessageTold, nameOf, sayVisit } from './step.ts';
import { type Visit, visitsIn } from './visits.ts';
import { sayMoment, sentence } from './words.ts';

/** What the timeline says of a journey, of one person. */
export type ToldOfRun = { readonly id: string } & (
  | RunEffect
  | GoalEffect
  | MessageEffect
  | WithheldEffect
  | CallEffect
);

/** What somebody asks of a way through a journey. Sentences are for people; times are milliseconds. */
export interface RunStory {
  readonly run: string;
  readonly version: number;
  readonly group: RunGroup | undefined;
  /** Undefined where that is too long ago to be told. */
  readonly entered: number | undefined;
  /** Where she is; undefined when she has left. */
  readonly step: string | undefined;
  readonly left: ExitReason | undefined;
  /** How she came in, and where she is or why she left. */
  readonly says: readonly string[];
  readonly steps: readonly { readonly step: string; readonly says: string }[];
}

export interface AboutRun {
  readonly zone: Zone;
  /** The graph of a version; undefined for one that is not kept any more. */
  readonly bodyOf: (version: number) => JourneyBody | undefined;
  /** What became of a message, by its id. */
  readonly becameOf: (sendId: string) => BecameOfMessage | undefined;
}

/** The journey an effect is about, and the run. */
export function runOf(
  effect: Effect | { readonly kind: string },
): { readonly journey: string; readonly run: string } | undefined {
  const one = effect as ToldOfRun;
  switch (one.kind) {
    case 'run':
    case 'goal':
      return one;
    case 'message':
    case 'withheld':
    case 'call':
      return one.of;
    default:
      return undefined;
  }
}

/** @param effects of one run, the oldest first @param run as her profile has it, if it still does */
export function storyOf(effects: readonly ToldOfRun[], run: Run | undefined, about: AboutRun): RunStory | undefined {
  const moves = effects.filter((effect) => effect.kind === 'run');
  const last = moves.at(-1);
  const version = run?.version ?? last?.version;
  if (version === undefined) return undefined;
  const { zone, bodyOf } = about;
  const visits = visitsIn(moves);
  const entering = moves.find(({ entered }) => entered !== undefined);
  const entered = run?.entered ?? entering?.at;
  const step = run === undefined ? last?.to : run.step;
  const left = run?.left ?? last?.left;
  const group = run?.group ?? last?.group;
  const goal = effects.find((effect) => effect.kind === 'goal');
  const says = [
    entered === undefined ? 'she came in more than 90 days ago' : cameIn(entered, entering?.entered, zone),
    ...(group === 'test' ? ['somebody tries the journey on her'] : []),
    ...(group === 'holdout' ? ['she goes through it without messages, so that their effect can be told'] : []),
    ...(goal === undefined ? [] : [reached(goal, zone)]),
    step === undefined
      ? sayLeft(left, run?.since ?? last?.at, zone)
      : `she is at ${nameOf(step, bodyOf(version)?.steps[step])}`,
  ];
  return {
    ...{ run: run?.id ?? last?.run ?? '', version, group, entered, step, left, says: says.map(sentence) },
    steps: [
      ...visits.map((visit, n) => ({
        step: visit.step,
        says: sentence(
          sayVisit(
            visit,
            bodyOf(visit.version)?.steps[visit.step],
            messagesAt(visit, visits.slice(n + 1), effects, about),
            run?.until,
            zone,
          ),
        ),
      })),
      ...neverAt(bodyOf(version), visits, step).map((one) => ({ step: one.step, says: sentence(one.says) })),
    ],
  };
}

const cameIn = (at: number, by: string | undefined, zone: Zone): string =>
  `she came in on ${sayMoment(at, zone)}${by === undefined ? '' : ` by ${by}`}`;

const reached = ({ at, step, revenue }: GoalEffect, zone: Zone): string =>
  `she reached the goal on ${sayMoment(at, zone)}${revenue === undefined ? '' : `, worth ${revenue.micros / 1e6} ${revenue.currency}`}${step === undefined ? '' : `, after the message of “${step}”`}`;

const LEFT: Record<ExitReason, string> = {
  finished: 'she had come to its end',
  goal: 'she had reached the goal',
  condition: 'what ends it had come',
  stopped: 'it was stopped, or she was taken out',
};

const sayLeft = (left: ExitReason | undefined, at: number | undefined, zone: Zone): string =>
  `she left${at === undefined ? '' : ` on ${sayMoment(at, zone)}`}${left === undefined ? '' : `: ${LEFT[left]}`}`;

/** What was told of the message of this visit: a message that was put off is decided anew when she has gone on. */
function messagesAt(
  { step, came = Number.NEGATIVE_INFINITY }: Visit,
  later: readonly Visit[],
  effects: readonly ToldOfRun[],
  { becameOf }: AboutRun,
): readonly MessageTold[] {
  const until = later.find((visit) => visit.step === step)?.came ?? Number.POSITIVE_INFINITY;
  const all = effects.flatMap((effect): MessageTold[] => {
    if (effect.kind !== 'message' && effect.kind !== 'withheld') return [];
    if (effect.of?.step !== step || effect.at < came || effect.at >= until) return [];
    return effect.kind === 'withheld' ? [{ effect }] : [{ effect, became: becameOf(effect.id) }];
  });
  // Of a message that did not leave, its claim knows more than that.
  const known = all.some((one) => 'became' in one && one.became !== undefined);
  return known ? all.filter(({ effect }) => effect.kind !== 'withheld' || effect.reason !== DID_NOT_LEAVE) : all;
}

/** The messages she did not come to, and why. */
function neverAt(body: JourneyBody | undefined, visits: readonly Visit[], at: string | undefined) {
  if (body === undefined) return [];
  const ahead = reachable(graphOf(body.steps), at === undefined ? [] : [at]);
  return Object.entries(body.steps).flatMap(([step, one]) => {
    if (one.type !== 'message' || visits.some((visit) => visit.step === step)) return [];
    const why = ahead.has(step)
      ? 'she has not come to it yet'
      : at === undefined
        ? 'she did not come to it before she left, or went another way'
        : 'she has gone another way';
    return [{ step, says: `${nameOf(step, one)}: ${why}` }];
  });
}

import type { JsonObject } from '../json.ts';

/**
 * Somebody's way through a journey, from the moment she enters it until nobody needs to know any more. Times are milliseconds
 * since 1970. Steps and ways are named by their ids in the version of the journey that she entered.
 */
export interface Run {
  /** Of her, the journey and what took her in: the same however her inputs are batched. */
  readonly id: string;
  /** From the release's registry. */
  readonly journey: number;
  /** The release that first had the graph she goes by. */
  readonly version: number;
  /** The value of the journey's `key`, where it has one: she can be in it several times at once. */
  readonly key?: string | undefined;
  /** Her lineage when she entered, by which chance decides about her, where it is not the profile's any more. */
  readonly lineage?: string | undefined;
  /** When what took her in happened, by its own time: never later than `entered`. */
  readonly happened: number;
  readonly entered: number;
  /** `holdout`: goes through without messages, so that their effect can be told. `test`: of somebody who tries the journey. */
  readonly group?: RunGroup | undefined;
  /** What took her in, for templates: the properties of the event, or what the program sent along. Bounded. */
  readonly about?: JsonObject | undefined;
  /** Where she is. Undefined: she has left, and is still looked at for the goal or for a message on its way. */
  readonly step: string | undefined;
  /** When she came there, or left. */
  readonly since: number;
  /** When time moves her on from there, or when nobody needs to know any more; `Infinity`: never by itself. */
  readonly until: number;
  /** Why she has left. */
  readonly left?: ExitReason | undefined;
  /** When she reached the goal. */
  readonly reached?: number | undefined;
  /** What became of steps on which something may hang later, the latest visit of each, in the order of those visits. */
  readonly notes: readonly StepNote[];
}

export type RunGroup = 'holdout' | 'test';

/** `stopped`: by whoever runs the journey, or because where she was is gone. */
export const EXIT_REASONS = ['finished', 'goal', 'condition', 'stopped'] as const;
export type ExitReason = (typeof EXIT_REASONS)[number];

/** What has become of a message: what she did with it implies what was done before. */
export const MESSAGE_OUTCOMES = [
  'sent',
  'delivered',
  'opened',
  'clicked',
  'bounced',
  'complained',
  'withheld',
] as const;
export type MessageOutcome = (typeof MESSAGE_OUTCOMES)[number];

export interface StepNote {
  readonly step: string;
  /** When it was done: the message decided, the code given, the system told. */
  readonly at: number;
  /** Of a message: all that is known of it. */
  readonly became?: readonly MessageOutcome[] | undefined;
  /** Of a message: the way it went, as its place in the step's `send`. */
  readonly way?: number | undefined;
  /** Of an offer. */
  readonly code?: string | undefined;
  readonly expires?: number | undefined;
  readonly redeemed?: number | undefined;
  /** Of a split or an experiment: the share she is in. */
  readonly share?: string | undefined;
  /** Of a system that was told: whether it has taken it. Undefined: it has not answered yet. */
  readonly answered?: 'taken' | 'failed' | undefined;
}

/** That she has been in a journey, and is not any more: whether she may come again hangs on it. */
export interface PastRun {
  readonly journey: number;
  readonly key?: string | undefined;
  readonly entered: number;
  readonly left: number;
}

/** Which step of whose run something is about: what effects, queues and receipts carry along. Keys, not ids: people read them. */
export interface RunRef {
  /** The journey's key. */
  readonly journey: string;
  readonly version: number;
  /** The run's id. */
  readonly run: string;
  readonly step: string;
  /** One of several runs at once: each is about something of its own. */
  readonly keyed?: true | undefined;
  readonly group?: RunGroup | undefined;
}

/**
 * The runs of two who turn out to be one, in the order in which they were entered. Chance goes on deciding about the other's by
 * whom she was then. Where both are in one journey, the next decision takes her out of the later run: it is told of there.
 */
export function mergeRuns(runs: readonly Run[], others: readonly Run[], lineageOfOthers: string): readonly Run[] {
  if (others.length === 0) return runs;
  return [...runs, ...others.map((run) => ({ ...run, lineage: run.lineage ?? lineageOfOthers }))].sort(
    (a, b) => a.entered - b.entered || (a.id < b.id ? -1 : 1),
  );
}

/** Of each journey and key the time she was in it last. */
export function mergePastRuns(past: readonly PastRun[], others: readonly PastRun[]): readonly PastRun[] {
  if (others.length === 0) return past;
  const all = [...past, ...others].sort((a, b) => a.left - b.left);
  return withoutForgotten(
    all.filter(
      ({ journey, key }, place) => !all.some((one, n) => n > place && one.journey === journey && one.key === key),
    ),
  );
}

/** Besides that run, in place of the one of the same journey and key. */
export const withPastRun = (past: readonly PastRun[], run: PastRun): readonly PastRun[] =>
  withoutForgotten([...past.filter((one) => one.journey !== run.journey || one.key !== run.key), run]);

/** Of each journey by key. Those without are as many as journeys, and none is let go: once is once. */
const MOST_KEYS = 50;

function withoutForgotten(past: readonly PastRun[]): readonly PastRun[] {
  if (past.length <= MOST_KEYS) return past;
  const newer = new Map<number, number>();
  return past
    .toReversed()
    .filter(({ journey, key }) => {
      if (key === undefined) return true;
      const count = (newer.get(journey) ?? 0) + 1;
      newer.set(journey, count);
      return count <= MOST_KEYS;
    })
    .toReversed();
}

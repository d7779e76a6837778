import type { JsonObject } from '../../json.ts';
import {
  EXIT_REASONS,
  type ExitReason,
  MESSAGE_OUTCOMES,
  type PastRun,
  type Run,
  type RunGroup,
  type RunRef,
  type StepNote,
} from '../run.ts';
import type { Absolute, Relative, T } from './packed.ts';

/** Journey, version, id, happened, entered − happened, step, since − happened, until − since (null: never); what is seldom there. */
export type PackedRun = readonly [number, number, string, T, number, string | 0, number, number | null, RunRest?];

interface RunRest {
  /** Key */
  readonly k?: string;
  /** Lineage */
  readonly l?: string;
  /** Group */
  readonly g?: RunGroup;
  /** What took her in */
  readonly a?: JsonObject;
  /** Why she left, by its place in `EXIT_REASONS` */
  readonly x?: number;
  /** Reached − happened */
  readonly r?: number;
  /** Notes */
  readonly n?: readonly PackedNote[];
}

/** Step, at − the run's happened; what is seldom there. */
type PackedNote = readonly [string, number, NoteRest?];

interface NoteRest {
  /** What became of it, a bit for each of `MESSAGE_OUTCOMES` */
  readonly b?: number;
  /** Way */
  readonly w?: number;
  /** Code */
  readonly c?: string;
  /** Expires − at */
  readonly e?: number;
  /** Redeemed − at */
  readonly r?: number;
  /** Share */
  readonly s?: string;
  /** Answered: 1 taken, 0 failed */
  readonly a?: 0 | 1;
}

/** Journey, entered, left − entered, key */
export type PackedPastRun = readonly [number, T, number, string?];

export function packRun(run: Run, rel: Relative): PackedRun {
  const { journey, version, id, happened, entered, step, since, until, key, lineage, group, about, left, reached } =
    run;
  const rest: RunRest = {
    ...(key !== undefined && { k: key }),
    ...(lineage !== undefined && { l: lineage }),
    ...(group !== undefined && { g: group }),
    ...(about !== undefined && { a: about }),
    ...(left !== undefined && { x: EXIT_REASONS.indexOf(left) }),
    ...(reached !== undefined && { r: reached - happened }),
    ...(run.notes.length > 0 && { n: run.notes.map((note) => packNote(note, happened)) }),
  };
  const wait = Number.isFinite(until) ? until - since : null;
  const packed = [journey, version, id, rel(happened), entered - happened, step ?? 0, since - happened, wait] as const;
  return Object.keys(rest).length === 0 ? packed : [...packed, rest];
}

export function unpackRun(packed: PackedRun, abs: Absolute): Run {
  const [journey, version, id, at, late, step, stayed, wait, rest = {}] = packed;
  const happened = abs(at);
  const since = happened + stayed;
  return {
    ...{ id, journey, version, key: rest.k, lineage: rest.l, happened, entered: happened + late, group: rest.g },
    ...{ about: rest.a, step: step === 0 ? undefined : step, since },
    ...{ until: wait === null ? Number.POSITIVE_INFINITY : since + wait },
    left: rest.x === undefined ? undefined : (EXIT_REASONS[rest.x] as ExitReason),
    reached: rest.r === undefined ? undefined : happened + rest.r,
    notes: (rest.n ?? []).map((note) => unpackNote(note, happened)),
  };
}

function packNote({ step, at, became, way, code, expires, redeemed, share, answered }: StepNote, from: number) {
  const rest: NoteRest = {
    ...(became !== undefined && { b: bitsOf(became) }),
    ...(way !== undefined && { w: way }),
    ...(code !== undefined && { c: code }),
    ...(expires !== undefined && { e: expires - at }),
    ...(redeemed !== undefined && { r: redeemed - at }),
    ...(share !== undefined && { s: share }),
    ...(answered !== undefined && { a: answered === 'taken' ? (1 as const) : (0 as const) }),
  };
  const packed = [step, at - from] as const;
  return Object.keys(rest).length === 0 ? packed : ([...packed, rest] as const);
}

function unpackNote([step, after, { b, w, c, e, r, s, a } = {}]: PackedNote, from: number): StepNote {
  const at = from + after;
  return {
    ...{ step, at },
    became: b === undefined ? undefined : MESSAGE_OUTCOMES.filter((_, bit) => (b & (1 << bit)) !== 0),
    ...{ way: w, code: c, share: s },
    expires: e === undefined ? undefined : at + e,
    redeemed: r === undefined ? undefined : at + r,
    answered: a === undefined ? undefined : a === 1 ? 'taken' : 'failed',
  };
}

const bitsOf = (became: NonNullable<StepNote['became']>): number =>
  became.reduce((bits, outcome) => bits | (1 << MESSAGE_OUTCOMES.indexOf(outcome)), 0);

export const packPastRun = ({ journey, entered, left, key }: PastRun, rel: Relative): PackedPastRun => {
  const packed = [journey, rel(entered), left - entered] as const;
  return key === undefined ? packed : [...packed, key];
};

export const unpackPastRun = ([journey, entered, stayed, key]: PackedPastRun, abs: Absolute): PastRun => ({
  ...{ journey, key, entered: abs(entered), left: abs(entered) + stayed },
});

/** Journey, version, run, step, 1 if it is one of several at once; group. */
export type PackedRunRef = readonly [string, number, string, string, (0 | 1)?, RunGroup?];

export function packRunRef({ journey, version, run, step, keyed, group }: RunRef): PackedRunRef {
  const packed = [journey, version, run, step] as const;
  if (group !== undefined) return [...packed, keyed ? 1 : 0, group];
  return keyed ? [...packed, 1] : packed;
}

export const unpackRunRef = ([journey, version, run, step, keyed, group]: PackedRunRef): RunRef => ({
  ...{
    journey,
    version,
    run,
    step,
    ...(keyed === 1 && { keyed: true as const }),
    ...(group !== undefined && { group }),
  },
});

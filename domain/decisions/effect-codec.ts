import type { Cause } from '../state/cause.ts';
import { type PackedRunRef, packRunRef, unpackRunRef } from '../state/codec/runs.ts';
import type { UnreachableReason } from '../state/reachability.ts';
import type { ExitReason, RunGroup } from '../state/run.ts';
import type { Stage } from '../state/stage.ts';
import type { UserKey } from '../state/user-key.ts';
import type { Brought, CallEffect, Effect, GoalEffect, MessageEffect, RunEffect, WithheldEffect } from './effect.ts';

type Packed =
  | ['t', Stage | 0, Stage, number, Cause, string, By?]
  | ['s', string, 0 | 1, number, Cause, By?]
  | ['m', string, 'email', number, number, By?, MessageRest?]
  | ['w', number]
  | ['j', UserKey, number, By?]
  | ['q', number, number, By?]
  | ['r', 'email', UnreachableReason, string, number, By?];

/** Place of an input's id in the list that follows the effects: one input often brings several. */
type By = number;
const NO_PLACE = -1;

/** Class (1: transactional), not before (after it was decided), topic (0: none), for which step of a journey. */
type MessageRest = [0 | 1, number, (string | 0)?, PackedRunRef?];

/** What was withheld: message, channel, reason, when, how long it waits (0: it is not sent), by what, topic (0: none), of which step. */
type PackedWithheld = [string, 'email', string, number, number, By, (string | 0)?, PackedRunRef?];

/** What journeys bring, which stands behind all that older releases know. */
type OfJourney = RunEffect | GoalEffect | CallEffect;
type PackedOfJourney =
  | ['n', string, number, string, number, By, readonly (readonly [string, string?])[], PackedRunRest]
  | ['g', string, number, string, number, By, readonly string[], PackedGoalRest]
  | ['c', PackedRunRef, number, By];

interface PackedRunRest {
  /** Entered */
  readonly e?: string;
  /** To */
  readonly t?: string;
  /** Left */
  readonly x?: ExitReason;
  readonly g?: RunGroup;
  /** From */
  readonly f?: readonly [step: string, version?: number];
}

interface PackedGoalRest {
  /** Step */
  readonly s?: string;
  readonly g?: RunGroup;
  /** Revenue */
  readonly r?: readonly [number, string];
}

/**
 * What a commit stores beside the profile: short, since it is written with it and read from the stream. What was withheld
 * stands in a list of its own behind it, and behind that what journeys bring: releases that do not know them yet read the
 * others, under the ids they have here too.
 */
export function encodeEffects(lineage: string, effects: readonly Effect[]): string {
  const ids: string[] = [];
  const placeOf = (id: string | undefined): By =>
    id === undefined ? NO_PLACE : ids.includes(id) ? ids.indexOf(id) : ids.push(id) - 1;
  const packed = effects.flatMap((effect): Packed[] => (isLater(effect) ? [] : [pack(effect, placeOf)]));
  const withheld = effects.flatMap((effect) => (effect.kind === 'withheld' ? [packWithheld(effect, placeOf)] : []));
  const journeys = effects.flatMap((effect) => (isOfJourney(effect) ? [packOfJourney(effect, placeOf)] : []));
  if (journeys.length > 0) return JSON.stringify([1, lineage, packed, ids, withheld, journeys]);
  if (withheld.length > 0) return JSON.stringify([1, lineage, packed, ids, withheld]);
  // Releases before the ids read the first three only, and of an effect what they know.
  return JSON.stringify(ids.length === 0 ? [1, lineage, packed] : [1, lineage, packed, ids]);
}

const isOfJourney = (effect: Effect): effect is OfJourney =>
  effect.kind === 'run' || effect.kind === 'goal' || effect.kind === 'call';
const isLater = (effect: Effect): effect is WithheldEffect | OfJourney =>
  effect.kind === 'withheld' || isOfJourney(effect);

function pack(effect: Exclude<Effect, WithheldEffect | OfJourney>, placeOf: (id: string) => By): Packed {
  const by: [By?] = effect.kind === 'wake' || effect.by === undefined ? [] : [placeOf(effect.by)];
  switch (effect.kind) {
    case 'transition':
      return ['t', effect.from ?? 0, effect.to, effect.at, effect.cause, effect.reason, ...by];
    case 'membership':
      return ['s', effect.segment, effect.entered ? 1 : 0, effect.at, effect.cause, ...by];
    case 'message':
      return packMessage(effect, by);
    case 'wake':
      return ['w', effect.at];
    case 'merged':
      return ['j', effect.other, effect.at, ...by];
    case 'quarantine':
      return ['q', effect.at, effect.until - effect.at, ...by];
    case 'receipt':
      return ['r', effect.channel, effect.outcome, effect.sendId, effect.at, ...by];
  }
}

function packMessage(effect: MessageEffect, by: [By?]): Packed {
  const { message, channel, at, notBefore = at, notAfter, topic, of } = effect;
  const isPlain = effect.class === undefined && topic === undefined && notBefore === at && of === undefined;
  if (isPlain) return ['m', message, channel, at, notAfter - at, ...by];
  const head = [effect.class === undefined ? 0 : 1, notBefore - at] as const;
  const rest: MessageRest = topic === undefined ? [...head] : [...head, topic];
  if (of !== undefined) rest.splice(2, 2, topic ?? 0, packRunRef(of));
  return ['m', message, channel, at, notAfter - at, by[0] ?? NO_PLACE, rest];
}

function packWithheld(
  { message, channel, reason, at, until = at, topic, by, of }: WithheldEffect,
  placeOf: (id: string | undefined) => By,
): PackedWithheld {
  const packed = [message, channel, reason, at, until - at, placeOf(by)] as const;
  if (of !== undefined) return [...packed, topic ?? 0, packRunRef(of)];
  return topic === undefined ? [...packed] : [...packed, topic];
}

function packOfJourney(effect: OfJourney, placeOf: (id: string | undefined) => By): PackedOfJourney {
  const by = placeOf(effect.by);
  if (effect.kind === 'call') return ['c', packRunRef(effect.of), effect.at, by];
  const { journey, version, run, at, group } = effect;
  const ofGroup = group !== undefined && { g: group };
  if (effect.kind === 'goal') {
    const { step, shares, revenue } = effect;
    const rest = {
      ...(step !== undefined && { s: step }),
      ...ofGroup,
      ...(revenue && { r: [revenue.micros, revenue.currency] as const }),
    };
    return ['g', journey, version, run, at, by, shares, rest];
  }
  const { entered, from, to, left, passed } = effect;
  const rest = {
    ...(entered !== undefined && { e: entered }),
    ...(to !== undefined && { t: to }),
    ...(left !== undefined && { x: left }),
    ...ofGroup,
    ...(from && { f: from.version === undefined ? ([from.step] as const) : ([from.step, from.version] as const) }),
  };
  return ['n', journey, version, run, at, by, passed, rest];
}

export interface CommittedEffects {
  readonly lineage: string;
  readonly effects: readonly Effect[];
}

/** Reads what `encodeEffects` wrote. Throws on a version this code does not know: the record waits for code that does. */
export function decodeEffects(text: string): CommittedEffects {
  type Text = [number, string, Packed[], string[]?, PackedWithheld[]?, PackedOfJourney[]?];
  const [version, lineage, packed, ids = [], withheld = [], journeys = []] = JSON.parse(text) as Text;
  if (version !== 1) throw new Error(`Effects of unknown version ${version}`);
  const effects = packed.map((effect) => unpack(effect, ids));
  return {
    lineage,
    effects: [
      ...effects,
      ...withheld.map((effect) => unpackWithheld(effect, ids)),
      ...journeys.map((effect) => unpackOfJourney(effect, ids)),
    ],
  };
}

function unpackOfJourney(packed: PackedOfJourney, ids: readonly string[]): OfJourney {
  if (packed[0] === 'c') {
    const [, of, at, place] = packed;
    return { kind: 'call', of: unpackRunRef(of), at, ...broughtBy(ids, place) };
  }
  const [kind, journey, version, run, at, place] = packed;
  const head = { journey, version, run, at, ...broughtBy(ids, place) };
  if (kind === 'g') {
    const [, , , , , , shares, { s, g, r }] = packed;
    return {
      ...{ kind: 'goal', ...head, shares, ...(s !== undefined && { step: s }), ...(g !== undefined && { group: g }) },
      ...(r && { revenue: { micros: r[0], currency: r[1] } }),
    };
  }
  const [, , , , , , passed, { e, t, x, g, f }] = packed;
  return {
    ...{ kind: 'run', ...head, passed, ...(e !== undefined && { entered: e }), ...(t !== undefined && { to: t }) },
    ...{ ...(x !== undefined && { left: x }), ...(g !== undefined && { group: g }) },
    ...(f && { from: { step: f[0], ...(f[1] !== undefined && { version: f[1] }) } }),
  };
}

function broughtBy(ids: readonly string[], place: By | undefined): Brought {
  const by = place === undefined ? undefined : ids[place];
  return by === undefined ? {} : { by };
}

function unpackWithheld(packed: PackedWithheld, ids: readonly string[]): WithheldEffect {
  const [message, channel, reason, at, wait, place, topic = 0, of] = packed;
  return {
    ...{ kind: 'withheld', message, channel, ...(topic !== 0 && { topic }), reason, at },
    ...{ ...(wait > 0 && { until: at + wait }), ...broughtBy(ids, place), ...(of && { of: unpackRunRef(of) }) },
  };
}

function unpack(packed: Packed, ids: readonly string[]): Effect {
  const brought = (place: By | undefined): Brought => broughtBy(ids, place);
  switch (packed[0]) {
    case 't': {
      const [, from, to, at, cause, reason, by] = packed;
      return { kind: 'transition', ...(from !== 0 && { from }), to, at, cause, reason, ...brought(by) };
    }
    case 's': {
      const [, segment, entered, at, cause, by] = packed;
      return { kind: 'membership', segment, entered: entered === 1, at, cause, ...brought(by) };
    }
    case 'm': {
      const [, message, channel, at, lifetime, by, [isTransactional, wait, topic = 0, of] = [0, 0]] = packed;
      return {
        ...{ kind: 'message', message, channel, ...(isTransactional && { class: 'transactional' }) },
        ...{ ...(topic !== 0 && { topic }), at, ...(wait > 0 && { notBefore: at + wait }) },
        ...{ notAfter: at + lifetime, ...brought(by), ...(of && { of: unpackRunRef(of) }) },
      };
    }
    case 'w':
      return { kind: 'wake', at: packed[1] };
    case 'j':
      return { kind: 'merged', other: packed[1], at: packed[2], ...brought(packed[3]) };
    case 'q':
      return { kind: 'quarantine', at: packed[1], until: packed[1] + packed[2], ...brought(packed[3]) };
    case 'r': {
      const [, channel, outcome, sendId, at, by] = packed;
      return { kind: 'receipt', channel, outcome, sendId, at, ...brought(by) };
    }
  }
}

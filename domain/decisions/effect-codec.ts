import type { Cause } from '../state/cause.ts';
import type { UnreachableReason } from '../state/reachability.ts';
import type { Stage } from '../state/stage.ts';
import type { UserKey } from '../state/user-key.ts';
import type { Brought, Effect, MessageEffect, MessageName, WithheldEffect } from './effect.ts';

type Packed =
  | ['t', Stage | 0, Stage, number, Cause, string, By?]
  | ['s', string, 0 | 1, number, Cause, By?]
  | ['m', MessageName, 'email', number, number, By?, MessageRest?]
  | ['w', number]
  | ['j', UserKey, number, By?]
  | ['q', number, number, By?]
  | ['r', 'email', UnreachableReason, string, number, By?];

/** Place of an input's id in the list that follows the effects: one input often brings several. */
type By = number;
const NO_PLACE = -1;

/** Class (1: transactional), not before (after it was decided), topic. */
type MessageRest = [0 | 1, number] | [0 | 1, number, string];

/** What was withheld: message, channel, reason, when, how long it waits (0: it is not sent), by what, topic. */
type PackedWithheld =
  | [MessageName, 'email', string, number, number, By]
  | [MessageName, 'email', string, number, number, By, string];

/**
 * What a commit stores beside the profile: short, since it is written with it and read from the stream. What was withheld
 * stands last, in a list of its own: releases that do not know it yet read the others, under the ids they have here too.
 */
export function encodeEffects(lineage: string, effects: readonly Effect[]): string {
  const ids: string[] = [];
  const placeOf = (id: string | undefined): By =>
    id === undefined ? NO_PLACE : ids.includes(id) ? ids.indexOf(id) : ids.push(id) - 1;
  const packed = effects.flatMap((effect): Packed[] => (effect.kind === 'withheld' ? [] : [pack(effect, placeOf)]));
  const withheld = effects.flatMap((effect) => (effect.kind === 'withheld' ? [packWithheld(effect, placeOf)] : []));
  if (withheld.length > 0) return JSON.stringify([1, lineage, packed, ids, withheld]);
  // Releases before the ids read the first three only, and of an effect what they know.
  return JSON.stringify(ids.length === 0 ? [1, lineage, packed] : [1, lineage, packed, ids]);
}

function pack(effect: Exclude<Effect, WithheldEffect>, placeOf: (id: string) => By): Packed {
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
  const { message, channel, at, notBefore = at, notAfter, topic } = effect;
  const isPlain = effect.class === undefined && topic === undefined && notBefore === at;
  if (isPlain) return ['m', message, channel, at, notAfter - at, ...by];
  const head = [effect.class === undefined ? 0 : 1, notBefore - at] as const;
  const rest: MessageRest = topic === undefined ? [...head] : [...head, topic];
  return ['m', message, channel, at, notAfter - at, by[0] ?? NO_PLACE, rest];
}

function packWithheld(
  { message, channel, reason, at, until = at, topic, by }: WithheldEffect,
  placeOf: (id: string | undefined) => By,
): PackedWithheld {
  const packed = [message, channel, reason, at, until - at, placeOf(by)] as const;
  return topic === undefined ? [...packed] : [...packed, topic];
}

export interface CommittedEffects {
  readonly lineage: string;
  readonly effects: readonly Effect[];
}

/** Reads what `encodeEffects` wrote. Throws on a version this code does not know: the record waits for code that does. */
export function decodeEffects(text: string): CommittedEffects {
  type Text = [number, string, Packed[], string[]?, PackedWithheld[]?];
  const [version, lineage, packed, ids = [], withheld = []] = JSON.parse(text) as Text;
  if (version !== 1) throw new Error(`Effects of unknown version ${version}`);
  const effects = packed.map((effect) => unpack(effect, ids));
  return { lineage, effects: [...effects, ...withheld.map((effect) => unpackWithheld(effect, ids))] };
}

function unpackWithheld(packed: PackedWithheld, ids: readonly string[]): WithheldEffect {
  const [message, channel, reason, at, wait, place, topic] = packed;
  const by = ids[place];
  return {
    ...{ kind: 'withheld', message, channel, ...(topic !== undefined && { topic }), reason, at },
    ...(wait > 0 && { until: at + wait }),
    ...(by !== undefined && { by }),
  };
}

function unpack(packed: Packed, ids: readonly string[]): Effect {
  const brought = (place: By | undefined): Brought => {
    const by = place === undefined ? undefined : ids[place];
    return by === undefined ? {} : { by };
  };
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
      const [, message, channel, at, lifetime, by, [isTransactional, wait, topic] = [0, 0]] = packed;
      return {
        ...{ kind: 'message', message, channel, ...(isTransactional && { class: 'transactional' }) },
        ...{ ...(topic !== undefined && { topic }), at, ...(wait > 0 && { notBefore: at + wait }) },
        ...{ notAfter: at + lifetime, ...brought(by) },
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

import type { Cause } from '../state/cause.ts';
import type { UnreachableReason } from '../state/reachability.ts';
import type { Stage } from '../state/stage.ts';
import type { UserKey } from '../state/user-key.ts';

/** What a decision wants done outside: references only, never rendered content. Times are milliseconds since 1970. */
export type Effect =
  | TransitionEffect
  | MembershipEffect
  | MessageEffect
  | WakeEffect
  | MergedEffect
  | QuarantineEffect
  | ReceiptEffect
  | WithheldEffect;

/** What can be traced back to what came in. */
interface Brought {
  /**
   * Id of the input that brought it: a message id, `due-…` for what time brought, `publish-…` for what a new catalog
   * did. Absent in what older releases committed. An app's own text: it is shown to who asks, and never logged.
   */
  readonly by?: string;
}

/** A person entered a stage: for the timeline and the event bus. */
export interface TransitionEffect extends Brought {
  readonly kind: 'transition';
  readonly from?: Stage;
  readonly to: Stage;
  readonly at: number;
  readonly cause: Cause;
  readonly reason: string;
}

/** A person entered or left a segment: for the timeline and the event bus. */
export interface MembershipEffect extends Brought {
  readonly kind: 'membership';
  /** The segment's key. */
  readonly segment: string;
  readonly entered: boolean;
  readonly at: number;
  readonly cause: Cause;
}

/** A message to send, unless it comes too late. */
export interface MessageEffect extends Brought {
  readonly kind: 'message';
  readonly message: MessageName;
  readonly channel: 'email';
  /** Marketing if it does not say. */
  readonly class?: 'transactional';
  readonly topic?: string;
  readonly at: number;
  /** Not to be sent before; undefined: at once. */
  readonly notBefore?: number;
  readonly notAfter: number;
}

/** A message that was decided and does not go now, or not at all: for the timeline. */
export interface WithheldEffect extends Brought {
  readonly kind: 'withheld';
  readonly message: MessageName;
  readonly channel: 'email';
  readonly topic?: string;
  /** In words. */
  readonly reason: string;
  readonly at: number;
  /** When it is decided anew; undefined: it is not sent at all. */
  readonly until?: number;
}

/** A due time that comes before the next sweep would see it: it needs a delayed message of its own. */
export interface WakeEffect {
  readonly kind: 'wake';
  readonly at: number;
}

/** Another user id turned out to be this person: what others keep under it is hers now. */
export interface MergedEffect extends Brought {
  readonly kind: 'merged';
  readonly other: UserKey;
  readonly at: number;
}

/** More came in for this user than people send: what comes until then is left aside. */
export interface QuarantineEffect extends Brought {
  readonly kind: 'quarantine';
  readonly at: number;
  readonly until: number;
}

/** A message did not get to her, or she called it spam: its address is written to no more. For the timeline. */
export interface ReceiptEffect extends Brought {
  readonly kind: 'receipt';
  readonly channel: 'email';
  readonly outcome: UnreachableReason;
  /** Of the message. */
  readonly sendId: string;
  readonly at: number;
}

/** The two messages that are built in until journeys are defined by the project. */
export type MessageName = 'welcome' | 'we-miss-you';

/**
 * Id of the n-th effect of a commit: the same however often the commit is read, so whoever acts on it can act once.
 * Letters, digits, `_` and `-` only: it travels as an e-mail tag, and SES takes nothing else there.
 */
export const effectId = (lineage: string, version: number, n: number): string => `${lineage}_${version}_${n}`;

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

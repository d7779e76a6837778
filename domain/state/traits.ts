import type { Json, JsonObject } from '../json.ts';
import { mergeSaid } from './latest.ts';

/** A trait's value and its writer: the event time, and for ties the hash of the message id. A null value was removed. */
export interface Trait {
  readonly value: Json;
  readonly time: number;
  readonly writer: string;
}

export type Traits = ReadonlyMap<string, Trait>;

/** Beyond this new names do not come in. */
const MOST = 100;

/** What an event at `time` says about traits: each goes to its latest writer. */
export function withTraits(traits: Traits, values: JsonObject, time: number, writer: string): Traits {
  const written = Object.entries(values).map(([name, value]) => [name, { value, time, writer }] as const);
  return written.length === 0 ? traits : mergeTraits(traits, written);
}

/** Two people's traits, or one's own and new ones. */
export const mergeTraits = (traits: Traits, others: Iterable<readonly [string, Trait]>): Traits =>
  mergeSaid(traits, others, isLater, MOST);

const isLater = (a: Trait, b: Trait) => a.time > b.time || (a.time === b.time && a.writer >= b.writer);

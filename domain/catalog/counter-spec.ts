import type { Filter } from './filter.ts';

/** Something profiles have to count so that an expression can be answered: one event, perhaps only some of its kind. */
export interface CounterSpec {
  readonly event: string;
  readonly where?: Filter;
  /** The property to add up besides counting. */
  readonly sum?: string;
  readonly keep: CounterKeep;
}

/**
 * What is kept of it: calendar days (7, 30 or 90, so that many questions share few counters), single times (hours), or
 * nothing but the sum over a fixed span of event times, with the first and the last one. Days of a span are ISO days in
 * the project's zone, both included; a span without days is all time.
 */
export type CounterKeep =
  | { readonly days: 7 | 30 | 90 }
  | { readonly hours: 48 | 168 }
  | { readonly span: readonly [from: string, to: string] | 'ever' };

/** The same text for the same counter, however its definition was written: what the registry knows it by. */
export const counterKey = ({ event, where, sum, keep }: CounterSpec): string =>
  JSON.stringify(sorted({ event, ...(where !== undefined && { where }), ...(sum !== undefined && { sum }), keep }));

/** With the members of every object in one order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}

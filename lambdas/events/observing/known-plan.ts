import { MINUTE } from '../../../domain/calendar.ts';
import {
  BOUNDS,
  type SeenEvent,
  type SeenProperty,
  VALUE_TYPES,
} from '../../../domain/events/tracking-plan/seen-event.ts';

/** How long a worker that was told so believes that the plan has no room: names it does not know are no news then. */
const FULL_FOR = 5 * MINUTE;

/** The types each property was seen with, one bit each. */
type KnownTypes = ReadonlyMap<string, number>;

/** What a worker knows of what is stored, so that it can tell what is news. */
export function knownPlan() {
  const known = new Map<string, KnownTypes>();
  let fullUntil = Number.NEGATIVE_INFINITY;
  return {
    isStored(key: string, { properties }: SeenEvent): void {
      known.delete(key);
      known.set(key, new Map([...properties].map(([name, { types }]) => [name, bitsOf(types)])));
      // Names come and go; what is stored longest ago is forgotten first.
      if (known.size > BOUNDS.names) known.delete(String(known.keys().next().value));
    },

    isFull(now: number): void {
      fullUntil = now + FULL_FOR;
    },

    /** Whether an entry has a name, a property or a type that is not stored, as far as this worker knows. */
    lacks(key: string, seen: SeenEvent, now: number): boolean {
      const types = known.get(key);
      if (types === undefined) return now >= fullUntil;
      // No room for another property: what looks new has been counted there before.
      if (types.size >= BOUNDS.properties) return false;
      for (const [name, property] of seen.properties)
        if ((bitsOf(property.types) & ~(types.get(name) ?? 0)) !== 0) return true;
      return false;
    },
  };
}

const bitsOf = (types: SeenProperty['types']): number =>
  VALUE_TYPES.reduce((bits, type, place) => bits | (types.has(type) ? 1 << place : 0), 0);

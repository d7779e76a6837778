import type { CustomerEvent } from '../../../domain/events/event.ts';
import type { Tally } from '../../../domain/events/tracking-plan/observe.ts';
import { BOUNDS, type SeenType, seenAs } from '../../../domain/events/tracking-plan/seen-event.ts';

interface Counted extends Tally {
  count: number;
  first: number;
  last: number;
  /** The first of them, as they came: not to be kept any longer than until the next flush. */
  readonly events: CustomerEvent[];
}

/**
 * Counts events by type and name. It is done for every event, so nothing is put together or copied for it.
 *
 * @param kept events that are kept of each name
 */
export function tallies(kept: number) {
  let counted = new Map<SeenType, Map<string, Counted>>();
  let names = 0;
  let more = 0;

  function tallyOf(type: SeenType, name: string, at: number): Counted | undefined {
    const ofType = counted.get(type) ?? new Map<string, Counted>();
    if (ofType.size === 0) counted.set(type, ofType);
    let tally = ofType.get(name);
    if (tally === undefined && names < BOUNDS.names) {
      tally = { type, name, count: 0, first: at, last: at, events: [] };
      ofType.set(name, tally);
      names++;
    }
    return tally;
  }

  return {
    add(event: CustomerEvent): void {
      // An alias describes nothing.
      const as = seenAs(event);
      if (as === undefined) return;
      const { receivedAt } = event;
      const tally = tallyOf(as.type, as.name, receivedAt);
      if (tally === undefined) {
        more++;
        return;
      }
      tally.count++;
      if (receivedAt < tally.first) tally.first = receivedAt;
      if (receivedAt > tally.last) tally.last = receivedAt;
      if (tally.events.length < kept) tally.events.push(event);
    },

    /** All that was counted since it was taken last, and how many events had names beyond the bound. */
    take(): { readonly tallies: readonly Readonly<Counted>[]; readonly more: number } {
      const taken = { tallies: [...counted.values()].flatMap((ofType) => [...ofType.values()]), more };
      counted = new Map();
      names = 0;
      more = 0;
      return taken;
    },
  };
}

import { SECOND } from '../../domain/calendar.ts';
import { grantTo } from '../../domain/events/allowance.ts';
import type { Source } from '../../domain/events/source.ts';
import type { AllowanceStore } from '../adapters/allowance-store.ts';
import { errorName, type Log } from '../runtime/log.ts';

export interface SourceMeter {
  /** Seconds the source has to wait before it may send so many events; undefined when it may send them now. */
  waitFor(source: Source, events: number): Promise<number | undefined>;
}

/** What this worker may still take from a source without asking. */
interface Lease {
  left: number;
  /** Events taken since the lease began: how many the next one asks for. */
  taken: number;
  readonly until: number;
}

/** A busy worker asks this often; what a worker that fell asleep did not use is lost, and not saved up. */
const LEASE = 10 * SECOND;
/** Workers that ask at the same moment. */
const ATTEMPTS = 4;

/** Meters sources that have a limit, all workers together: each leases what it is likely to need from one account. */
export function sourceMeter(store: AllowanceStore, now: () => number, log: Log): SourceMeter {
  const leases = new Map<string, Lease>();
  const refusedUntil = new Map<string, number>();

  async function lease(source: Source, wanted: number): Promise<number | undefined> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const used = await store.read(source.id);
      const grant = grantTo(source, used, wanted, now());
      if (grant.outcome === 'wait') return grant.seconds;
      if (await store.write(source.id, grant.allowance, used)) return undefined;
    }
    return undefined;
  }

  return {
    async waitFor(source, events) {
      if (source.eventsPerSecond === undefined && source.eventsPerDay === undefined) return undefined;
      const blocked = (refusedUntil.get(source.id) ?? 0) - now();
      if (blocked > 0) return Math.ceil(blocked / SECOND);

      const current = leases.get(source.id);
      if (current !== undefined && current.until > now() && current.left >= events) {
        current.left -= events;
        current.taken += events;
        return undefined;
      }
      const wanted = Math.max(events, current !== undefined && current.until > now() ? current.taken : 0);
      try {
        const seconds = await lease(source, wanted);
        if (seconds !== undefined) {
          refusedUntil.set(source.id, now() + Math.min(seconds * SECOND, LEASE));
          return seconds;
        }
      } catch (error) {
        // Better to take too much than to turn away what an app may not be able to keep.
        log('allowance-unknown', { error: errorName(error) });
      }
      leases.set(source.id, { left: wanted - events, taken: events, until: now() + LEASE });
      return undefined;
    },
  };
}

import { SECOND } from '../../domain/calendar.ts';
import { type Grant, grantTo, type Need } from '../../domain/events/allowance.ts';
import type { Source } from '../../domain/events/source.ts';
import type { AllowanceStore } from '../adapters/allowance-store.ts';
import { errorName, type Log } from '../runtime/log.ts';

export interface SourceMeter {
  /** Seconds the source has to wait before it may send so many events; undefined when it may send them now. */
  waitFor(source: Source, events: number): Promise<number | undefined>;
}

/** What this worker has taken from a source lately, and may still take without asking. */
interface Lease {
  left: number;
  /** Events taken since the lease began: its pace tells how many more it is likely to need. */
  taken: number;
  readonly since: number;
  readonly until: number;
}

/** What this worker answers without asking. */
interface Verdict {
  /** Until when (ms) it is not worth asking again. */
  readonly until: number;
  /** When the source may send again (ms); undefined when it may, because nobody can tell. */
  readonly free: number | undefined;
}

/** A busy worker asks a few times in this; what a worker that fell asleep did not use is lost, and not saved up. */
const LEASE = 10 * SECOND;
/** An account that does not answer makes requests wait: it is not asked for each. */
const UNREADABLE = 5 * SECOND;
/** Workers that begin a day or a burst at the same moment. */
const ATTEMPTS = 4;

/** Meters sources that have a limit, all workers together: each leases what it is likely to need from one account. */
export function sourceMeter(store: AllowanceStore, now: () => number, log: Log): SourceMeter {
  const leases = new Map<string, Lease>();
  const verdicts = new Map<string, Verdict>();

  async function lease(source: Source, need: Need): Promise<Grant> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const used = await store.read(source.id);
      const grant = grantTo(source, used, need, now());
      if (grant.outcome === 'wait' || (await store.write(source, grant, used, now()))) return grant;
    }
    // So many at once are a flood, which is what the limit is for.
    return { outcome: 'wait', seconds: 1 };
  }

  return {
    async waitFor(source, events) {
      if (source.eventsPerSecond === undefined && source.eventsPerDay === undefined) return undefined;
      const verdict = verdicts.get(source.id);
      if (verdict !== undefined && verdict.until > now())
        return verdict.free === undefined ? undefined : secondsUntil(verdict.free, now());

      const last = leases.get(source.id);
      const current = last !== undefined && last.until > now() ? last : newLease(now());
      if (current.left < events) {
        const need = { now: events - current.left, soon: likelyNeeded(current, now()) };
        try {
          const grant = await lease(source, need);
          if (grant.outcome === 'wait') {
            const free = now() + grant.seconds * SECOND;
            verdicts.set(source.id, { until: Math.min(free, now() + LEASE), free });
            return grant.seconds;
          }
          current.left += grant.events;
        } catch (error) {
          // Better to take too much than to turn away what an app may not be able to keep.
          log('allowance-unknown', { error: errorName(error) });
          verdicts.set(source.id, { until: now() + UNREADABLE, free: undefined });
          return undefined;
        }
      }
      current.left -= events;
      current.taken += events;
      leases.set(source.id, current);
      return undefined;
    },
  };
}

const newLease = (now: number): Lease => ({ left: 0, taken: 0, since: now, until: now + LEASE });

const secondsUntil = (time: number, now: number): number => Math.max(1, Math.ceil((time - now) / SECOND));

/** As many as it takes until the lease ends at its pace so far, but no more than it has taken: at first a pace says little. */
const likelyNeeded = ({ taken, since, until }: Lease, now: number): number =>
  Math.floor(taken * Math.min(1, (until - now) / Math.max(1, now - since)));

import type { LiveCatalog } from '../../domain/catalog/live-catalog.ts';
import type { Plan } from '../../domain/decisions/plan.ts';
import { errorName, type Log } from '../runtime/log.ts';

/** Where what is published can be read. Everything rejects when nobody can tell. */
export interface PublishedCatalog {
  /** The number of what is live; undefined while nothing was published. Strongly consistent. */
  readPointer(): Promise<{ readonly number: number } | undefined>;
  /** What is live at the moment of reading; undefined while nothing was published. */
  readLive(): Promise<LiveCatalog | undefined>;
}

/** A worker's memory of what the project has decided. */
export interface LivePlan {
  /** At most ten seconds behind what is published, or as old as the last successful reading; rejects when there was none. */
  current(): Promise<Plan>;
  /**
   * For who met a profile that was committed under this number: reads at once unless that is known. The plan may still be
   * an older one; who gets it commits nothing under it.
   */
  atLeast(number: number): Promise<Plan>;
}

export interface LivePlanDependencies {
  readonly catalog: PublishedCatalog;
  /** What each catalog is compiled with, once for each number. */
  readonly compile: (catalog: LiveCatalog) => Plan;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
}

/** A publish is with every worker within this (ms). Nobody asks while there is no work: it costs a read unit each time. */
const READ_EVERY = 10_000;

const NOTHING_PUBLISHED: LiveCatalog = { number: 0, publishedAt: 0, segments: [], counters: [] };

export function livePlan({ catalog, compile, now, log }: LivePlanDependencies): LivePlan {
  let plan: Plan | undefined;
  let readAgainAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;

  async function read(): Promise<void> {
    const number = (await catalog.readPointer())?.number ?? 0;
    // A number never goes back; a pointer that did was restored from a backup, and what it names decides less than we know.
    if (plan !== undefined && number <= plan.number) return;
    // It may have moved on since: then so much the better.
    const live = number === 0 ? NOTHING_PUBLISHED : ((await catalog.readLive()) ?? NOTHING_PUBLISHED);
    if (plan === undefined || live.number > plan.number) plan = compile(live);
  }

  /** One reading for all that wait for it. */
  async function refresh(): Promise<void> {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    try {
      await reading;
    } catch (error) {
      if (plan === undefined) throw error;
      log('catalog-unreadable', { error: errorName(error) });
    }
    // Also after a failure: a table that does not answer is not asked with every batch.
    readAgainAt = now() + READ_EVERY;
  }

  const known = (): Plan => {
    if (plan === undefined) throw new Error('Nobody has read what is published');
    return plan;
  };

  return {
    async current() {
      if (now() >= readAgainAt) await refresh();
      return known();
    },
    async atLeast(number) {
      if (plan === undefined || plan.number < number) await refresh();
      return known();
    },
  };
}

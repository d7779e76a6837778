import type { LiveCatalog, LiveJourney } from '../../domain/catalog/live-catalog.ts';
import type { CatalogReader } from '../adapters/catalog-reader.ts';
import { errorName, type Log } from '../runtime/log.ts';

/** A worker's memory of the journeys that are published. All of it rejects when nobody can tell. */
export interface LiveJourneys {
  /**
   * Undefined while it is not published, or is not any more.
   * @param decided by which release at least, and when (ms), another worker has gone by it: it is not older than that
   */
  find(key: string, decided?: { readonly version: number; readonly at: number }): Promise<LiveJourney | undefined>;
  /** The same object for as long as the same is live: what is computed from it can be kept by it. */
  all(): Promise<PublishedJourneys>;
}

export interface PublishedJourneys {
  /** Of the release; 0 while nothing was published. */
  readonly number: number;
  readonly journeys: readonly LiveJourney[];
}

export interface LiveJourneysDependencies {
  readonly catalog: Pick<CatalogReader, 'readLive'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
}

/** A publish is with every worker within this (ms). Who has nothing to ask about journeys reads nothing. */
const READ_EVERY = 10_000;

export function liveJourneys({ catalog, now, log }: LiveJourneysDependencies): LiveJourneys {
  let live: PublishedJourneys | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;

  const publishedIn = ({ number, journeys = [] }: LiveCatalog): PublishedJourneys => ({ number, journeys });

  async function read(): Promise<void> {
    const begun = now();
    try {
      const found = publishedIn((await catalog.readLive()) ?? NOTHING);
      // A number never goes back: what is older was restored from a backup.
      if (live === undefined || found.number > live.number) live = found;
    } catch (error) {
      if (live === undefined) throw error;
      log('catalog-unreadable', { error: errorName(error) });
    }
    // Also after a failure: a table that does not answer is not asked with every message.
    readAt = begun;
  }

  /** One reading for all that wait for it. */
  async function refresh(): Promise<PublishedJourneys> {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    await reading;
    return known();
  }

  function known(): PublishedJourneys {
    if (live === undefined) throw new Error('Nobody has read what is published');
    return live;
  }

  const all = async () => (now() >= readAt + READ_EVERY ? refresh() : known());
  const named = (key: string, { journeys }: PublishedJourneys) => journeys.find((one) => one.key === key);

  return {
    all,
    async find(key, decided) {
      const published = await all();
      const journey = named(key, published);
      if (decided === undefined) return journey;
      // It may have been published, or have gone on, since we have looked.
      const isClosed = journey === undefined || journey.halted !== undefined;
      const isOlder = published.number < decided.version || (isClosed && readAt <= decided.at);
      return isOlder ? named(key, await refresh()) : journey;
    },
  };
}

const NOTHING: LiveCatalog = { number: 0, publishedAt: 0, segments: [], counters: [] };

import type { RegisteredCounter } from '../../../domain/catalog/live-catalog.ts';
import { addPast, counting, type Past, questionsAbout } from '../../../domain/decisions/census/past.ts';
import type { Zone } from '../../../domain/zone.ts';
import type { LakeQueries } from '../../adapters/lake-query.ts';

export type LakePast =
  | { readonly outcome: 'past'; readonly past: Past }
  | { readonly outcome: 'running' }
  | { readonly outcome: 'failed' }
  /** More people did it than fit into a worker's memory. */
  | { readonly outcome: 'too-many' };

/** People with something counted that are held in memory at once: about half a gigabyte. */
const MOST_PEOPLE = 500_000;

/** Asks the lake for what some counters lack as of `at` (ms); answers with the queries' ids. */
export async function askForPast(
  lake: LakeQueries,
  counters: readonly RegisteredCounter[],
  zone: Zone,
  at: number,
): Promise<readonly string[]> {
  const queries: string[] = [];
  for (const question of questionsAbout(counters, zone, at, at + 1)) queries.push(await lake.start(question));
  return queries;
}

/** What the lake has answered, if it has. */
export async function readPast(
  lake: LakeQueries,
  queries: readonly string[],
  counters: readonly RegisteredCounter[],
  zone: Zone,
  most = MOST_PEOPLE,
): Promise<LakePast> {
  for (const query of queries) {
    const { status } = await lake.state(query);
    if (status !== 'done') return { outcome: status };
  }
  const past: Past = new Map();
  for (const query of queries) {
    const counted = counting(counters, zone);
    for await (const { event } of lake.rows(query)) {
      const before = counted.take(event);
      if (before !== undefined) addPast(past, before);
      if (past.size > most) return { outcome: 'too-many' };
    }
    const last = counted.rest();
    if (last !== undefined) addPast(past, last);
  }
  return { outcome: 'past', past };
}

/** Stops those of some queries that still run: their answer is of no use to anybody any more. */
export async function giveUp(lake: Pick<LakeQueries, 'state' | 'stop'>, queries: readonly string[]): Promise<void> {
  for (const query of queries) if ((await lake.state(query)).status === 'running') await lake.stop(query);
}

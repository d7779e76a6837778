import { DAY, HOUR } from '../../../domain/calendar.ts';
import type { CustomerEvent } from '../../../domain/events/event.ts';
import { GATHERED } from '../../../domain/insights/lake-query.ts';
import type { LakeObject, LakeReader } from '../../adapters/lake-reader.ts';
import { chunksOf, eachOf } from '../../runtime/concurrency.ts';

/** Moments (ms) at which an event reached the lake: within two minutes of its receipt, later behind a backlog. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface LakeSearch {
  readonly event: CustomerEvent | undefined;
  /** What was looked through: when it did not end, everything from `from` on; ask for what is before that. */
  readonly searched: Range & { readonly objects: number; readonly complete: boolean };
}

/** The longest range of one search: a list call for every hour of it. */
export const LONGEST_RANGE = 7 * DAY;

const LISTS_AT_ONCE = 12;
const OBJECTS_AT_ONCE = 8;
/** A day of a quiet deployment, an object a minute. */
const MOST_OBJECTS = 1_500;
const MOST_BYTES = 256 * 1_048_576;
/** The gateway gives up after 30 s and the function after 25; the look-ups before and after need some of that. */
const LONGEST = 14_000;

/**
 * Looks for the newest event with this message id: an app may have used the id before. The lake has no index: every object
 * of the range is read, the newest first, until one holds it or it takes too long.
 */
export async function searchLake(lake: LakeReader, messageId: string, { from, to }: Range): Promise<LakeSearch> {
  const signal = AbortSignal.timeout(LONGEST);
  const progress = { from: to, objects: 0, bytes: 0 };
  const stopped = (): LakeSearch => ({ event: undefined, searched: { ...searched(progress, to), complete: false } });
  try {
    for (const hours of chunksOf(hoursOf({ from: from - GATHERED, to }), LISTS_AT_ONCE)) {
      const objects = (await listed(lake, hours, signal)).filter(({ at }) => at >= from && at - GATHERED <= to);
      for (const some of chunksOf(objects, OBJECTS_AT_ONCE)) {
        if (progress.objects >= MOST_OBJECTS || progress.bytes >= MOST_BYTES) return stopped();
        const event = await findIn(lake, some, messageId, signal);
        progress.objects += some.length;
        progress.bytes += some.reduce((sum, { bytes }) => sum + bytes, 0);
        progress.from = Math.min(progress.from, some.at(-1)?.at ?? to);
        if (event !== undefined) return { event, searched: { ...searched(progress, to), complete: true } };
      }
      progress.from = Math.max(from, Math.min(progress.from, hours.at(-1) ?? to));
    }
  } catch (error) {
    if (signal.aborted) return stopped();
    throw error;
  }
  return { event: undefined, searched: { from, to, objects: progress.objects, complete: true } };
}

const searched = ({ from, objects }: { from: number; objects: number }, to: number) => ({ from, to, objects });

/**
 * When the lake was written to last (ms): how far behind the present it is. Undefined when nothing was written for a day, or
 * nobody can tell in time.
 */
export async function lakeWrittenAt(lake: LakeReader, now: number): Promise<number | undefined> {
  const signal = AbortSignal.timeout(LONGEST / 2);
  // Mostly the first look is enough, so it is one at the hour at hand and the one before.
  try {
    for (const hours of chunksOf(hoursOf({ from: now - DAY, to: now }), 2)) {
      const [newest] = await listed(lake, hours, signal);
      if (newest !== undefined) return newest.at;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return undefined;
}

/** The hours of a range, newest first; each by its first millisecond. */
function hoursOf({ from, to }: Range): number[] {
  const hours: number[] = [];
  for (let hour = to - (to % HOUR); hour > from - HOUR; hour -= HOUR) hours.push(hour);
  return hours;
}

/** Objects of all these hours, newest first. */
async function listed(lake: LakeReader, hours: readonly number[], signal: AbortSignal): Promise<LakeObject[]> {
  const objects: LakeObject[] = [];
  await eachOf(hours, LISTS_AT_ONCE, async (hour) => {
    objects.push(...(await lake.hour(hour, signal)));
  });
  return objects.sort((a, b) => b.at - a.at);
}

async function findIn(
  lake: LakeReader,
  objects: readonly LakeObject[],
  messageId: string,
  signal: AbortSignal,
): Promise<CustomerEvent | undefined> {
  const found = new Map<LakeObject, CustomerEvent | undefined>();
  await eachOf(objects, OBJECTS_AT_ONCE, async (object) => {
    found.set(object, await lake.find(object, messageId, signal));
  });
  // Whichever was read first: theirs is the order that counts.
  return objects.map((object) => found.get(object)).find((event) => event !== undefined);
}

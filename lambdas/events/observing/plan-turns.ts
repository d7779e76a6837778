import { MINUTE } from '../../../domain/calendar.ts';
import { savedUp } from '../../runtime/credits.ts';

/** As many entries as are written soon without being felt: what somebody sends who tries things out. */
const FEW = 5;

/** Which entries are to be written, and when: those with news at most once a minute, all others every five. */
export function planTurns() {
  const news = new Set<string>();
  const due = new Set<string>();
  // Somebody who builds an app sends something new with each request; one that runs only adds to the counts.
  const forNews = savedUp(6, MINUTE);
  const forCounts = savedUp(6, 5 * MINUTE);
  const forManyCounts = savedUp(1, 5 * MINUTE);
  return {
    /** Says that an entry has something the stored one lacks. */
    hasNews: (key: string) => void news.add(key),

    /** Makes entries due if it is time to: those with news, or all of `pending`. Answers whether it was all. */
    take(pending: ReadonlyMap<string, unknown>, now: number): boolean {
      const isWaiting = [...news].some((key) => !due.has(key));
      if (isWaiting && forNews.take(now)) {
        for (const key of news) due.add(key);
        // What is news is counted with it: a worker that begins has no counts of its own for a while.
        forManyCounts.take(now);
        return false;
      }
      if (due.size > 0 || !(pending.size > FEW ? forManyCounts : forCounts).take(now)) return false;
      for (const key of pending.keys()) due.add(key);
      return true;
    },

    /** The next entry that is due, which it is no longer then; what has waited longest comes first. */
    next(): string | undefined {
      const [key] = due;
      if (key !== undefined) due.delete(key);
      return key;
    },

    isWritten: (key: string) => void news.delete(key),
  };
}

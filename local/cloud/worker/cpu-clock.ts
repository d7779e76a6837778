import { openSync, readSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

/**
 * Reads how long (ms) this thread has computed. Linux counts the time a thread was on a core, which stays the same however
 * many others want one. Elsewhere it is the time its event loop was not idle, which is longer on a busy machine.
 * `process.cpuUsage` is no help: it counts all threads, which here are all functions and the cloud itself.
 */
export function cpuClock(): () => number {
  const file = openSchedulerStatistics();
  if (file === undefined) return () => performance.eventLoopUtilization().active;
  const bytes = Buffer.alloc(64);
  // Nanoseconds on a core, then nanoseconds waited for one, then turns.
  return () => Number.parseInt(bytes.toString('latin1', 0, readSync(file, bytes, 0, bytes.length, 0)), 10) / 1e6;
}

/** Stays open for the thread's life: opening costs thirty times what reading does. */
function openSchedulerStatistics(): number | undefined {
  try {
    return openSync('/proc/thread-self/schedstat', 'r');
  } catch {
    return undefined;
  }
}

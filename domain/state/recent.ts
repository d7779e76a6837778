import { DAY, MINUTE } from '../calendar.ts';
import { hash48 } from '../hash.ts';

/** The 48-bit hash of an input's id, and when it was received, to the minute (ms). */
export interface RecentInput {
  readonly hash: number;
  readonly at: number;
}

/** Oldest first. */
export type Recent = readonly RecentInput[];

/** SDKs repeat an unanswered message for up to 12 h; at more than 256 inputs a day the window is the last 256. */
const WINDOW = DAY;
export const RECENT_LIMIT = 256;

/** Whether the input was reduced before, within the window. */
export function isKnownInput(recent: Recent, id: string): boolean {
  if (recent.length === 0) return false;
  const hash = hash48(id);
  return recent.some((input) => input.hash === hash);
}

/** Remembers an input by the time it was received, and forgets those that have left the window. */
export function rememberInput(recent: Recent, id: string, at: number): Recent {
  // In the order of reduction, which is that of their times but for late repeats by a queue.
  return withinWindow([...recent, { hash: hash48(id), at: Math.floor(at / MINUTE) * MINUTE }], at);
}

/** What either has seen. */
export function mergeRecent(a: Recent, b: Recent): Recent {
  if (a.length === 0 || b.length === 0) return a.length === 0 ? b : a;
  const byHash = new Map<number, RecentInput>();
  for (const input of [...a, ...b]) {
    const known = byHash.get(input.hash);
    if (known === undefined || known.at < input.at) byHash.set(input.hash, input);
  }
  const all = [...byHash.values()].sort((x, y) => x.at - y.at || x.hash - y.hash);
  return withinWindow(all, (all[all.length - 1] as RecentInput).at);
}

function withinWindow(inputs: RecentInput[], now: number): Recent {
  let gone = Math.max(0, inputs.length - RECENT_LIMIT);
  while (gone < inputs.length && (inputs[gone] as RecentInput).at <= now - WINDOW) gone++;
  return gone > 0 ? inputs.slice(gone) : inputs;
}

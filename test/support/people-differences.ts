/** What the product says of somebody, compared with what the oracle says. Answers with the first difference in words. */
import type { ProfileView } from '../../domain/state/profile-view.ts';
import type { StageChanged } from '../../local/perennial.ts';
import type { Told, ToldProfile, Transition } from './people-oracle.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** @param withVisits whether her visits can be told from her events: only if they came in in their order */
export function profileDifference(
  told: Told | undefined,
  view: ProfileView | undefined,
  withVisits: boolean,
): string | undefined {
  if (told === undefined || view === undefined)
    return told === view
      ? undefined
      : `there should be ${told ? 'a' : 'no'} profile and there is ${view ? 'a' : 'none'}`;
  const stage = stageDifference(told.stage, view.stage);
  if (stage !== undefined) return stage;
  for (const field of Object.keys(told.profile) as (keyof ToldProfile)[]) {
    if (field === 'sessions' && !withVisits) continue;
    const [should, is] = [unordered(told.profile[field]), unordered(view[field])];
    if (should !== is) return `${field} should be ${should} and is ${is}`;
  }
  return view.quarantinedUntil === null ? undefined : 'quarantined';
}

function stageDifference(told: Told['stage'], view: ProfileView['stage']): string | undefined {
  const { name, cause, previous } = told ?? {};
  const should = [name, cause, previous].join();
  const is = [view?.name, view?.cause, view?.previous ?? undefined].join();
  if (should !== is) return `stage, cause and previous should be ${should} and are ${is}`;
  if (told === undefined || view === null || isAsDue(told.since, Date.parse(view.since))) return undefined;
  return `stage.since should be ${new Date(told.since).toISOString()} and is ${view.since}`;
}

type Change = Pick<StageChanged, 'from' | 'to' | 'at' | 'cause'>;

export function transitionsDifference(told: readonly Transition[], changes: readonly Change[]): string | undefined {
  for (let i = 0; i < Math.max(told.length, changes.length); i++) {
    const [should, is] = [told[i], changes[i]];
    const areSame = should?.from === is?.from && should?.to === is?.to && should?.cause === is?.cause;
    if (areSame && isAsDue(should?.at ?? 0, Date.parse(is?.at ?? ''))) continue;
    return `transition ${i} should be ${inWords(should)} and is ${inWords(is)}`;
  }
  return undefined;
}

const inWords = (change: Transition | Change | undefined): string =>
  change === undefined
    ? 'none'
    : `${change.from}→${change.to} by ${change.cause} at ${new Date(change.at).toISOString()}`;

/** Exact; only what midnight brings may be up to an hour late. */
const isAsDue = (should: number, is: number) => is >= should && is <= should + (should % DAY === 0 ? HOUR : 0);

/** As text that is the same for the same things, whatever their order. */
function unordered(value: unknown): string {
  if (Array.isArray(value)) {
    const items = value.map(unordered);
    return `[${value.every((item) => typeof item === 'number') ? items : items.sort()}]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  return `{${Object.entries(value)
    .map(([name, member]) => `${name}: ${unordered(member)}`)
    .sort()}}`;
}

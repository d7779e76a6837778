import { hash48 } from '../hash.ts';
import { mergeConsents } from './consent.ts';
import { withContacts } from './contacts.ts';
import { mergeCounters } from './counters.ts';
import { mergeDays } from './days.ts';
import { mergeDevices } from './devices.ts';
import { mergeGroups } from './groups.ts';
import { mergeHours } from './hours.ts';
import { mergeIds, withId } from './ids.ts';
import { earliest, latest, latestOf } from './latest.ts';
import { mergeMemberships } from './memberships.ts';
import type { Activity, Profile } from './profile.ts';
import { mergePurchases } from './purchases.ts';
import { mergeUnreachable } from './reachability.ts';
import { mergeRecent } from './recent.ts';
import { mergePastRuns, mergeRuns } from './run.ts';
import { mergeSessions } from './sessions.ts';
import { mergeSignals } from './signals.ts';
import { mergeTotals } from './totals.ts';
import { mergeTraits } from './traits.ts';
import { idIn, isKnown } from './user-key.ts';
import { mergeWaiting } from './waiting.ts';

/**
 * Folds another profile into one that may be changed: as if everything that came in there had come in here. Does so
 * once only, however often it is asked to.
 */
export function mergeProfile(heir: Profile, other: Profile): void {
  const hash = hash48(other.key);
  if (other.key === heir.key || heir.folded.includes(hash)) return;
  heir.folded = unionOf(heir.folded, [...other.folded, hash]);
  mergeIdentity(heir, other);
  mergeHistory(heir, other);
  mergeDecided(heir, other);
}

function mergeIdentity(heir: Profile, other: Profile): void {
  heir.mergedIds = mergeIds(heir.mergedIds, other.mergedIds);
  heir.anonymousIds = mergeIds(heir.anonymousIds, other.anonymousIds);
  if (isKnown(other.key)) heir.mergedIds = withId(heir.mergedIds, idIn(other.key));
  else heir.anonymousIds = withId(heir.anonymousIds, idIn(other.key));
  heir.traits = mergeTraits(heir.traits, other.traits);
  heir.locale = latestOf(heir.locale, other.locale);
  heir.timeZone = latestOf(heir.timeZone, other.timeZone);
  heir.groups = mergeGroups(heir.groups, other.groups);
  heir.devices = mergeDevices(heir.devices, other.devices);
  heir.uninstalledAt = latest(heir.uninstalledAt, other.uninstalledAt);
  heir.consent = mergeConsents(heir.consent, other.consent);
  heir.unreachable = mergeUnreachable(heir.unreachable, other.unreachable);
}

function mergeHistory(heir: Profile, other: Profile): void {
  heir.activity = mergeActivity(heir.activity, other.activity);
  heir.events = mergeTotals(heir.events, other.events);
  const { days, olderDays } = mergeDays(heir, other);
  heir.days = days;
  heir.olderDays = olderDays;
  heir.counters = mergeCounters(heir.counters, other.counters);
  heir.purchases = mergePurchases(heir.purchases, other.purchases);
  heir.hours = mergeHours(heir.hours, other.hours);
  heir.signals = mergeSignals(heir.signals, other.signals);
  heir.recent = mergeRecent(heir.recent, other.recent);
}

const mergeActivity = (a: Activity, b: Activity): Activity => ({
  first: earliest(a.first, b.first),
  last: latest(a.last, b.last),
  known: earliest(a.known, b.known),
  live: earliest(a.live, b.live),
});

/** What was decided about either. Somebody who only gets another id stays in her stage. */
function mergeDecided(heir: Profile, other: Profile): void {
  heir.sessions = mergeSessions(heir.sessions, other.sessions);
  heir.stage ??= other.stage;
  heir.segments = mergeMemberships(heir.segments, other.segments);
  heir.returnedAt = latest(heir.returnedAt, other.returnedAt);
  const messages = new Map(heir.messages);
  for (const [name, at] of other.messages) messages.set(name, Math.max(messages.get(name) ?? at, at));
  heir.messages = messages;
  heir.contacts = withContacts(heir.contacts, other.contacts);
  heir.waiting = mergeWaiting(heir.waiting, other.waiting);
  heir.runs = mergeRuns(heir.runs, other.runs, other.lineage);
  heir.pastRuns = mergePastRuns(heir.pastRuns, other.pastRuns);
  // What was one's own and the other's stranger is hers now: it is asked about once more.
  if (isKnown(other.key)) heir.strangers = [];
}

const unionOf = (a: readonly number[], b: readonly number[]): readonly number[] =>
  b.every((hash) => a.includes(hash)) ? a : [...new Set([...a, ...b])];

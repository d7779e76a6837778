import { MINUTE } from '../../calendar.ts';
import { readHash, writeHash } from '../../hash.ts';
import type { Memberships } from '../memberships.ts';
import type { Profile } from '../profile.ts';
import type { WaitingMessage } from '../waiting.ts';
import { type Absolute, HASH, type Packed, type Relative, record, type T } from './packed.ts';
import { packNumbers, signed, unpackNumbers, unsigned } from './packed-numbers.ts';
import { packPastRun, packRun, packRunRef, unpackPastRun, unpackRun, unpackRunRef } from './runs.ts';

/** What was decided, and what was taken. */
export function packDecided(profile: Profile, rel: Relative): Partial<Packed> {
  const { sessions, stage, messages, contacts, waiting, runs, pastRuns, recent } = profile;
  return {
    ...(sessions !== undefined && { S: packSessions(sessions, rel) }),
    ...(stage !== undefined && {
      g:
        stage.previous === undefined
          ? ([stage.name, rel(stage.since), stage.cause, stage.reason] as const)
          : ([stage.name, rel(stage.since), stage.cause, stage.reason, stage.previous] as const),
    }),
    ...(profile.segments.size > 0 && { M: packSegments(profile.segments, rel) }),
    ...(profile.returnedAt !== undefined && { r: rel(profile.returnedAt) }),
    ...(messages.size > 0 && { m: record(messages, rel) }),
    ...(contacts.length > 0 && { K: contacts.flatMap(({ at, channel }) => [rel(at), channel]) }),
    ...(waiting.length > 0 && { W: waiting.map((message) => packWaiting(message, rel)) }),
    ...(runs.length > 0 && { J: runs.map((run) => packRun(run, rel)) }),
    ...(pastRuns.length > 0 && { P: pastRuns.map((run) => packPastRun(run, rel)) }),
    ...(recent.length > 0 && { i: packRecent(profile) }),
    ...(profile.heat !== undefined && { H: rel(profile.heat) }),
    ...(profile.quarantinedUntil !== undefined && { Q: rel(profile.quarantinedUntil) }),
    ...(profile.dueAt !== undefined && { u: rel(profile.dueAt) }),
    ...(profile.dueBy !== undefined && { B: profile.dueBy }),
  };
}

export function unpackDecided(profile: Profile, packed: Packed, abs: Absolute): void {
  const { S, g, M, r, m = {}, K = [], W = [], J = [], P = [], i, H, Q, u, B } = packed;
  if (S !== undefined) {
    const [count, start, length, id] = S;
    profile.sessions = { count, ...(id !== undefined && { id }), start: abs(start), end: abs(start) + length };
  }
  if (g !== undefined) {
    const [name, since, cause, reason, previous] = g;
    profile.stage = { name, since: abs(since), cause, reason, ...(previous !== undefined && { previous }) };
  }
  if (M !== undefined) profile.segments = unpackSegments(M, abs);
  profile.returnedAt = r === undefined ? undefined : abs(r);
  profile.messages = new Map(Object.entries(m).map(([name, at]) => [name, abs(at)]));
  const contacts = [];
  for (let n = 0; n + 1 < K.length; n += 2) contacts.push({ at: abs(K[n] as T), channel: K[n + 1] as string });
  profile.contacts = contacts;
  profile.waiting = W.map((message) => unpackWaiting(message, abs));
  profile.runs = J.map((run) => unpackRun(run, abs));
  profile.pastRuns = P.map((run) => unpackPastRun(run, abs));
  if (i !== undefined) profile.recent = unpackRecent(i);
  profile.heat = H === undefined ? undefined : abs(H);
  profile.quarantinedUntil = Q === undefined ? undefined : abs(Q);
  profile.dueAt = u === undefined ? undefined : abs(u);
  profile.dueBy = B;
}

function packSegments(segments: Memberships, rel: Relative): string {
  let before = 0;
  const numbers = [...segments]
    .sort(([a], [b]) => a - b)
    .flatMap(([id, since]) => {
      const gap = id - before;
      before = id;
      return [gap, signed(rel(since))];
    });
  return packNumbers(numbers);
}

function unpackSegments(text: string, abs: Absolute): Memberships {
  const numbers = unpackNumbers(text);
  const segments = new Map<number, number>();
  let id = 0;
  for (let i = 0; i + 1 < numbers.length; i += 2) {
    id += numbers[i] as number;
    segments.set(id, abs(unsigned(numbers[i + 1] as number)));
  }
  return segments;
}

type PackedWaiting = NonNullable<Packed['W']>[number];

const packWaiting = (
  { message, channel, topic, priority, decidedAt, notAfter, until, reason, by, of }: WaitingMessage,
  rel: Relative,
): PackedWaiting => {
  const moments = [rel(decidedAt), notAfter - decidedAt, until - decidedAt] as const;
  const packed = [message, channel, ...moments, priority, reason, by] as const;
  if (of !== undefined) return [...packed, topic ?? 0, packRunRef(of)];
  return topic === undefined ? packed : [...packed, topic];
};

function unpackWaiting(packed: PackedWaiting, abs: Absolute): WaitingMessage {
  const [message, channel, decided, lifetime, wait, priority, reason, by, topic = 0, of] = packed;
  const decidedAt = abs(decided);
  return {
    ...{ message, channel, ...(topic !== 0 && { topic }), priority },
    ...{ decidedAt, notAfter: decidedAt + lifetime, until: decidedAt + wait, reason, by },
    ...(of !== undefined && { of: unpackRunRef(of) }),
  };
}

const packSessions = (
  { count, id, start, end }: NonNullable<Profile['sessions']>,
  rel: Relative,
): NonNullable<Packed['S']> =>
  id === undefined ? [count, rel(start), end - start] : [count, rel(start), end - start, id];

/** Minutes before the newest one, base 36: three characters reach back a month, and inputs wait two weeks at most. */
const AGE = 3;
const OLDEST_AGE = 36 ** AGE - 1;

/** Begins a group of inputs of one minute; no hash and no number has this character. */
const GROUP = '.';

/** An app sends what it has gathered at once: those of one minute share their age, which else would be a quarter of it all. */
function packRecent({ recent }: Profile): readonly [number, string] {
  const newest = Math.max(...recent.map(({ at }) => at)) / MINUTE;
  let out = '';
  let minute: number | undefined;
  for (const { hash, at } of recent) {
    if (at !== minute) out += GROUP + ageText(newest - at / MINUTE);
    minute = at;
    out += writeHash(hash);
  }
  return [newest, out];
}

const ageText = (minutes: number) => Math.min(OLDEST_AGE, minutes).toString(36).padStart(AGE, '0');

function unpackRecent([newest, text]: readonly [number, string]): Profile['recent'] {
  if (!text.startsWith(GROUP)) return unpackEach(newest, text);
  return text
    .slice(GROUP.length)
    .split(GROUP)
    .flatMap((group) => {
      const at = (newest - Number.parseInt(group.slice(0, AGE), 36)) * MINUTE;
      const recent = [];
      for (let i = AGE; i < group.length; i += HASH) recent.push({ hash: readHash(group.slice(i, i + HASH)), at });
      return recent;
    });
}

/** As it was written at first, and by version 1: each hash with an age of its own behind it. */
function unpackEach(newest: number, text: string): Profile['recent'] {
  const recent = [];
  for (let i = 0; i < text.length; i += HASH + AGE)
    recent.push({
      hash: readHash(text.slice(i, i + HASH)),
      at: (newest - Number.parseInt(text.slice(i + HASH, i + HASH + AGE), 36)) * MINUTE,
    });
  return recent;
}

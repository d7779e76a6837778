import type { SourceKind } from '../../domain/events/event.ts';
import { type IdentitySecret, openSource, type Source, type SourceKey } from '../../domain/events/source.ts';
import { problemsOfSource } from '../../domain/events/source-checks.ts';

/** What an operator may say about a source; what is left out stays as it is. */
export interface SourceWishes {
  readonly id: string;
  readonly kind?: string | undefined;
  readonly identity?: string | undefined;
  readonly origins?: readonly string[] | undefined;
  /** Whether what a server sends is what people do. */
  readonly activity?: boolean | undefined;
  readonly eventsPerSecond?: number | undefined;
  readonly eventsPerDay?: number | undefined;
}

export type Changed = { readonly outcome: 'source'; readonly source: Source } | Problem;
interface Problem {
  readonly outcome: 'problem';
  readonly message: string;
}

const problem = (message: string): Problem => ({ outcome: 'problem', message });

/** A source as wished: a new one, or the one that exists with changes. A limit of 0 is lifted, no origin allows any. */
export function sourceAsWished(existing: Source | undefined, wishes: SourceWishes): Changed {
  const { id, kind = existing?.kind, identity = existing?.identity ?? 'open' } = wishes;
  if (kind === undefined) return problem('A new source needs a kind: client or server.');
  if (existing !== undefined && kind !== existing.kind)
    return problem('The kind of a source stays: its keys are public or secret. Create another source.');
  // Whether it is one of the two is checked below, with everything else.
  const known = existing ?? openSource(id, kind as SourceKind);
  const { eventsPerSecond: perSecond, eventsPerDay: perDay, activity: isActivity, ...rest } = known;
  const eventsPerSecond = wishes.eventsPerSecond ?? perSecond;
  const eventsPerDay = wishes.eventsPerDay ?? perDay;
  const source: Source = {
    ...rest,
    identity: identity as Source['identity'],
    origins: (wishes.origins ?? rest.origins).filter((origin) => origin !== ''),
    ...((wishes.activity ?? isActivity) && { activity: true as const }),
    ...(eventsPerSecond !== undefined && eventsPerSecond !== 0 && { eventsPerSecond }),
    ...(eventsPerDay !== undefined && eventsPerDay !== 0 && { eventsPerDay }),
  };
  const problems = problemsOfSource(source);
  return problems.length > 0 ? problem(problems.join(' ')) : { outcome: 'source', source };
}

/** Secrets after a new one came: those in use until now are honoured a while longer, those that have ended go. */
export function secretsWith(
  secrets: readonly IdentitySecret[],
  secret: string,
  now: number,
  overlap: number,
): IdentitySecret[] {
  const older = secrets
    .filter(({ until }) => until === undefined || until > now)
    .map((one) => ({ secret: one.secret, until: Math.min(one.until ?? Number.POSITIVE_INFINITY, now + overlap) }));
  return [{ secret }, ...older];
}

/** Those of a source's keys that have to end, with when: all that are honoured now, after the overlap. */
export const phasedOut = (keys: readonly SourceKey[], now: number, overlap: number): SourceKey[] =>
  keys
    .filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now + overlap)
    .map((key) => ({ ...key, expiresAt: now + overlap }));

/** What is kept of a key. Its hint shows a quarter of it at most, and a little of its hash tells like keys apart. */
export const keyOf = (writeKey: string, sha256: string, sourceId: string, createdAt: number): SourceKey => ({
  sha256,
  sourceId,
  hint: `${writeKey.slice(0, Math.min(8, Math.floor(writeKey.length / 4)))}…${sha256.slice(0, 4)}`,
  createdAt,
});

/** Whether a key that somebody brings can be used everywhere keys stand: Basic ends a user name at a colon. */
export const isUsableKey = (writeKey: string): boolean => /^[!-9;-~]{16,200}$/.test(writeKey);

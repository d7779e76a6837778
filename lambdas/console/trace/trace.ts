import { DAY, HOUR, MINUTE } from '../../../domain/calendar.ts';
import type { TimelineEffect } from '../../../domain/delivery/hand-off.ts';
import { askedEffect, triedUntil } from '../../../domain/delivery/messages/asked-message.ts';
import type { CustomerEvent } from '../../../domain/events/event.ts';
import { personalNames } from '../../../domain/events/personal-names.ts';
import { eventInput } from '../../../domain/state/input.ts';
import { isKnownInput } from '../../../domain/state/recent.ts';
import { anonymousKey } from '../../../domain/state/user-key.ts';
import type { AskedMessage, AskedMessages } from '../../adapters/asked-messages.ts';
import type { LakeReader } from '../../adapters/lake-reader.ts';
import type { PlanSettingsReader } from '../../adapters/plan-settings.ts';
import type { ProfileFollower } from '../../adapters/profile-store.ts';
import type { Claim, SendLedgerReader } from '../../adapters/send-ledger-reader.ts';
import type { TimelineReader } from '../../adapters/timeline.ts';
import { type Answer, ok, problem } from '../api/answer.ts';
import { type BecameOfDependencies, becameOf } from './became-of.ts';
import { type LakeSearch, lakeWrittenAt, type Range, searchLake } from './lake-search.ts';
import { type TraceQuery, type TraceRequest, traceRequestOf } from './trace-request.ts';
import type { LakeSeen, Trace } from './trace-schema.ts';
import { viewClaimAlone, viewEffect, viewEvent, viewUser } from './trace-view.ts';

export interface TraceDependencies extends BecameOfDependencies {
  readonly profiles: ProfileFollower;
  readonly timeline: TimelineReader;
  readonly sends: SendLedgerReader;
  readonly asked: Pick<AskedMessages, 'find'>;
  readonly lake: LakeReader;
  readonly settings: PlanSettingsReader;
}

/**
 * What became of an event, or where a message came from. The id is a send's, a
 * provider's or a message id; the first two are looked up, the lake is searched for the third.
 */
export async function trace(dependencies: TraceDependencies, query: TraceQuery): Promise<Answer<200, Trace>> {
  const request = traceRequestOf(query, dependencies.now());
  if ('wrong' in request) return request.wrong;
  const { id } = request;
  const bySendId = await dependencies.sends.find(id);
  const claim = bySendId ?? (await dependencies.sends.findByProviderId(id));
  if (claim !== undefined)
    return traceSend(dependencies, request, claim, bySendId === undefined ? 'providerId' : 'sendId');
  // What a program has asked for and nobody has claimed yet: it waits on its queue.
  const asked = await dependencies.asked.find(id);
  return asked === undefined ? traceEvent(dependencies, request) : traceAsked(dependencies, asked);
}

const MOST_EFFECTS = 1_000;

async function traceEvent(dependencies: TraceDependencies, { id, range }: TraceRequest): Promise<Answer<200, Trace>> {
  const { lake, timeline, profiles, now } = dependencies;
  const search = await searchLake(lake, id, range ?? { from: now() - DAY, to: now() });
  const seen = await lakeSeen(dependencies, search);
  if (search.event === undefined) return problem(404, 'unknown_id', whereItMayBe(search), { more: seen });

  const { user, at } = eventInput(search.event);
  const { keys, found } = await profiles.follow(user);
  const effects: TimelineEffect[] = [];
  let more = false;
  for (const key of keys) {
    // No decision is older than what brought it; it is younger where the event came late.
    const lines = await timeline.between(key, at, now() + DAY, MOST_EFFECTS);
    effects.push(...lines.effects.filter(({ by }) => by === id));
    more ||= lines.more;
  }
  const counts = found?.outcome === 'profile' && isKnownInput(found.profile.recent, id);
  return ok({
    kind: 'messageId',
    event: await viewed(dependencies, search.event),
    user: { ...viewUser(keys.at(-1) ?? user), counted: counts ? true : null },
    effects: await becameOf(dependencies, effects),
    moreEffects: more,
    note: NEWEST,
    ...seen,
  });
}

/** What brings a message is committed within seconds of its decision; behind a backlog it takes longer. */
const around = (at: number): Range => ({ from: at - MINUTE, to: at + HOUR });

async function traceSend(
  dependencies: TraceDependencies,
  { range }: TraceRequest,
  claim: Claim,
  kind: 'sendId' | 'providerId',
): Promise<Answer<200, Trace>> {
  const { user, decidedAt, sendId } = claim;
  const { effects } = await dependencies.timeline.between(user, decidedAt, decidedAt, MOST_EFFECTS);
  const effect = effects.find((one) => one.id === sendId);
  const by = effect?.by;
  const search =
    by === undefined || isOurs(by, effects)
      ? undefined
      : await searchLake(dependencies.lake, by, range ?? around(Math.min(decidedAt, dependencies.now())));
  const { keys } = await dependencies.profiles.follow(user);
  return ok({
    kind,
    event: search?.event === undefined ? null : await viewed(dependencies, search.event),
    // What a program asked for without saying whose it is stands under a key of its own.
    user: user === anonymousKey(sendId) ? NOBODY : viewUser(keys.at(-1) ?? user),
    effects: [effect === undefined ? viewClaimAlone(claim) : viewEffect(effect, claim, undefined)],
    moreEffects: false,
    ...(await lakeSeen(dependencies, search)),
  });
}

async function traceAsked(dependencies: TraceDependencies, asked: AskedMessage): Promise<Answer<200, Trace>> {
  const { sendId, user, message, source, askedAt } = asked;
  const request = { message, decidedAt: askedAt, notAfter: triedUntil(askedAt) };
  const { keys } = await dependencies.profiles.follow(user);
  return ok({
    kind: 'sendId',
    event: null,
    user: user === anonymousKey(sendId) ? NOBODY : viewUser(keys.at(-1) ?? user),
    effects: await becameOf(dependencies, [{ id: sendId, ...askedEffect(request, source) }]),
    moreEffects: false,
    ...(await lakeSeen(dependencies, undefined)),
  });
}

const NOBODY = { userId: null, anonymousId: null };

/** An id is the app's to choose, and to choose twice. */
const NEWEST = 'This is the newest event with this id that reached the lake in the time searched.';

/**
 * Inputs that no app sends are in no lake: due times, and what a new catalog set going. An app can name a message like one
 * of these: where she came to another stage or segment by it, the cause tells whose it was.
 */
function isOurs(inputId: string, effects: readonly TimelineEffect[]): boolean {
  const [cause] = effects.flatMap((one) => (one.by === inputId && 'cause' in one ? [one.cause] : []));
  return /^(?:due|publish)-\d+$/.test(inputId) && (cause === undefined || cause === 'time' || cause === 'publish');
}

async function viewed({ settings }: TraceDependencies, event: CustomerEvent): Promise<NonNullable<Trace['event']>> {
  return viewEvent(event, personalNames(await settings.read()));
}

/** How far a search got, and how far behind the present the lake is: an event is there a minute after its receipt. */
async function lakeSeen({ lake, now }: TraceDependencies, search: LakeSearch | undefined): Promise<LakeSeen> {
  const at = await lakeWrittenAt(lake, now());
  return {
    searched: search === undefined ? null : { ...search.searched, ...isoRange(search.searched) },
    lake: {
      newestAt: at === undefined ? null : new Date(at).toISOString(),
      ageSeconds: at === undefined ? null : Math.max(0, Math.round((now() - at) / 1_000)),
    },
  };
}

const isoRange = ({ from, to }: Range) => ({ from: new Date(from).toISOString(), to: new Date(to).toISOString() });

function whereItMayBe({ searched }: LakeSearch): string {
  const { from, to } = isoRange(searched);
  return [
    'No message was sent under this id in the last 30 days, by our id or the provider’s, and no event with this message id',
    `reached the lake from ${from} to ${to}.`,
    searched.complete ? 'For another time, say ?from= and &to=.' : `The search ended early: go on with ?to=${from}.`,
    'An event is in the lake about a minute after its receipt; one that was rejected never is: see the debugger.',
  ].join(' ');
}

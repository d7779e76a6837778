import { DAY, MINUTE } from '../calendar.ts';
import {
  type Effect,
  effectId,
  type GoalEffect,
  type MembershipEffect,
  type MessageEffect,
  type RunEffect,
  type TransitionEffect,
} from '../decisions/effect.ts';
import type { CommittedEffects } from '../decisions/effect-codec.ts';
import { hashText } from '../hash.ts';
import { countsOfEffect, type JourneyCount } from '../insights/journey-counts.ts';
import { dueInput } from '../state/input.ts';
import { encodeInputs } from '../state/input-message.ts';
import type { RunRef } from '../state/run.ts';
import { idIn, isKnown, type UserKey } from '../state/user-key.ts';
import { encodeCallRequest } from './calls/call-request.ts';
import type { AskedEffect } from './messages/asked-message.ts';
import { encodeSendRequest, type SendRequest } from './send-request.ts';

/** What one effect becomes at the place that takes it. Every part can be handed over twice without harm: ids are the effect's. */
export type HandOff =
  | { readonly sink: 'timeline'; readonly entry: TimelineEntry }
  | { readonly sink: 'bus'; readonly event: DomainEvent }
  | { readonly sink: 'quarantine'; readonly entry: QuarantineEntry }
  /** The only one that does harm when it is handed over twice: last, then. */
  | { readonly sink: 'counts'; readonly count: JourneyCount }
  | {
      readonly sink: 'email';
      /** Marketing if it does not say: each class has a queue of its own. */
      readonly class?: 'transactional';
      readonly body: string;
      readonly group: string;
      /** Not to be sent before (ms since 1970). */
      readonly notBefore?: number;
      /** To be sent so much later (ms) than it is handed over. */
      readonly delay?: number;
    }
  | { readonly sink: 'calls'; readonly body: string; readonly group: string }
  | { readonly sink: 'timers'; readonly body: string; readonly group: string; readonly notBefore: number };

/** What a line of the timeline holds: an effect with its id, or a message that a program has asked for. */
export type TimelineEffect = Exclude<Effect | AskedEffect, { kind: 'wake' }> & { readonly id: string };

const SINKS: readonly HandOff['sink'][] = ['timeline', 'bus', 'quarantine', 'counts', 'email', 'calls', 'timers'];

/** Reads what waited for its sink. Throws on one this code does not know: it stays for the release that does. */
export function decodeHandOff(text: string): HandOff {
  const item = JSON.parse(text) as HandOff;
  if (!SINKS.includes(item.sink)) throw new Error('A hand-off to an unknown sink');
  return item;
}

/** A line of a user's timeline, sorted by time. */
export interface TimelineEntry {
  readonly user: UserKey;
  readonly entry: string;
  readonly kind: Exclude<Effect['kind'], 'wake'>;
  /** A `TimelineEffect` as JSON. */
  readonly data: string;
  /** Seconds since 1970 after which the line may disappear. */
  readonly expiresAt: number;
}

/** A user who was put into quarantine, for those who look after the deployment. */
export interface QuarantineEntry {
  readonly user: UserKey;
  readonly since: number;
  readonly until: number;
  /** Seconds since 1970 after which it may be forgotten. */
  readonly expiresAt: number;
}

/** An event for other systems of the project, on its own bus. */
export interface DomainEvent {
  readonly detailType:
    | 'Stage Changed'
    | 'Segment Entered'
    | 'Segment Left'
    | 'Journey Entered'
    | 'Journey Left'
    | 'Journey Goal Reached'
    | 'Users Merged'
    | 'User Quarantined';
  /** Milliseconds since 1970. */
  readonly time: number;
  /** JSON. */
  readonly detail: string;
}

const TIMELINE_KEPT = 90 * DAY;
/** Somebody who comes back from a long weekend should still find her. */
const QUARANTINE_KEPT = 7 * DAY;

/** What the effects of one commit become, in their order. */
export function handOff(user: UserKey, version: number, committed: CommittedEffects): HandOff[] {
  // Queues are shared out by user, so that somebody with many messages delays nobody else's.
  const group = hashText(user);
  return committed.effects.flatMap((effect, n): HandOff[] => {
    const id = effectId(committed.lineage, version, n);
    switch (effect.kind) {
      case 'transition':
        return [
          { sink: 'timeline', entry: timelineEntry(user, id, effect) },
          { sink: 'bus', event: stageChanged(user, id, effect) },
        ];
      case 'membership':
        return [
          { sink: 'timeline', entry: timelineEntry(user, id, effect) },
          { sink: 'bus', event: membershipChanged(user, id, effect) },
        ];
      case 'message':
        return [
          { sink: 'timeline', entry: timelineEntry(user, id, effect) },
          {
            sink: 'email',
            ...(effect.class && { class: effect.class }),
            group,
            body: encodeSendRequest({
              sendId: id,
              user,
              message: effect.message,
              ...(effect.class && { class: effect.class }),
              ...(effect.topic !== undefined && { topic: effect.topic }),
              decidedAt: effect.at,
              notAfter: effect.notAfter,
              ...(effect.by !== undefined && { by: effect.by }),
              ...(effect.of && ofStep(effect.of)),
            }),
            ...delayOf(effect, committed.effects),
          },
        ];
      case 'wake':
        return encodeInputs([dueInput(user, effect.at)]).map((body) => ({
          sink: 'timers',
          body,
          group,
          notBefore: effect.at,
        }));
      case 'merged':
        return [
          { sink: 'timeline', entry: timelineEntry(user, id, effect) },
          {
            sink: 'bus',
            event: domainEvent('Users Merged', user, id, effect.at, { mergedUserId: idIn(effect.other) }),
          },
        ];
      case 'withheld':
        return [{ sink: 'timeline', entry: timelineEntry(user, id, effect) }, ...counting(effect, id)];
      case 'run':
      case 'goal':
        return [
          { sink: 'timeline', entry: timelineEntry(user, id, effect) },
          ...counting(effect, id),
          ...journeyEvents(user, id, effect).map((event): HandOff => ({ sink: 'bus', event })),
        ];
      case 'call': {
        const { of, at } = effect;
        return [
          { sink: 'timeline', entry: timelineEntry(user, id, effect) },
          { sink: 'calls', body: encodeCallRequest({ callId: id, user, of, decidedAt: at }), group: groupOfCalls(of) },
        ];
      }
      case 'receipt':
        return [{ sink: 'timeline', entry: timelineEntry(user, id, effect) }];
      case 'quarantine': {
        const { at, until } = effect;
        return [
          { sink: 'timeline', entry: timelineEntry(user, id, effect) },
          { sink: 'quarantine', entry: { user, since: at, until, expiresAt: seconds(until + QUARANTINE_KEPT) } },
          {
            sink: 'bus',
            event: domainEvent('User Quarantined', user, id, at, { ...whose(user), until: iso(until) }),
          },
        ];
      }
    }
  });
}

const counting = (effect: Effect, id: string): readonly HandOff[] =>
  countsOfEffect(effect, id).map((count) => ({ sink: 'counts', count }));

/** By step, for each tells one system: one that is slow makes its own calls wait, and not those to others. */
const groupOfCalls = ({ journey, step }: RunRef): string => hashText(`${journey}/${step}`);

/** One step writes to an address once in a while; of runs at once each writes about something of its own. */
const ofStep = (of: RunRef): Pick<SendRequest, 'of' | 'occasion' | 'keyed'> => ({
  ...{ of, occasion: `${of.journey}/${of.step}`, ...(of.keyed && { keyed: true }) },
});

/**
 * A message decided at another moment than one before it in the same commit is late, as after an outage: the one before
 * leaves only now too. The channel's queue can hold it back no longer than this.
 */
const BETWEEN_OVERDUE = 15 * MINUTE;

function delayOf(
  message: MessageEffect,
  effects: readonly Effect[],
): { readonly notBefore?: number; readonly delay?: number } {
  const { at, notBefore } = message;
  const isMarketing = message.class === undefined;
  const isBehind = isMarketing && effects.some((one) => one.kind === 'message' && !one.class && one.at < at);
  return { ...(notBefore !== undefined && { notBefore }), ...(isBehind && { delay: BETWEEN_OVERDUE }) };
}

export const timelineEntry = (
  user: UserKey,
  id: string,
  effect: Exclude<Effect | AskedEffect, { kind: 'wake' }>,
): TimelineEntry => ({
  user,
  entry: `${iso(effect.at)}#${id}`,
  kind: effect.kind,
  data: JSON.stringify({ id, ...effect }),
  expiresAt: seconds(effect.at + TIMELINE_KEPT),
});

const stageChanged = (user: UserKey, id: string, { from, to, at, cause, reason }: TransitionEffect): DomainEvent =>
  domainEvent('Stage Changed', user, id, at, { from: from ?? null, to, cause, reason });

const membershipChanged = (user: UserKey, id: string, { segment, entered, at, cause }: MembershipEffect): DomainEvent =>
  domainEvent(entered ? 'Segment Entered' : 'Segment Left', user, id, at, { segment, cause });

/** That she came in, and that she left; of the steps between, the timeline tells. Who tries a journey is in none. */
function journeyEvents(user: UserKey, id: string, effect: RunEffect | GoalEffect): readonly DomainEvent[] {
  const { journey, version, run, at, group } = effect;
  if (group === 'test') return [];
  const of = { journey, version, run, heldOut: group === 'holdout' };
  if (effect.kind === 'goal') {
    const { step = null, revenue } = effect;
    const worth = revenue === undefined ? null : { amount: revenue.micros / 1e6, currency: revenue.currency };
    return [domainEvent('Journey Goal Reached', user, id, at, { ...of, step, revenue: worth })];
  }
  const { entered, left } = effect;
  return [
    ...(entered === undefined ? [] : [domainEvent('Journey Entered', user, id, at, { ...of, because: entered })]),
    ...(left === undefined ? [] : [domainEvent('Journey Left', user, id, at, { ...of, because: left })]),
  ];
}

/** The only event that can be about a device nobody has logged in on. */
const whose = (user: UserKey) =>
  isKnown(user) ? { userId: idIn(user), anonymousId: null } : { userId: null, anonymousId: idIn(user) };

/** What every domain event has, and what is its own. docs/domain-events.schema.json is what others rely on. */
const domainEvent = (
  detailType: DomainEvent['detailType'],
  user: UserKey,
  id: string,
  at: number,
  own: object,
): DomainEvent => ({
  detailType,
  time: at,
  detail: JSON.stringify({ id, userId: idIn(user), at: iso(at), ...own }),
});

const seconds = (time: number) => Math.ceil(time / 1_000);
const iso = (time: number) => new Date(time).toISOString();

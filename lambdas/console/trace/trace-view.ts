import type { RunEffect } from '../../../domain/decisions/effect.ts';
import type { TimelineEffect } from '../../../domain/delivery/hand-off.ts';
import type { Hold } from '../../../domain/delivery/hold.ts';
import type { CustomerEvent } from '../../../domain/events/event.ts';
import type { IsPersonal } from '../../../domain/events/personal-names.ts';
import { recentAccepted, viewRecent } from '../../../domain/events/recent-event.ts';
import type { RunRef } from '../../../domain/state/run.ts';
import { idIn, isKnown, type UserKey } from '../../../domain/state/user-key.ts';
import type { Claim } from '../../adapters/send-ledger-reader.ts';
import { viewHold } from '../delivery/hold-view.ts';
import type { Trace } from './trace-schema.ts';

/** A raw event as the debugger shows it, but with its ids: whoever traces an event looks for a person. */
export function viewEvent(event: CustomerEvent, isPersonal: IsPersonal): NonNullable<Trace['event']> {
  const { messageId, time, receivedAt, sourceId, userId, anonymousId } = event;
  const { at: _, outcome: _taken, ...shown } = viewRecent(recentAccepted(event, isPersonal), isPersonal);
  return {
    ...shown,
    messageId,
    sourceId,
    userId: userId ?? null,
    anonymousId: anonymousId ?? null,
    time: iso(time),
    receivedAt: iso(receivedAt),
  };
}

export const viewUser = (key: UserKey) => ({
  userId: isKnown(key) ? idIn(key) : null,
  anonymousId: isKnown(key) ? null : idIn(key),
});

/**
 * What was decided, and of a message what became of it; `send` is null as long as nobody has claimed it.
 * @param hold what keeps it from leaving
 */
export function viewEffect(
  effect: TimelineEffect,
  claim: Claim | undefined,
  hold: Hold | undefined,
): Trace['effects'][number] {
  const head = { id: effect.id, at: iso(effect.at), by: effect.by ?? null };
  switch (effect.kind) {
    case 'transition':
      return {
        ...head,
        kind: effect.kind,
        from: effect.from ?? null,
        to: effect.to,
        cause: effect.cause,
        reason: effect.reason,
      };
    case 'membership':
      return { ...head, kind: effect.kind, segment: effect.segment, entered: effect.entered, cause: effect.cause };
    case 'message':
      return {
        ...head,
        kind: effect.kind,
        message: effect.message,
        channel: effect.channel,
        notAfter: iso(effect.notAfter),
        of: 'of' in effect ? stepOf(effect.of) : null,
        source: 'source' in effect ? effect.source : null,
        send: claim === undefined ? null : viewClaim(claim),
        held: hold === undefined ? null : viewHold(hold),
      };
    case 'merged':
      return { ...head, kind: effect.kind, mergedUserId: idIn(effect.other) };
    case 'receipt':
      return {
        ...head,
        kind: effect.kind,
        channel: effect.channel,
        outcome: effect.outcome,
        sendId: effect.sendId,
      };
    case 'withheld':
      return {
        ...head,
        kind: effect.kind,
        message: effect.message,
        channel: effect.channel,
        topic: effect.topic ?? null,
        reason: effect.reason,
        until: effect.until === undefined ? null : iso(effect.until),
        of: stepOf(effect.of),
      };
    case 'run':
      return { ...head, ...viewRun(effect) };
    case 'goal': {
      const { step, revenue } = effect;
      return {
        ...{ ...head, kind: effect.kind, ...journeyOf(effect), step: step ?? null },
        revenue: revenue === undefined ? null : { amount: revenue.micros / 1e6, currency: revenue.currency },
      };
    }
    case 'call':
      return { ...head, kind: effect.kind, ...journeyOf(effect.of), step: effect.of.step };
    case 'quarantine':
      return { ...head, kind: effect.kind, until: iso(effect.until) };
  }
}

const journeyOf = ({ journey, version, run, group }: Pick<RunRef, 'journey' | 'version' | 'run' | 'group'>) => ({
  ...{ journey, version, run, group: group ?? null },
});

const viewRun = ({ kind, entered, from, passed, to, left, ...run }: RunEffect) => ({
  ...{ kind, ...journeyOf(run), entered: entered ?? null },
  from: from === undefined ? null : { step: from.step, version: from.version ?? null },
  passed: passed.map(([step, way]) => ({ step, way: way ?? null })),
  ...{ to: to ?? null, left: left ?? null },
});

const stepOf = (of: RunRef | undefined) => (of === undefined ? null : { ...journeyOf(of), step: of.step });

/** A message of which only the claim is left: its line of the timeline ended, or is not written yet. */
export const viewClaimAlone = (claim: Claim): Trace['effects'][number] => ({
  id: claim.sendId,
  kind: 'message',
  at: iso(claim.decidedAt),
  by: null,
  message: claim.message,
  send: viewClaim(claim),
});

const viewClaim = ({ status, decidedAt, claimedAt, providerId, reason, receipt }: Claim) => ({
  status,
  decidedAt: iso(decidedAt),
  claimedAt: iso(claimedAt),
  providerId: providerId ?? null,
  reason: reason ?? null,
  receipt: receipt === undefined ? withoutReceipt(status) : { outcome: receipt.received, at: iso(receipt.at) },
});

/** Of what may have left nobody knows the rest until the provider tells; of what did not leave nothing will be told. */
const withoutReceipt = (status: Claim['status']) =>
  status === 'accepted' || status === 'unknown' || status === 'claimed'
    ? ({ outcome: 'no-receipt-yet', at: null } as const)
    : null;

const iso = (time: number) => new Date(time).toISOString();

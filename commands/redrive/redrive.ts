import type { FailedRecords } from '../../lambdas/adapters/failed-records.ts';
import { type QueueName, queueNames } from '../deployment/address-book.ts';
import type { DeadQueue } from './dead-queue.ts';
import { type FailuresLook, type FailuresMove, handOnFailures, lookAtFailures } from './failures.ts';
import { lookAt, type QueueLook } from './look-at.ts';
import { moveBack, type QueueMove } from './move-back.ts';
import type { Ages } from './tally.ts';

/** Where things rest that were given up: each queue's dead letters, and the bucket of what dispatch gave up. */
export const places = [...queueNames, 'failures'] as const;
export type Place = (typeof places)[number];

export interface RedriveRequest {
  readonly only: readonly Place[];
  readonly ages: Ages;
  /** False: only look. */
  readonly yes: boolean;
}

/** What a redrive works on. */
export interface GivenUp {
  readonly queues: Readonly<Record<QueueName, Omit<DeadQueue, 'name'>>>;
  readonly failures: FailedRecords;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Hears of progress, now and then. */
  readonly tell: (place: Place, moved: number) => void;
}

export type PlaceReport =
  | { readonly place: QueueName; readonly did: 'look'; readonly look: QueueLook }
  | { readonly place: QueueName; readonly did: 'move'; readonly move: QueueMove }
  | { readonly place: 'failures'; readonly did: 'look'; readonly look: FailuresLook }
  | { readonly place: 'failures'; readonly did: 'move'; readonly move: FailuresMove }
  /** A queue or bucket that could not be reached keeps nobody from the others. */
  | { readonly place: Place; readonly did: 'fail'; readonly failure: string };

/** Looks at what was given up or, if so asked, brings it back; one place after the other. Never throws. */
export async function redrive(givenUp: GivenUp, request: RedriveRequest): Promise<readonly PlaceReport[]> {
  const reports: PlaceReport[] = [];
  for (const place of places.filter((one) => request.only.includes(one))) {
    try {
      reports.push(await redriveOne(place, givenUp, request));
    } catch (error) {
      reports.push({ place, did: 'fail', failure: String(error) });
    }
  }
  return reports;
}

async function redriveOne(
  place: Place,
  { queues, failures, now, tell }: GivenUp,
  { ages, yes }: RedriveRequest,
): Promise<PlaceReport> {
  const told = (moved: number) => tell(place, moved);
  if (place === 'failures') {
    if (!yes) return { place, did: 'look', look: await lookAtFailures(failures, ages, now) };
    // What dispatch could not hand on goes the way of what sinks refused.
    return { place, did: 'move', move: await handOnFailures(failures, queues.dispatch.source, ages, now, told) };
  }
  const queue: DeadQueue = { name: place, ...queues[place] };
  if (!yes) return { place, did: 'look', look: await lookAt(queue, ages, now) };
  return { place, did: 'move', move: await moveBack(queue, ages, now, told) };
}

/** Whether everything that was meant has gone where it belongs; of a mere look, whether it could be taken. */
export const isWell = (report: PlaceReport): boolean => {
  if (report.did !== 'move') return report.did === 'look';
  if (report.place === 'failures') return report.move.unreadable + report.move.refused + report.move.failed === 0;
  return report.move.refused + report.move.stillHere === 0 && report.move.failure === undefined;
};

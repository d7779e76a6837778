import type { SQSRecord } from 'aws-lambda';
import type { Input } from '../../domain/state/input.ts';
import { decodeInputs } from '../../domain/state/input-message.ts';
import type { UserKey } from '../../domain/state/user-key.ts';

/** What a batch of messages holds for one user. */
export interface Work {
  readonly inputs: readonly Input[];
  /** The messages her inputs came in: they come back if she can be put back nowhere. */
  readonly messageIds: ReadonlySet<string>;
  readonly queueArn: string;
  readonly hops: number;
}

/** By the key under which a user's inputs came. */
export type WorkByUser = Map<UserKey, Work>;

/** Regroups messages by user; `unreadable` are the ids of those this code cannot read. */
export function workOf(records: readonly SQSRecord[]): { work: WorkByUser; unreadable: string[] } {
  const work: WorkByUser = new Map();
  const unreadable: string[] = [];
  for (const { body, messageId, eventSourceARN } of records) {
    try {
      const { inputs, hops } = decodeInputs(body);
      const byUser = new Map<UserKey, Input[]>();
      for (const input of inputs) {
        const hers = byUser.get(input.user);
        if (hers === undefined) byUser.set(input.user, [input]);
        else hers.push(input);
      }
      for (const [user, hers] of byUser)
        addWork(work, user, { inputs: hers, messageIds: new Set([messageId]), queueArn: eventSourceARN, hops });
    } catch {
      unreadable.push(messageId);
    }
  }
  return { work, unreadable };
}

/** Adds to what there is for a user. All records of an invocation come from one queue. */
export function addWork(work: WorkByUser, user: UserKey, more: Work): void {
  const known = work.get(user);
  if (known === undefined) work.set(user, more);
  else
    work.set(user, {
      inputs: [...known.inputs, ...more.inputs],
      messageIds: new Set([...known.messageIds, ...more.messageIds]),
      queueArn: known.queueArn,
      hops: Math.max(known.hops, more.hops),
    });
}

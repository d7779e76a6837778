import type { SQSRecord } from 'aws-lambda';
import type { Input } from '../../domain/state/input.ts';
import { decodeInputs } from '../../domain/state/input-message.ts';
import type { UserKey } from '../../domain/state/user-key.ts';

/** What a batch of messages holds for one user. */
export interface Work {
  readonly inputs: Input[];
  /** The messages her inputs came in: they come back if she can be put back nowhere. */
  readonly messageIds: Set<string>;
  readonly queueArn: string;
  hops: number;
}

/** Regroups messages by user; `unreadable` are the ids of those this code cannot read. */
export function workOf(records: readonly SQSRecord[]): { work: Map<UserKey, Work>; unreadable: string[] } {
  const work = new Map<UserKey, Work>();
  const unreadable: string[] = [];
  for (const record of records) {
    try {
      const { inputs, hops } = decodeInputs(record.body);
      for (const input of inputs) {
        const item = work.get(input.user) ?? {
          inputs: [],
          messageIds: new Set<string>(),
          queueArn: record.eventSourceARN,
          hops,
        };
        item.inputs.push(input);
        item.messageIds.add(record.messageId);
        item.hops = Math.max(item.hops, hops);
        work.set(input.user, item);
      }
    } catch {
      unreadable.push(record.messageId);
    }
  }
  return { work, unreadable };
}

import type { TimelineEffect } from '../../../domain/delivery/hand-off.ts';
import { type Hold, holdOver } from '../../../domain/delivery/hold.ts';
import type { HoldReader } from '../../adapters/holds.ts';
import type { Claim, SendLedgerReader } from '../../adapters/send-ledger-reader.ts';
import { eachOf } from '../../runtime/concurrency.ts';
import type { Trace } from './trace-schema.ts';
import { viewEffect } from './trace-view.ts';

export interface BecameOfDependencies {
  readonly sends: Pick<SendLedgerReader, 'find'>;
  readonly holds: HoldReader;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const READS_AT_ONCE = 10;

/** Effects, of those that are messages with what became of them. */
export async function becameOf(
  { sends, holds, now }: BecameOfDependencies,
  effects: readonly TimelineEffect[],
): Promise<Trace['effects']> {
  const claims = new Map<string, Claim | undefined>();
  const messages = effects.filter(({ kind }) => kind === 'message');
  await eachOf(messages, READS_AT_ONCE, async ({ id }) => {
    claims.set(id, await sends.find(id));
  });
  // Mostly everything is claimed, and nobody has to be asked.
  const held = messages.some(({ id }) => claims.get(id) === undefined) ? await holds.list() : [];
  return effects.map((effect) => {
    const claim = claims.get(effect.id);
    return viewEffect(effect, claim, claim === undefined ? holdOf(effect, held, now()) : undefined);
  });
}

/** What keeps a message that nobody has claimed. Claims end before lines do: one too old to be sent waits for nothing. */
const holdOf = (effect: TimelineEffect, held: readonly Hold[], now: number): Hold | undefined =>
  effect.kind === 'message' && effect.notAfter > now ? holdOver(held, effect.class ?? 'marketing') : undefined;

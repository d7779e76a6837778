import { z } from '@hono/zod-openapi';
import { addressIn } from '../../../domain/events/address.ts';
import { hashText } from '../../../domain/hash.ts';
import { clearedInput } from '../../../domain/state/input.ts';
import { encodeInputs } from '../../../domain/state/input-message.ts';
import { addressHash } from '../../../domain/state/reachability.ts';
import type { PeopleIndex } from '../../adapters/people-index.ts';
import type { Queue } from '../../adapters/queue.ts';
import type { SoftBounces } from '../../adapters/soft-bounces.ts';
import type { SuppressionList } from '../../adapters/suppression-list.ts';
import { type Answer, ok, problem } from '../api/answer.ts';
import type { Shown } from '../api/route.ts';

export interface SuppressionsDependencies {
  readonly suppressions: Pick<SuppressionList, 'find' | 'remove'>;
  readonly softBounces: Pick<SoftBounces, 'forget'>;
  readonly people: PeopleIndex;
  /** Where the reducer hears that an address may be tried again. */
  readonly bulk: Queue;
  readonly now: () => number;
}

/** Whoever has more people than that at one address writes to them by other means. */
const MOST_PEOPLE = 100;

export const suppressionSchema = z.object({
  suppression: z
    .object({
      reason: z.enum(['bounced', 'soft-bounces', 'complained']),
      since: z.iso.datetime(),
      sendId: z.string().meta({ description: 'The message by which it became known' }),
    })
    .nullable()
    .meta({ description: 'Why nothing at all is sent to it; null: it is written to' }),
  refusals: z
    .array(z.object({ about: z.string(), since: z.iso.datetime() }))
    .meta({ description: 'What was refused by links and buttons of emails to it' }),
});
type ShownSuppression = Shown<typeof suppressionSchema>;

const SES_TOO =
  'The account’s own suppression list in SES may have it too; then the next message bounces and it is back here. Look there: aws sesv2 get-suppressed-destination.';
const INVALID = problem(400, 'invalid_email', 'That is no email address.');
const iso = (time: number) => new Date(time).toISOString();

export async function showSuppression(
  { suppressions }: SuppressionsDependencies,
  text: string,
): Promise<Answer<200, ShownSuppression>> {
  const address = addressIn(text);
  if (address === undefined) return INVALID;
  const { suppression, refusals } = await suppressions.find(address);
  return ok({
    suppression: suppression === undefined ? null : { ...suppression, since: iso(suppression.since) },
    refusals: [...refusals].map(([about, since]) => ({ about, since: iso(since) })),
  });
}

/**
 * Takes an address off the list: it is written to again, as if nothing had been told of it. What was refused there stays
 * refused, for that is hers to say. Whoever has the address hears of it first: asked for again, all of it may be done twice.
 */
export async function removeSuppression(
  { suppressions, softBounces, people, bulk, now }: SuppressionsDependencies,
  text: string,
  requestId: string,
): Promise<Answer<200, { readonly people: number; readonly note: string }>> {
  const address = addressIn(text);
  if (address === undefined) return INVALID;
  if ((await suppressions.find(address)).suppression === undefined)
    return problem(409, 'not_suppressed', 'Nothing keeps emails from this address.');
  const { keys } = await people.having('email', address, MOST_PEOPLE);
  const told = keys.flatMap((user) => {
    const input = clearedInput(user, requestId, addressHash(address), now());
    return encodeInputs([input]).map((body) => ({ body, group: hashText(user) }));
  });
  if ((await bulk.send(told)).length > 0)
    return problem(503, 'unavailable', 'Those who have it could not be told; send it again.');
  await softBounces.forget(address);
  await suppressions.remove(address);
  return ok({ people: keys.length, note: SES_TOO });
}

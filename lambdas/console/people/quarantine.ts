import { z } from '@hono/zod-openapi';
import { hashText } from '../../../domain/hash.ts';
import { releaseInput } from '../../../domain/state/input.ts';
import { encodeInputs } from '../../../domain/state/input-message.ts';
import { isQuarantined } from '../../../domain/state/quarantine.ts';
import { anonymousKey, idIn, isKnown, knownKey, type UserKey } from '../../../domain/state/user-key.ts';
import type { ProfileReader } from '../../adapters/profile-store.ts';
import type { QuarantineListReader } from '../../adapters/quarantine-list.ts';
import type { Queue } from '../../adapters/queue.ts';
import { eachOf } from '../../runtime/concurrency.ts';
import { type Answer, type Done, ok, problem } from '../api/answer.ts';
import type { Shown } from '../api/route.ts';
import { NEWER_PROFILE } from './profiles.ts';

export interface QuarantineDependencies {
  readonly quarantine: QuarantineListReader;
  readonly profiles: ProfileReader;
  /** Where the reducer hears of a release. */
  readonly bulk: Queue;
  readonly now: () => number;
}

const MOST_SHOWN = 100;
const READS_AT_ONCE = 20;

const quarantinedSchema = z
  .object({
    userId: z.string().nullable(),
    anonymousId: z.string().nullable(),
    since: z.iso.datetime(),
    until: z.iso.datetime(),
    quarantined: z.boolean().meta({ description: 'Whether she is in it still' }),
  })
  .meta({ id: 'QuarantinedUser' });
export const quarantineListSchema = z.object({ users: z.array(quarantinedSchema), more: z.boolean() });
type QuarantineList = Shown<typeof quarantineListSchema>;

/** Who was put into quarantine lately, newest first, and who still is in it. */
export async function listQuarantine({
  quarantine,
  profiles,
  now,
}: QuarantineDependencies): Promise<Done<200, QuarantineList>> {
  const at = now();
  const all = (await quarantine.read(at)).sort((a, b) => b.since - a.since || (a.user < b.user ? -1 : 1));
  const shown = all.slice(0, MOST_SHOWN);
  const inside = new Set<UserKey>();
  await eachOf(shown, READS_AT_ONCE, async ({ user, until }) => {
    const stored = await profiles.get(user);
    // As long as a newer release's profile cannot be read, what was said when she was put in is what is known.
    const isInside = stored?.outcome === 'profile' ? isQuarantined(stored.profile, at) : stored && at < until;
    if (isInside) inside.add(user);
  });
  const users = shown.map(({ user, since, until }) => ({
    userId: isKnown(user) ? idIn(user) : null,
    anonymousId: isKnown(user) ? null : idIn(user),
    since: new Date(since).toISOString(),
    until: new Date(until).toISOString(),
    quarantined: inside.has(user),
  }));
  return ok({ users, more: all.length > shown.length });
}

/** Somebody, by one of her ids. */
export type OneUser = { readonly userId: string } | { readonly anonymousId: string };

const keyOf = (user: OneUser): UserKey => ('userId' in user ? knownKey(user.userId) : anonymousKey(user.anonymousId));

/**
 * Lets a user out before her time is over. What was left aside stays left aside.
 *
 * @param requestId each release is another input, and a request made again is another one too
 */
export async function releaseFromQuarantine(
  { profiles, bulk, now }: QuarantineDependencies,
  user: OneUser,
  requestId: string,
): Promise<Answer<202, { readonly id: string }>> {
  const stored = await profiles.get(keyOf(user));
  // Never an input for somebody who does not exist: it would be the first that is known of her.
  if (stored === undefined) return problem(404, 'unknown_user', 'Nobody with this id has been seen.');
  if (stored.outcome === 'unknown-version') return NEWER_PROFILE;
  if (!isQuarantined(stored.profile, now())) return problem(409, 'not_quarantined', 'This user is not in quarantine.');
  const input = releaseInput(stored.profile.key, requestId, now());
  const refused = await bulk.send(encodeInputs([input]).map((text) => ({ body: text, group: hashText(input.user) })));
  if (refused.length > 0) return problem(503, 'unavailable', 'The release could not be queued; send it again.');
  return { status: 202, body: { id: input.id } };
}

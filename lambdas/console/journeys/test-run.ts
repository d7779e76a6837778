import type { LiveCatalog } from '../../../domain/catalog/live-catalog.ts';
import { hashText } from '../../../domain/hash.ts';
import { cleanJson, type JsonObject } from '../../../domain/json.ts';
import { triggerInput } from '../../../domain/state/input.ts';
import { encodeInputs } from '../../../domain/state/input-message.ts';
import { knownKey } from '../../../domain/state/user-key.ts';
import type { ProfileReader } from '../../adapters/profile-store.ts';
import type { Queue } from '../../adapters/queue.ts';
import { type Answer, problem } from '../api/answer.ts';
import { journeyIn, unknownJourney } from './counts.ts';

export interface TestRunDependencies {
  readonly readLive: () => Promise<LiveCatalog | undefined>;
  readonly profiles: ProfileReader;
  /** By which events come, too: what she did just before is not overtaken, nor is a campaign waited for. */
  readonly live: Queue;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface TestRunRequest {
  readonly users: readonly string[];
  /** What templates read as `event`. */
  readonly data?: JsonObject | undefined;
}

/**
 * Takes people into a journey to try it, as it is live: each wait lasts a minute at most, and what they get is marked [TEST].
 * @param requestId each test is another one
 */
export async function testJourney(
  { readLive, profiles, live, now }: TestRunDependencies,
  key: string,
  { users, data }: TestRunRequest,
  requestId: string,
): Promise<Answer<202, { readonly users: number }>> {
  const catalog = await readLive();
  if (catalog === undefined || journeyIn(catalog, key) === undefined) return unknownJourney(catalog, key);
  const asked = [...new Set(users)].map(knownKey);
  const found = await Promise.all(asked.map((user) => profiles.get(user)));
  // Never an input for somebody who does not exist: it would be the first that is known of her.
  const missing = found.indexOf(undefined);
  if (missing >= 0) return problem(404, 'unknown_user', `Nobody has been seen under id ${missing + 1} of \`users\`.`);
  const inputs = asked.map((user) =>
    triggerInput(user, `${requestId}-${key}`, {
      ...{ at: now(), journey: key, plan: catalog.number, group: 'test' },
      ...(data !== undefined && { data: cleanJson(data) as JsonObject }),
    }),
  );
  const messages = inputs.flatMap((input) =>
    encodeInputs([input]).map((body) => ({ body, group: hashText(input.user) })),
  );
  const refused = await live.send(messages);
  if (refused.length > 0) return problem(503, 'unavailable', 'Not all of it could be queued; send it again.');
  return { status: 202, body: { users: inputs.length } };
}

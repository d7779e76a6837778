import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../domain/calendar.ts';
import type { Effect } from '../../domain/decisions/effect.ts';
import { DEFAULT_PLAN } from '../../domain/decisions/plan.ts';
import type { CustomerEvent } from '../../domain/events/event.ts';
import { parseEvent } from '../../domain/events/parse-event.ts';
import { openSource } from '../../domain/events/source.ts';
import { dueInput, eventInput, type Input } from '../../domain/state/input.ts';
import { encodeInputs } from '../../domain/state/input-message.ts';
import type { Profile } from '../../domain/state/profile.ts';
import { viewProfile } from '../../domain/state/profile-view.ts';
import type { Tombstone } from '../../domain/state/tombstone.ts';
import { idIn, isKnown, type UserKey } from '../../domain/state/user-key.ts';
import { withoutJoins } from '../../lambdas/events/alias-joins.ts';
import { advanceBatch } from '../../lambdas/state/advance.handler.ts';
import { profileDifference, transitionsDifference } from '../support/people-differences.ts';
import { PeopleOracle, type Sent } from '../support/people-oracle.ts';
import { randomLife } from '../support/random-lives.ts';
import { runs } from '../support/runs.ts';
import { alwaysPlan, FakeProfiles, FakeQueue, fakeLog, sqsEvent } from './fakes.ts';

const START = Date.parse('2026-03-02T15:00:00Z');
const DAYS = 120;
const END = START + DAYS * DAY + HOUR;

/** A table that remembers what was decided about whom. */
class RememberingProfiles extends FakeProfiles {
  readonly decided = new Map<UserKey, Effect[]>();

  override async commit(profile: Profile, effects: readonly Effect[]) {
    return this.#remember(profile.key, effects, await super.commit(profile, effects));
  }

  override async bury(tombstone: Tombstone, effects: readonly Effect[]) {
    return this.#remember(tombstone.key, effects, await super.bury(tombstone, effects));
  }

  #remember<O>(key: UserKey, effects: readonly Effect[], outcome: O): O {
    if (outcome === 'committed') this.decided.set(key, [...(this.decided.get(key) ?? []), ...effects]);
    return outcome;
  }
}

/** The wire without the wire: the same parser and worker over tables and queues in memory. */
class Worker {
  readonly profiles = new RememberingProfiles();
  readonly #queue = new FakeQueue();

  async takes(inputs: readonly Input[]): Promise<void> {
    let bodies = encodeInputs(inputs);
    while (bodies.length > 0) {
      const { batchItemFailures } = await advanceBatch(
        {
          profiles: this.profiles,
          plans: alwaysPlan(DEFAULT_PLAN),
          archive: async () => undefined,
          holdBack: async () => [],
          queueOf: () => this.#queue,
          random: () => 0,
          log: fakeLog(),
        },
        sqsEvent(...bodies),
      );
      expect(batchItemFailures).toEqual([]);
      bodies = this.#queue.messages.splice(0).map(({ body }) => body);
    }
  }

  async passesTimeTo(time: number): Promise<void> {
    for (;;) {
      const dues = [...this.profiles.stored.values()].flatMap(({ key, dueAt }) =>
        dueAt !== undefined && dueAt <= time ? [dueInput(key, dueAt)] : [],
      );
      const [next] = dues.sort((a, b) => a.at - b.at);
      if (next === undefined) return;
      await this.takes([next]);
    }
  }

  async receives(sent: readonly Sent[]): Promise<void> {
    const events = sent.map(({ message, by, receivedAt }, n): CustomerEvent => {
      const parsed = parseEvent(message, n, {}, { receivedAt, requestId: 'r', source: openSource(by.id, by.kind) });
      if (parsed.outcome !== 'event') throw new Error(parsed.message);
      return parsed.event;
    });
    const known = [...this.profiles.stored.keys(), ...this.profiles.tombstones.keys()].filter(isKnown).map(idIn);
    const { apply } = await withoutJoins(events, { among: async () => new Set(known) }, fakeLog());
    if (apply.length > 0) await this.takes(apply.map(eventInput));
  }
}

async function live(sent: readonly Sent[]): Promise<RememberingProfiles> {
  const worker = new Worker();
  for (const receivedAt of new Set(sent.map((one) => one.receivedAt))) {
    await worker.passesTimeTo(receivedAt);
    await worker.receives(sent.filter((one) => one.receivedAt === receivedAt));
  }
  await worker.passesTimeTo(END);
  return worker.profiles;
}

describe('random lives of 120 days', () => {
  it('end with the profiles, transitions and messages that a reading of all raw events gives', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const { sent, userIds, isOrderly } = randomLife(seed, { start: START, days: DAYS });
        const profiles = await live(sent);
        const oracle = new PeopleOracle(sent, END);
        for (const userId of userIds) {
          const expected = oracle.told(userId);
          const found = await profiles.get(`k#${userId}`);
          expect(found !== undefined).toBe(expected !== undefined);
          if (found === undefined || expected === undefined) continue;
          const { transitions, messages } = oracle.decided(userId);
          const decided = profiles.decided.get(`k#${userId}`) ?? [];
          const changes = decided.flatMap((effect) =>
            effect.kind === 'transition'
              ? [{ ...effect, from: effect.from ?? null, at: new Date(effect.at).toISOString() }]
              : [],
          );
          const sentMessages = decided.flatMap((effect) => (effect.kind === 'message' ? [effect.message] : []));
          expect(profileDifference(expected, viewProfile(found.profile), isOrderly)).toBeUndefined();
          expect(transitionsDifference(transitions, changes)).toBeUndefined();
          expect(changes.map(({ cause }) => cause)).toEqual(transitions.map(({ cause }) => cause));
          expect(sentMessages).toEqual(messages.map((title) => (title === 'Welcome!' ? 'welcome' : 'we-miss-you')));
        }
      }),
      runs(100),
    );
  });
});

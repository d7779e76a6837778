import { anonymousKey, knownKey } from '../../domain/state/user-key.ts';
import { profileDifference, transitionsDifference } from '../support/people-differences.ts';
import { PeopleOracle, type Sent, type Transition } from '../support/people-oracle.ts';
import { MessagesJudge, OPEN_ENDS, type Quiet } from './messages.ts';
import type { DomainEvent, Outcome } from './outcome.ts';

/** What differs from what should be, each difference in words. */
export interface Verdict {
  /**
   * Accepted, and gone: an input missing from its person's counts or from the lake; a message that was decided and neither
   * went nor is in doubt.
   */
  readonly lost: readonly string[];
  /** An input counted twice; a message that went twice, by its id, or by the occasion it was for. */
  readonly doubled: readonly string[];
  /**
   * Anything else: another profile, stage, transition or message than a reading of all raw inputs gives; a domain event or
   * a line of the timeline missing or contradicting another of its id (handed over twice it may be: that is what ids are
   * for); a message without an outcome that nothing went wrong with; anything left on a queue, among dead letters or
   * among given-up records.
   */
  readonly wrong: readonly string[];
  /** Messages of which nobody knows whether they went. */
  readonly unknown: number;
  /** How many ended how: `accepted`, `withheld: consent withdrawn` … */
  readonly ends: Readonly<Record<string, number>>;
}

export interface Story {
  /** Everything that was accepted, once, in the order of reception. */
  readonly accepted: readonly Sent[];
  readonly userIds: readonly string[];
  /** When it ended (ms). */
  readonly end: number;
  /** When nothing may leave; undefined: it may at any time. */
  readonly quiet?: Quiet;
  /** Ids of the messages that programs asked for. */
  readonly asked?: readonly string[];
}

/** @param inDoubt ids of messages that something went wrong with between claim and outcome */
export function verdictOn(story: Story, outcome: Outcome, inDoubt: ReadonlySet<string>): Verdict {
  const judge = new Judge(story, outcome);
  judge.lake();
  for (const userId of story.userIds) judge.person(userId);
  judge.devices();
  judge.handedOn();
  const { accepted, quiet, asked = [] } = story;
  const messages = new MessagesJudge(
    { accepted, oracle: judge.oracle, outcome, inDoubt, quiet, asked: new Set(asked) },
    judge.found,
  );
  for (const userId of story.userIds) messages.ofPerson(userId);
  messages.all();
  const unknown = outcome.claims.filter(({ status }) => OPEN_ENDS.includes(status)).length;
  return { ...judge.found, wrong: [...judge.found.wrong, ...outcome.leftOver], unknown, ends: endsOf(outcome) };
}

function endsOf({ claims }: Outcome): Record<string, number> {
  const ends: Record<string, number> = {};
  for (const { status, reason } of claims) {
    const end = status === 'accepted' || OPEN_ENDS.includes(status) ? status : `${status}: ${reason}`;
    ends[end] = (ends[end] ?? 0) + 1;
  }
  return ends;
}

class Judge {
  readonly found = { lost: [] as string[], doubled: [] as string[], wrong: [] as string[] };
  readonly #story: Story;
  readonly #outcome: Outcome;
  readonly oracle: PeopleOracle;
  /** By id: each counts once. */
  readonly #events = new Map<string, DomainEvent>();

  constructor(story: Story, outcome: Outcome) {
    this.#story = story;
    this.#outcome = outcome;
    this.oracle = new PeopleOracle(story.accepted, story.end);
    for (const event of outcome.events) {
      const known = this.#events.get(event.detail.id);
      if (known !== undefined && JSON.stringify(known) !== JSON.stringify(event))
        this.found.wrong.push(`two different domain events have the id ${event.detail.id}`);
      this.#events.set(event.detail.id, event);
    }
  }

  lake(): void {
    for (const { message } of this.#story.accepted)
      if (!this.#outcome.lake.has(message.messageId)) this.found.lost.push(`${message.messageId} is not in the lake`);
  }

  person(userId: string): void {
    const told = this.oracle.told(userId);
    const view = this.#outcome.profileOf(knownKey(userId));
    const counted = this.#counts(userId, told?.profile.counts ?? {}, view?.counts ?? {});
    if (counted) this.#wrong(userId, profileDifference(told, view, false));
    this.#transitions(userId, this.oracle.decided(userId).transitions);
  }

  /** Devices nobody has logged in on, which have no other oracle: what they sent counts once. */
  devices(): void {
    const known = new Set(
      this.#story.accepted.flatMap(({ message: { userId, anonymousId } }) => (userId && anonymousId) || []),
    );
    const counts = new Map<string, Record<string, number>>();
    const seen = new Set<string>();
    for (const { message } of this.#story.accepted) {
      const { userId, anonymousId, messageId } = message;
      if (userId !== undefined || anonymousId === undefined || known.has(anonymousId) || seen.has(messageId)) continue;
      seen.add(messageId);
      const hers = counts.get(anonymousId) ?? {};
      const name = message.type === 'page' ? 'Page Viewed' : message.event;
      if (name !== undefined) hers[name] = (hers[name] ?? 0) + 1;
      counts.set(anonymousId, hers);
    }
    for (const [id, hers] of counts) this.#counts(id, hers, this.#outcome.profileOf(anonymousKey(id))?.counts ?? {});
  }

  /** What was decided is told on the bus and stands in the timeline, each under one id. */
  handedOn(): void {
    const lines = new Map(this.#outcome.timeline.map((line) => [line.effect.id, line]));
    for (const { name, detail } of this.#events.values()) {
      const effect = lines.get(detail.id)?.effect;
      if (effect === undefined) this.found.wrong.push(`${name} ${detail.id} is not in the timeline`);
      else if (name === 'Stage Changed' && effect.to !== detail.to)
        this.found.wrong.push(`${detail.id} is another stage in the timeline than on the bus`);
    }
    for (const { kind, effect } of lines.values())
      if (!['message', 'withheld'].includes(kind) && !this.#events.has(effect.id))
        this.found.wrong.push(`the ${kind} ${effect.id} was not told on the bus`);
    const merged = this.#story.userIds.flatMap((userId) => this.oracle.told(userId)?.profile.mergedUserIds ?? []);
    const told = [...this.#events.values()].flatMap(({ name, detail }) =>
      name === 'Users Merged' ? [String(detail.mergedUserId)] : [],
    );
    const [should, is] = [[...new Set(merged)].sort().join(), told.sort().join()];
    if (should !== is) this.found.wrong.push(`mergers of ${should} should be told of, and were of ${is}`);
  }

  /** Whether they are right. */
  #counts(who: string, should: Readonly<Record<string, number>>, is: Readonly<Record<string, number>>): boolean {
    let areRight = true;
    for (const name of new Set([...Object.keys(should), ...Object.keys(is)])) {
      const difference = (is[name] ?? 0) - (should[name] ?? 0);
      if (difference === 0) continue;
      areRight = false;
      const words = `${who}: ${name} counted ${is[name] ?? 0} times instead of ${should[name] ?? 0}`;
      (difference < 0 ? this.found.lost : this.found.doubled).push(words);
    }
    return areRight;
  }

  #transitions(userId: string, transitions: readonly Transition[]): void {
    const changes = [...this.#events.values()]
      .filter(({ name, detail }) => name === 'Stage Changed' && detail.userId === userId)
      .map(({ detail }) => detail)
      .sort((a, b) => placeOf(a.id) - placeOf(b.id));
    this.#wrong(userId, transitionsDifference(transitions, changes as never));
  }

  #wrong(who: string, difference: string | undefined): void {
    if (difference !== undefined) this.found.wrong.push(`${who}: ${difference}`);
  }
}

/** Effects of one person in the order in which they were decided: an id is lineage, version and number. */
function placeOf(id: string): number {
  const [, version, n] = id.split('_').map(Number);
  return Number(version) * 1_000 + Number(n);
}

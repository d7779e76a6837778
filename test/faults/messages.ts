import { DAY } from '../../domain/calendar.ts';
import { TRANSACTIONAL_TRIES } from '../../domain/delivery/coming-back.ts';
import { idIn, type UserKey } from '../../domain/state/user-key.ts';
import type { PeopleOracle, Sent } from '../support/people-oracle.ts';
import { addressOf } from './lives.ts';
import type { Claim, Outcome, TimelineLine } from './outcome.ts';

/** What is wrong with the messages of a story, each difference in words. */
interface Found {
  readonly lost: string[];
  readonly doubled: string[];
  readonly wrong: string[];
}

/** When nothing may leave, in ms of the day (UTC). */
export interface Quiet {
  readonly from: number;
  readonly to: number;
}

export interface Messages {
  readonly accepted: readonly Sent[];
  readonly oracle: PeopleOracle;
  readonly outcome: Outcome;
  /** Ids of messages that something went wrong with between claim and outcome. */
  readonly inDoubt: ReadonlySet<string>;
  readonly quiet: Quiet | undefined;
  /** Ids of the messages that programs asked for. */
  readonly asked: ReadonlySet<string>;
}

const NAMES = { 'Welcome!': 'welcome', 'We miss you': 'we-miss-you' } as const;
/** How a claim ends when nobody knows whether the message went. */
export const OPEN_ENDS = ['claimed', 'unknown'];

/**
 * Follows each message that was decided to its end. It was sent; or it was deferred, and decided anew; or it was withheld for
 * a reason that holds; or nobody knows, because something went wrong just then. And none went twice: to nobody, and of one
 * name to no address within 24 hours.
 */
export class MessagesJudge {
  readonly #story: Messages;
  readonly #found: Found;
  readonly #sent = new Map<string, number>();
  /** When somebody left email (ms), by user, or by device where she had not logged in. */
  readonly #left = new Map<string, number>();

  constructor(story: Messages, found: Found) {
    this.#story = story;
    this.#found = found;
    for (const { sendId } of story.outcome.sent) this.#sent.set(sendId, (this.#sent.get(sendId) ?? 0) + 1);
    for (const { message, receivedAt } of story.accepted) {
      const { event, userId, anonymousId } = message;
      const who = userId ?? `device ${anonymousId}`;
      if (event === 'Consent Withdrawn' && !this.#left.has(who)) this.#left.set(who, receivedAt);
    }
  }

  /** All that was sent, and all that was claimed. */
  all(): void {
    const claimed = new Set(this.#story.outcome.claims.map(({ sendId }) => sendId));
    for (const [sendId, times] of this.#sent) {
      if (times > this.#mostOf(sendId)) this.#found.doubled.push(`${sendId} was sent ${times} times`);
      if (!claimed.has(sendId)) this.#found.wrong.push(`${sendId} was sent and is not claimed`);
    }
    for (const claim of this.#story.outcome.claims) this.#claim(claim);
    for (const sendId of this.#story.asked)
      if (!claimed.has(sendId)) this.#found.lost.push(`${sendId} was asked for and is not claimed`);
    this.#addresses();
  }

  /** What people wait for is rather sent twice than never, when nobody knows whether it has left. */
  #mostOf(sendId: string): number {
    return this.#story.asked.has(sendId) && this.#story.inDoubt.has(sendId) ? TRANSACTIONAL_TRIES : 1;
  }

  /** One occasion, one message: told apart by the person and the message's name, since none comes twice to anybody here. */
  ofPerson(userId: string): void {
    const { messages, unwilling } = this.#story.oracle.decided(userId);
    for (const [title, name] of Object.entries(NAMES)) {
      const times = (titles: readonly string[]) => titles.filter((one) => one === title).length;
      this.#named(userId, name, times(messages), times(unwilling));
    }
  }

  #named(userId: string, name: string, decided: number, unwilling: number): void {
    const { claims: all, timeline } = this.#story.outcome;
    const isHers = ({ user }: Claim | TimelineLine) => user === `k#${userId}`;
    const claims = all.filter((claim) => isHers(claim) && claim.message === name);
    const lines = timeline.filter((line) => isHers(line) && line.effect.message === name);
    const sends = lines.filter(({ kind }) => kind === 'message');
    const ended = lines.filter(({ kind, effect }) => kind === 'withheld' && effect.until === undefined);
    const deferred = claims.filter(({ status }) => status === 'deferred').length;
    const sent = claims.reduce((sum, { sendId }) => sum + (this.#sent.get(sendId) ?? 0), 0);

    if (sent > decided) this.#found.doubled.push(`${userId} got ${name} ${sent} times instead of ${decided}`);
    const claimed = new Set(claims.map(({ sendId }) => sendId));
    for (const { effect } of sends)
      if (!claimed.has(effect.id))
        this.#found.lost.push(`${userId}: ${name} ${effect.id} was decided and is not claimed`);
    if (claims.length > sends.length) this.#found.wrong.push(`${userId}: ${name} was claimed and not decided`);
    // What was deferred is decided once more, each time.
    const [should, is] = [decided + unwilling + deferred, sends.length + ended.length];
    if (is < should) this.#found.lost.push(`${userId}: ${name} was decided ${is} times instead of ${should}`);
    if (is > should) this.#found.wrong.push(`${userId}: ${name} was decided ${is} times instead of ${should}`);
  }

  #claim(claim: Claim): void {
    const { sendId, status, reason } = claim;
    const isWrong = (what: string) => this.#found.wrong.push(`${sendId} ${what}`);
    if (OPEN_ENDS.includes(status)) {
      if (!this.#story.inDoubt.has(sendId)) isWrong(`is ${status}, and nothing went wrong with it`);
      // What people wait for is tried until something is known of it, so often at most.
      const mayGo = this.#story.asked.has(sendId) && claim.tries < TRANSACTIONAL_TRIES;
      if (mayGo && !this.#sent.has(sendId)) this.#found.lost.push(`${sendId} is ${status} and did not go`);
    } else if (status === 'accepted') this.#accepted(claim, isWrong);
    else if (status === 'deferred') {
      if (!this.#isQuiet(claim.claimedAt)) isWrong('was deferred, and it was not quiet');
    } else if (status !== 'withheld' || !this.#isExplained(claim)) isWrong(`is ${status}: ${reason}`);
  }

  #accepted(claim: Claim, isWrong: (what: string) => void): void {
    if (!this.#sent.has(claim.sendId)) this.#found.lost.push(`${claim.sendId} is accepted and was not sent`);
    if (this.#story.asked.has(claim.sendId)) return;
    if (this.#isQuiet(claim.claimedAt)) isWrong('was sent in quiet hours');
    // What decides about her travels in one request, so that it is committed together. Of two users who turn out to be one
    // later, each decides for herself until then.
    if (this.#leftBefore([idOf(claim.user)], claim.decidedAt)) isWrong('was sent to somebody who had left');
  }

  #isExplained(claim: Claim): boolean {
    if (claim.reason === 'consent withdrawn') return this.#leftBefore(this.#idsOf(claim), claim.claimedAt);
    if (claim.reason !== 'the address had it in the last 24 hours') return false;
    return this.#story.outcome.claims.some(
      ({ sendId, user, message, status, claimedAt }) =>
        sendId !== claim.sendId &&
        message === claim.message &&
        addressOf(idOf(user)) === addressOf(idOf(claim.user)) &&
        Math.abs(claimedAt - claim.claimedAt) < DAY &&
        (status === 'accepted' || OPEN_ENDS.includes(status)),
    );
  }

  /** All that were hers in the end. */
  #idsOf({ user }: Claim): readonly string[] {
    const userId = idOf(user);
    const { mergedUserIds = [], anonymousIds = [] } = this.#story.oracle.told(userId)?.profile ?? {};
    return [userId, ...mergedUserIds, ...anonymousIds.map((id) => `device ${id}`)];
  }

  #leftBefore(ids: readonly string[], time: number): boolean {
    return ids.some((id) => (this.#left.get(id) ?? Number.POSITIVE_INFINITY) <= time);
  }

  #isQuiet(time: number): boolean {
    const { quiet } = this.#story;
    return quiet !== undefined && time % DAY >= quiet.from && time % DAY < quiet.to;
  }

  #addresses(): void {
    const last = new Map<string, number>();
    for (const { sendId, to, message, at } of [...this.#story.outcome.sent].sort((a, b) => a.at - b.at)) {
      if (this.#story.asked.has(sendId)) continue;
      const name = `${message} to one address`;
      const before = last.get(`${message} ${to}`);
      if (before !== undefined && at - before < DAY) this.#found.doubled.push(`${name} went twice within 24 hours`);
      last.set(`${message} ${to}`, at);
    }
  }
}

const idOf = (user: string) => idIn(user as UserKey);

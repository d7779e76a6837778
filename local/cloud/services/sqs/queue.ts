import { createHash } from 'node:crypto';
import type { Clock, Scheduled } from '../../clock.ts';
import { idSource } from '../ids.ts';
import { SortedMap } from '../sorted-map.ts';
import type { OutgoingMessage, Received, StoredMessage } from './message.ts';
import { systemAttributes } from './message.ts';
import { readHandle, writeHandle } from './receipt-handle.ts';
import { WaitingTimes } from './waiting-times.ts';

export interface QueueDefinition {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  /** Seconds; AWS's default is 30. */
  readonly visibilityTimeout?: number;
  /** Seconds every message waits unless it names its own delay; default 0. */
  readonly delaySeconds?: number;
  /** Seconds a message is kept from its first send; default four days. */
  readonly retention?: number;
  readonly redrive?: { readonly deadLetterArn: string; readonly maxReceiveCount: number };
}

/**
 * AWS: a message that was received this often moves to the back of the queue, and the age of the oldest message is that of
 * the next one: a single message nobody can process does not look like a backlog.
 */
const RECEIVES_THAT_COUNT = 3;

/** AWS: so many messages may be in flight at once; a poller gets no more until some are deleted or come back. */
export const MAX_IN_FLIGHT = 120_000;

export interface QueueDepth {
  /** Could be received now. */
  readonly visible: number;
  /** Sent with a delay that is not over; never received. */
  readonly delayed: number;
  /** Received and neither deleted nor visible again: being worked on, or waiting for a retry. */
  readonly inFlight: number;
}

/**
 * A standard queue. A message is visible once its `visibleAt` has come; receiving moves that moment on, so delay,
 * visibility time-out and retry are one thing: a place on the clock. (Long because its orders by visibility, by age and of
 * what was received have to change together.)
 */
export class Queue {
  readonly definition: QueueDefinition;
  readonly #clock: Clock;
  readonly #deadLetters: () => Queue | undefined;
  readonly #nextId: () => string;
  readonly #messages = new Map<number, StoredMessage>();
  readonly #byVisibility = new SortedMap<StoredMessage>();
  /** The part of `byVisibility` that was received at least once. */
  readonly #received = new SortedMap<StoredMessage>();
  readonly #byAge = new SortedMap<StoredMessage>();
  readonly #waits = new WaitingTimes();
  readonly #listeners = new Set<() => void>();
  #sequence = 0;
  #wake: Scheduled | undefined;

  /** `deadLetters` finds the queue named by the redrive policy; asked at each use, since it may be created later. */
  constructor(definition: QueueDefinition, clock: Clock, deadLetters: () => Queue | undefined) {
    this.definition = definition;
    this.#clock = clock;
    this.#deadLetters = deadLetters;
    this.#nextId = idSource(definition.arn);
  }

  /** Takes messages in and tells the consumers once, when all are in. */
  send(...outgoing: readonly OutgoingMessage[]): StoredMessage[] {
    const now = this.#clock.now();
    const stored = outgoing.map((one) =>
      this.#add({
        messageId: this.#nextId(),
        body: one.body,
        md5: createHash('md5').update(one.body).digest('hex'),
        sentAt: now,
        outgoing: one,
        sequence: ++this.#sequence,
        visibleAt: now + (one.delaySeconds ?? this.definition.delaySeconds ?? 0) * 1000,
        receiveCount: 0,
      }),
    );
    this.#announce();
    return stored;
  }

  /** Up to `max` visible messages, the longest visible first; each is hidden until its time-out or its deletion. */
  receive(max: number, visibilityTimeout = this.definition.visibilityTimeout ?? 30): Received[] {
    this.#expire();
    const now = this.#clock.now();
    const received: Received[] = [];
    const room = this.#received.size + max <= MAX_IN_FLIGHT ? max : MAX_IN_FLIGHT - this.depth().inFlight;
    const taken = new Set<StoredMessage>();
    for (const message of this.#byVisibility.values({ lt: momentKey(now + 1) })) {
      if (received.length >= Math.min(max, room)) break;
      // With a time-out of 0 a message is met again in this very walk.
      if (taken.has(message)) continue;
      taken.add(message);
      if (this.#isDeadLetter(message)) {
        this.#moveToDeadLetters(message);
        continue;
      }
      message.receiveCount++;
      if (message.receiveCount === RECEIVES_THAT_COUNT) this.#waits.end(message.sentAt, now);
      message.firstReceivedAt ??= now;
      this.#showAt(message, now + visibilityTimeout * 1000);
      received.push({
        messageId: message.messageId,
        receiptHandle: writeHandle(this.definition.name, message),
        body: message.body,
        md5OfBody: message.md5,
        attributes: systemAttributes(message),
        messageAttributes: message.outgoing.messageAttributes ?? {},
      });
    }
    return received;
  }

  /** Deletes by receipt handle. False for a handle of an earlier receive, which deletes nothing, or of a gone message. */
  delete(handle: string): boolean {
    const message = this.#find(handle);
    if (message === undefined) return false;
    this.#remove(message);
    return true;
  }

  /** ChangeMessageVisibility: visible again in `delaySeconds`. False when the message is not in flight by this handle. */
  release(handle: string, delaySeconds = 0): boolean {
    const message = this.#find(handle);
    if (message === undefined || message.visibleAt <= this.#clock.now()) return false;
    this.#showAt(message, this.#clock.now() + delaySeconds * 1000);
    this.#announce();
    return true;
  }

  /** Calls `listener` whenever messages have become visible; consumers then `receive`. Returns how to stop that. */
  onAvailable(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  depth(): QueueDepth {
    this.#expire();
    const visibleFrom = momentKey(this.#clock.now() + 1);
    const visible = this.#byVisibility.rank(visibleFrom);
    const inFlight = this.#received.size - this.#received.rank(visibleFrom);
    return { visible, inFlight, delayed: this.#byVisibility.size - visible - inFlight };
  }

  /** The next moment at which a hidden message becomes visible. */
  nextMoment(): number | undefined {
    return this.#byVisibility.first({ gte: momentKey(this.#clock.now() + 1) })?.[1].visibleAt;
  }

  /** Messages received before and hidden now: how many, and when the first comes back. */
  awaitingRetry(): { readonly count: number; readonly nextMoment: number | undefined } {
    this.#expire();
    const hiddenFrom = momentKey(this.#clock.now() + 1);
    return {
      count: this.#received.size - this.#received.rank(hiddenFrom),
      nextMoment: this.#received.first({ gte: hiddenFrom })?.[1].visibleAt,
    };
  }

  /** Milliseconds since the oldest message was sent, hidden ones included; 0 when empty. */
  oldestAge(): number {
    this.#expire();
    const oldest = this.#byAge.first();
    return oldest === undefined ? 0 : this.#clock.now() - oldest[1].sentAt;
  }

  /**
   * The longest (ms) that any message had waited within the minute that begins at `minute`, in flight or delayed as it may
   * have been; undefined when there was none.
   */
  longestAgeIn(minute: number): number | undefined {
    this.#expire();
    let oldest: number | undefined;
    for (const message of this.#byAge.values()) {
      if (message.receiveCount >= RECEIVES_THAT_COUNT) continue;
      oldest = message.sentAt;
      break;
    }
    return this.#waits.longestIn(minute, oldest);
  }

  /** Copies of all messages, the oldest first, for a look from outside. Receives nothing. */
  peek(): Pick<StoredMessage, 'messageId' | 'body' | 'sentAt' | 'visibleAt' | 'receiveCount'>[] {
    this.#expire();
    return [...this.#byAge.values()].map(({ messageId, body, sentAt, visibleAt, receiveCount }) => {
      return { messageId, body, sentAt, visibleAt, receiveCount };
    });
  }

  purge(): void {
    for (const message of [...this.#messages.values()]) this.#remove(message);
    this.#announce();
  }

  /** Whether a handle has the form this queue gives; a stale one has, a foreign or made-up one has not. */
  ownsHandle(handle: string): boolean {
    return readHandle(this.definition.name, handle) !== undefined;
  }

  #add(message: StoredMessage): StoredMessage {
    this.#messages.set(message.sequence, message);
    this.#byVisibility.set(momentKey(message.visibleAt, message.sequence), message);
    this.#byAge.set(momentKey(message.sentAt, message.sequence), message);
    return message;
  }

  #remove(message: StoredMessage): void {
    this.#messages.delete(message.sequence);
    this.#byVisibility.delete(momentKey(message.visibleAt, message.sequence));
    this.#received.delete(momentKey(message.visibleAt, message.sequence));
    this.#byAge.delete(momentKey(message.sentAt, message.sequence));
    if (message.receiveCount < RECEIVES_THAT_COUNT) this.#waits.end(message.sentAt, this.#clock.now());
  }

  #showAt(message: StoredMessage, at: number): void {
    const key = momentKey(message.visibleAt, message.sequence);
    this.#byVisibility.delete(key);
    this.#received.delete(key);
    message.visibleAt = at;
    this.#byVisibility.set(momentKey(at, message.sequence), message);
    this.#received.set(momentKey(at, message.sequence), message);
    this.#wakeAtNextMoment();
  }

  /** AWS moves a message when someone would receive it once more than allowed, not when its last time-out ends. */
  #isDeadLetter(message: StoredMessage): boolean {
    const { redrive } = this.definition;
    return (
      redrive !== undefined && message.receiveCount >= redrive.maxReceiveCount && this.#deadLetters() !== undefined
    );
  }

  #moveToDeadLetters(message: StoredMessage): void {
    this.#remove(message);
    this.#deadLetters()?.adopt(message, this.definition.arn);
  }

  /** Takes over a message of another queue: same id, same first send, a fresh count. */
  adopt(message: StoredMessage, from: string): void {
    const { messageId, body, md5, sentAt, outgoing } = message;
    const visibleAt = this.#clock.now();
    this.#add({
      messageId,
      body,
      md5,
      sentAt,
      outgoing,
      visibleAt,
      movedFrom: from,
      sequence: ++this.#sequence,
      receiveCount: 0,
    });
    this.#announce();
  }

  /** Retention is checked whenever someone looks, so that keeping messages for days costs the clock nothing. */
  #expire(): void {
    const oldestKept = this.#clock.now() - (this.definition.retention ?? 4 * 24 * 3600) * 1000;
    for (const message of this.#byAge.values({ lt: momentKey(oldestKept) })) this.#remove(message);
  }

  #announce(): void {
    this.#wakeAtNextMoment();
    const first = this.#byVisibility.first()?.[1];
    if (first === undefined || first.visibleAt > this.#clock.now()) return;
    for (const listener of [...this.#listeners]) listener();
  }

  /** One moment on the clock per queue, however many messages wait. */
  #wakeAtNextMoment(): void {
    const next = this.nextMoment();
    if (next === this.#wake?.at) return;
    this.#wake?.cancel();
    this.#wake = undefined;
    if (next === undefined) return;
    this.#wake = this.#clock.schedule(next, () => {
      this.#wake = undefined;
      this.#announce();
    });
  }

  #find(handle: string): StoredMessage | undefined {
    const parsed = readHandle(this.definition.name, handle);
    const message = parsed && this.#messages.get(parsed.sequence);
    return message?.receiveCount === parsed?.receiveCount ? message : undefined;
  }
}

/** A key that sorts by moment, then by order of arrival. */
function momentKey(at: number, sequence = 0): string {
  return `${String(Math.max(0, at)).padStart(16, '0')}:${String(sequence).padStart(12, '0')}`;
}

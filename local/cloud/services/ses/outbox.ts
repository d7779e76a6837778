/** A message as the provider took it, whatever the channel; e-mail is the first. */
export interface CapturedMessage {
  readonly messageId: string;
  /** Milliseconds of the cloud's clock. */
  readonly at: number;
  readonly channel: 'email';
  readonly from: string;
  readonly to: readonly string[];
  readonly replyTo?: readonly string[];
  readonly subject: string;
  readonly html?: string;
  readonly text?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

/** What left the cloud: kept for a look instead of being sent. Bounded, so that a long replay stays in memory. */
export class Outbox {
  readonly #limit: number;
  readonly #listeners = new Set<(message: CapturedMessage) => void>();
  #messages: CapturedMessage[] = [];
  #dropped = 0;

  constructor({ limit = 50_000 }: { limit?: number } = {}) {
    this.#limit = limit;
  }

  /** Messages no longer kept because newer ones came. */
  get dropped(): number {
    return this.#dropped;
  }

  /** All messages ever captured, dropped ones included. */
  get total(): number {
    return this.#dropped + this.#messages.length;
  }

  add(message: CapturedMessage): void {
    this.#messages.push(message);
    // Dropped a tenth at a time: moving the whole list for every message would be slow.
    if (this.#messages.length >= this.#limit * 1.1) {
      const surplus = this.#messages.length - this.#limit;
      this.#messages = this.#messages.slice(surplus);
      this.#dropped += surplus;
    }
    for (const listener of [...this.#listeners]) listener(message);
  }

  /** The newest first. */
  list({ where = () => true, limit = this.#limit }: OutboxQuery = {}): CapturedMessage[] {
    const found: CapturedMessage[] = [];
    for (let i = this.#messages.length - 1; i >= 0 && found.length < limit; i--) {
      const message = this.#messages[i] as CapturedMessage;
      if (where(message)) found.push(message);
    }
    return found;
  }

  /** Tells of each message as it is captured. Returns how to stop that. */
  onMessage(listener: (message: CapturedMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

export interface OutboxQuery {
  readonly where?: (message: CapturedMessage) => boolean;
  readonly limit?: number;
}

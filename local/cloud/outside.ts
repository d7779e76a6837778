import type { Activity } from './clock.ts';
import type { SdkAnswer, SdkCall } from './worker/protocol.ts';

/** A request of a function's to a system of somebody else's. */
export interface OutsideRequest {
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** `lost`: nobody answers. */
export type OutsideAnswer = { readonly status: number; readonly headers?: Readonly<Record<string, string>> } | 'lost';

const MOST_KEPT = 1_000;

/**
 * The internet, as far as functions see it: every system takes what it is told unless something else was said of it, and
 * nothing leaves this machine. What they were told can be looked at, as emails in the outbox.
 */
export class Outside {
  /** The latest last. */
  readonly requests: OutsideRequest[] = [];
  readonly #systems = new Map<string, (request: OutsideRequest) => OutsideAnswer>();
  readonly #activity: Activity;

  constructor(activity: Activity) {
    this.#activity = activity;
  }

  /** Says how a system answers from now on. */
  answer(host: string, how: (request: OutsideRequest) => OutsideAnswer): void {
    this.#systems.set(host, how);
  }

  async handle(host: string, { method, path, headers, body = '' }: SdkCall): Promise<SdkAnswer> {
    const end = this.#activity.begin(`outside:${host}`);
    try {
      const request = { host, method, path, headers, body: Buffer.from(body as string).toString() };
      this.requests.push(request);
      if (this.requests.length > MOST_KEPT) this.requests.shift();
      const answer = this.#systems.get(host)?.(request) ?? { status: 200 };
      return answer === 'lost' ? { lost: true } : { ...answer, body: '' };
    } finally {
      end();
    }
  }
}

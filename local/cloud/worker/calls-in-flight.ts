import { Outgoing } from './outgoing.ts';
import type { FromWorker, NumberedCall, SdkAnswer, SdkCall, Transport } from './protocol.ts';
import { nameOfCall } from './protocol.ts';

/**
 * Sends SDK calls to the main thread by message and knows which are unanswered. On AWS an environment freezes when
 * its handler has returned, and what it had not awaited may or may not have happened: here that is an error.
 */
export class CallsInFlight implements Transport {
  readonly #outgoing: Outgoing<NumberedCall>;
  readonly #waiting = new Map<number, { name: string; answered: (answer: SdkAnswer) => void }>();
  readonly #stray: string[] = [];
  #lastId = 0;
  /** Whether a handler runs, or the module is being imported. */
  open = true;

  constructor(post: (message: FromWorker) => void) {
    this.#outgoing = new Outgoing((calls) => post({ kind: 'calls', calls }));
  }

  send(call: SdkCall, answered: (answer: SdkAnswer) => void): () => void {
    const name = nameOfCall(call);
    if (!this.open) {
      this.#stray.push(name);
      const message = `${name} was called after the handler had returned`;
      console.error(message);
      throw new Error(message);
    }
    const id = ++this.#lastId;
    this.#waiting.set(id, { name, answered });
    this.#outgoing.add([id, call]);
    // Whoever gives a call up, because it takes too long, has not forgotten it.
    return () => void this.#waiting.delete(id);
  }

  answer(id: number, answer: SdkAnswer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.answered(answer);
  }

  get pending(): boolean {
    return this.#waiting.size > 0;
  }

  /** Names of unanswered calls, and of those made since the last handler returned; both are forgotten. */
  takeUnawaited(): string[] {
    const names = [...this.#stray.splice(0), ...[...this.#waiting.values()].map(({ name }) => name)];
    this.#waiting.clear();
    return names;
  }
}

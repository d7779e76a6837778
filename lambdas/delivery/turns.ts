import { Pacer } from '../../domain/delivery/pacer.ts';

export type Turn =
  /** Whoever then sends nothing gives it back. */
  | { readonly outcome: 'taken'; giveBack(): void }
  /** It would come too late, in so many milliseconds from now. */
  | { readonly outcome: 'later'; readonly wait: number };

/** Spaces what a worker sends. */
export interface Turns {
  /** Waits for its turn, at most until a moment (ms since 1970). Those who ask together come in their order. */
  take(until: number): Promise<Turn>;
}

export interface TurnsDependencies {
  /** What this worker may send a second. */
  readonly perSecond: () => Promise<number>;
  readonly now: () => number;
  readonly pause: (milliseconds: number) => Promise<void>;
}

export function turnsAt({ perSecond, now, pause }: TurnsDependencies): Turns {
  const pacer = new Pacer();
  /** Everybody waits for the one before. */
  let last: Promise<unknown> = Promise.resolve();

  async function next(until: number): Promise<Turn> {
    const rate = await perSecond();
    const wait = pacer.wait(now());
    if (now() + wait > until) return { outcome: 'later', wait };
    if (wait > 0) await pause(wait);
    pacer.pass(now(), rate);
    return { outcome: 'taken', giveBack: () => pacer.giveBack(rate) };
  }

  return {
    take(until) {
      const turn = last.then(() => next(until));
      last = turn.catch(() => undefined);
      return turn;
    },
  };
}

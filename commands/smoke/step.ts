import { type Door, Unreachable } from './door.ts';

/** One run: who it is about, and what the steps so far have left. */
export interface Run {
  readonly door: Door;
  /** The write key. */
  readonly key: string;
  /** Whether an admin token was given. */
  readonly admin: boolean;
  /** Where a welcome shall go. */
  readonly to: string | undefined;
  /** Marked, so that everybody sees that it is nobody. */
  readonly userId: string;
  /** When it began (ms). */
  readonly startedAt: number;
  /** The id of a message of this run. */
  readonly messageId: (name: string) => string;
  /** Names of the messages that were taken, each to be counted once. */
  readonly taken: Set<string>;
  /** The `npm start` of somebody's laptop: it has an outbox instead of mailboxes, and forgets all when it ends. */
  readonly onLaptop: boolean;
  /** Waits so many milliseconds. */
  readonly wait: (milliseconds: number) => Promise<void>;
}

export type Came =
  | { readonly outcome: 'ok' | 'skipped'; readonly saw: string }
  | { readonly outcome: 'failed' | 'warning'; readonly saw: string; readonly todo: string };

/** A promise of Perennial, tried through the front door. Steps are carried out in order; later ones build on earlier. */
export interface Step {
  readonly id: string;
  readonly what: string;
  readonly go: (run: Run) => Promise<Came>;
}

export type Outcome = Came & Pick<Step, 'id' | 'what'>;

/** The message that brings somebody new, with a device and an address. */
export const WELCOME = 'welcome';

export const ok = (saw: string): Came => ({ outcome: 'ok', saw });
export const skipped = (saw: string): Came => ({ outcome: 'skipped', saw });
export const warning = (saw: string, todo: string): Came => ({ outcome: 'warning', saw, todo });
export const failed = (saw: string, todo: string): Came => ({ outcome: 'failed', saw, todo });

/**
 * Carries the steps out. When nothing answers, what is left is skipped: there is nothing it could tell.
 *
 * @param tell hears of each step as soon as it has ended: some take minutes
 */
export async function carryOut(
  steps: readonly Step[],
  run: Run,
  tell: (outcome: Outcome) => void = () => {},
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  let silence: string | undefined;
  const ended = (outcome: Outcome) => {
    outcomes.push(outcome);
    tell(outcome);
  };
  for (const { id, what, go } of steps) {
    try {
      ended({ id, what, ...(silence === undefined ? await go(run) : skipped(silence)) });
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      silence = 'Nothing answers.';
      ended({ id, what, ...failed(`Nothing answers (${error.message}).`, UNREACHABLE) });
    }
  }
  return outcomes;
}

const UNREACHABLE = 'Is the URL that of the API (ApiUrl of the engine stack), and is there a way to it from here?';

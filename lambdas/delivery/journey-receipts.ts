import { type AskedOutcomes, askedOutcomes } from '../../domain/decisions/journeys/asked-outcomes.ts';
import type { Received } from '../../domain/delivery/receipts/consequence.ts';
import { hashText } from '../../domain/hash.ts';
import { becameInput } from '../../domain/state/input.ts';
import { encodeInputs } from '../../domain/state/input-message.ts';
import type { MessageOutcome, RunRef } from '../../domain/state/run.ts';
import type { UserKey } from '../../domain/state/user-key.ts';
import type { Queue } from '../adapters/queue.ts';
import type { LiveJourneys, PublishedJourneys } from './live-journeys.ts';

/** What has become of a message that a step of a journey wrote. */
export interface Became {
  readonly user: UserKey;
  readonly of: RunRef;
  /** When it was decided (ms): of several of one step, this one. */
  readonly decidedAt: number;
  readonly outcome: MessageOutcome;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Tells the reducer of it where a live journey asks for it. Told twice it counts once. Rejects when it cannot be told. */
export type TellJourney = (became: Became) => Promise<void>;

/** Of what a claim keeps, what journeys can ask for; a soft bounce may still arrive. */
export const outcomeOf = (received: Received): MessageOutcome | undefined =>
  received === 'delivered' || received === 'bounced' || received === 'complained' ? received : undefined;

export function tellJourney({ journeys, timers }: { journeys: LiveJourneys; timers: Queue }): TellJourney {
  let known: { readonly of: PublishedJourneys; readonly asks: AskedOutcomes } | undefined;

  async function asks(): Promise<AskedOutcomes> {
    const of = await journeys.all();
    if (known?.of !== of) known = { of, asks: askedOutcomes(of.journeys) };
    return known.asks;
  }

  return async ({ user, of, decidedAt, outcome, at }) => {
    if (!(await asks())(of, outcome)) return;
    const input = becameInput(user, { at, run: of.run, step: of.step, decidedAt, outcome });
    const refused = await timers.send(encodeInputs([input]).map((body) => ({ body, group: hashText(user) })));
    if (refused.length > 0) throw new Error('The timers queue did not take what became of a message');
  };
}

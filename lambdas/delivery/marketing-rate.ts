import { MINUTE } from '../../domain/calendar.ts';
import { SHARE_OF_MARKETING } from '../../domain/delivery/marketing-share.ts';
import type { SendingQuota } from '../adapters/sending-quota.ts';
import { errorName, type Log } from '../runtime/log.ts';

/** A quota is raised once in months; SES takes one question a second of an account. */
const READ_EVERY = 15 * MINUTE;
const READ_AGAIN_AFTER = MINUTE;
/** Recipients a second, as long as nobody knows: the least SES gives, in its sandbox. */
const CAREFUL = 1;

export interface MarketingRateDependencies {
  readonly quota: SendingQuota;
  /** How many share it. */
  readonly workers: number;
  readonly now: () => number;
  readonly log: Log;
}

/** How many marketing messages a second one worker may send. */
export function marketingRate({ quota, workers, now, log }: MarketingRateDependencies): () => Promise<number> {
  let perSecond = CAREFUL;
  let readAgainAt = Number.NEGATIVE_INFINITY;

  return async () => {
    if (now() >= readAgainAt) {
      try {
        const told = await quota.perSecond();
        if (told !== undefined && told > 0) perSecond = told;
        readAgainAt = now() + READ_EVERY;
      } catch (error) {
        log('quota-unreadable', { error: errorName(error) });
        readAgainAt = now() + READ_AGAIN_AFTER;
      }
    }
    return (perSecond * SHARE_OF_MARKETING) / workers;
  };
}

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DAY, MINUTE } from '../../domain/calendar.ts';
import { dynamoHolds } from '../../lambdas/adapters/holds.ts';
import type { Interceptor } from '../../local/cloud/endpoint.ts';
import { asThrottled } from '../../local/cloud/faults/throttling.ts';
import { awsError } from '../../local/cloud/service.ts';
import type { LocalPerennial } from '../../local/perennial.ts';
import { clientOf } from '../local/services/support.ts';
import { tableName } from './outcome.ts';

/** A while in which SES takes nothing. */
interface Outage {
  readonly from: number;
  readonly until: number;
  /** The account is paused: nothing goes on until somebody resumes, five minutes after it is in order. */
  readonly isPause: boolean;
}

/** On days on which people send something, and on which those who did are missed. */
const DAYS = [0, 1, 4, 30, 31, 34];
const SHARE = 0.3;
const PAUSES = 0.3;
const LONGEST = 10 * MINUTE;

/** Times in which SES throttles everything, or has paused the account, and the human who then resumes. */
export class Outages {
  readonly #outages: readonly Outage[];
  #perennial: LocalPerennial | undefined;

  /** @param start of the story (ms): SES goes away shortly before that time of a day */
  constructor(start: number, random: () => number) {
    this.#outages = DAYS.filter(() => random() < SHARE).map((day) => {
      const from = start + day * DAY - 5 * MINUTE;
      return { from, until: from + 5 * MINUTE + random() * LONGEST, isPause: random() < PAUSES };
    });
  }

  /** Stands at the service itself: whatever else goes wrong with a call has done so by then. */
  readonly interceptor: Interceptor = (request, next) => {
    if (request.service !== 'ses' || request.action !== 'SendEmail') return next(request);
    const now = this.#perennial?.now() ?? 0;
    const outage = this.#outages.find(({ from, until }) => now >= from && now < until);
    if (outage === undefined) return next(request);
    return outage.isPause ? PAUSED : asThrottled(request);
  };

  begin(perennial: LocalPerennial): void {
    this.#perennial = perennial;
  }

  /** Moves the clock, and resumes on the way what was held. */
  async advanceTo(time: number): Promise<void> {
    const perennial = this.#perennial as LocalPerennial;
    for (const { until, isPause } of this.#outages) {
      const resumes = until + 5 * MINUTE;
      if (!isPause || resumes <= perennial.now() || resumes > time) continue;
      await perennial.advanceTo(resumes);
      const client = new DynamoDBClient(clientOf(perennial.cloud.services.dynamodb));
      await dynamoHolds(client, tableName(perennial.cloud, 'Ledger')).resume('email');
    }
    await perennial.advanceTo(time);
  }
}

const PAUSED = awsError(400, 'SendingPausedException', 'Email sending is paused');

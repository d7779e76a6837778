import { Refusal } from '../refusal.ts';
import { addressOf, isSimulated } from './reactions.ts';
import { SendingMeter, type SendingQuota } from './sending-quota.ts';

export interface SendingAccountOptions {
  /** Default: 1,000 a second, 10 million a day. */
  readonly quota?: SendingQuota;
  /** False: the sandbox, where recipients must be verified too. */
  readonly productionAccess?: boolean;
}

/** Whether the account may send: `paused` by its owner or by AWS, `suspended` by AWS for good. */
export type Standing = 'sending' | 'paused' | 'suspended';

/** What SES knows of an account in one Region: whether and how much it may send, and to whom it does not any more. */
export class SendingAccount {
  standing: Standing = 'sending';
  readonly productionAccess: boolean;
  readonly #quota: SendingQuota;
  readonly #meter: SendingMeter;
  /** The account-level suppression list, with its default of both reasons. */
  readonly #suppressed = new Set<string>();

  constructor({ quota = { perSecond: 1000, perDay: 10_000_000 }, productionAccess = true }: SendingAccountOptions) {
    this.#quota = quota;
    this.#meter = new SendingMeter(quota);
    this.productionAccess = productionAccess;
  }

  /** Refuses while the account may not send. */
  checkStanding(): void {
    if (this.standing === 'paused')
      throw new Refusal('SendingPausedException', 'Sending is paused for this account.', 400);
    if (this.standing === 'suspended')
      throw new Refusal('AccountSuspendedException', 'Sending is suspended for this account.', 400);
  }

  /** Counts recipients against rate and day, or refuses them all. */
  take(recipients: number, now: number): void {
    this.#meter.take(recipients, now);
  }

  /** AWS does so for every permanent bounce and complaint, but for its own simulator. */
  suppress(recipient: string): void {
    if (!isSimulated(recipient)) this.#suppressed.add(addressOf(recipient));
  }

  /** What AWS's DeleteSuppressedDestination does. */
  forget(recipient: string): void {
    this.#suppressed.delete(addressOf(recipient));
  }

  isSuppressed(recipient: string): boolean {
    return this.#suppressed.has(addressOf(recipient));
  }

  /** The answer of GetAccount. */
  describe(now: number): object {
    return {
      DedicatedIpAutoWarmupEnabled: false,
      EnforcementStatus: this.standing === 'suspended' ? 'SHUTDOWN' : 'HEALTHY',
      ProductionAccessEnabled: this.productionAccess,
      SendingEnabled: this.standing === 'sending',
      SendQuota: {
        Max24HourSend: this.#quota.perDay,
        MaxSendRate: this.#quota.perSecond,
        SentLast24Hours: this.#meter.lastDay(now),
      },
      SuppressionAttributes: { SuppressedReasons: ['BOUNCE', 'COMPLAINT'] },
    };
  }
}

/** What became of a message of ours: told by its provider, or seen by ourselves. */
export type Receipt = MailReceipt | LookedAt;

/** What its provider tells of a message. */
export type MailReceipt = ReceiptBase &
  ProviderBase &
  (
    | { readonly kind: 'sent' | 'delivered' | 'delayed' | 'complained' | 'not-spam' | 'rejected' | 'failed' }
    | BounceReceipt
  );

/** That it was looked at. What we see ourselves knows neither the provider's id nor the address. */
export type LookedAt = ReceiptBase & Partial<ProviderBase> & LookReceipt;

interface ReceiptBase {
  /** The id under which the message was claimed; it comes back as a tag, so that nobody has to look for it. */
  readonly sendId: string;
  /** The key of the message's template, where the tag is there. */
  readonly message: string | undefined;
  /** When the provider took the message, and when this happened to it (ms). */
  readonly sentAt: number;
  readonly at: number;
}

interface ProviderBase {
  /** The provider's id of the message. */
  readonly providerId: string;
  /** The address it went to, normalised as `addressIn` does. */
  readonly to: string;
}

export interface BounceReceipt {
  readonly kind: 'bounced';
  /**
   * What it says of the address: `permanent` that it takes no mail and never will, `transient` that it took none this time;
   * `message` that another message might have been taken.
   */
  readonly about: 'permanent' | 'transient' | 'message';
  /** The provider's own words for it: `Permanent General`. */
  readonly detail: string;
}

/** Somebody, or something, looked at the message or followed a link of it. */
export interface LookReceipt {
  readonly kind: 'opened' | 'clicked';
  /** A step of a journey wrote it. */
  readonly isOfJourney?: true;
  readonly userAgent: string;
  /** Where the link leads; of a click only. */
  readonly link?: string;
}

export type ReceiptKind = Receipt['kind'];

/** What was told, read: a receipt, one of a message that is not ours, or nothing that we know. */
export type Understood =
  | { readonly outcome: 'receipt'; readonly receipt: Receipt }
  /** It carries no `sendId` of ours: somebody else sends by our configuration set. */
  | { readonly outcome: 'foreign' }
  | { readonly outcome: 'unknown'; readonly reason: 'no-event' | 'no-mail' | 'type' | 'time' | 'recipient' };

import type { UnreachableReason } from '../../state/reachability.ts';
import type { Receipt } from './receipt.ts';

/**
 * What became of a message, as its claim keeps it: only ever onwards, so that receipts may come in any order and twice. A
 * message that bounced softly and one that is late can still arrive; one that has arrived can still come back, and what
 * she says of it is the last word.
 */
export const RECEIVED = ['sent', 'delayed', 'soft-bounced', 'delivered', 'rejected', 'bounced', 'complained'] as const;
export type Received = (typeof RECEIVED)[number];

export const rankOf = (received: Received): number => RECEIVED.indexOf(received);

/** What a receipt is to lead to. What is undefined is left as it is. */
export interface Consequence {
  readonly received?: Received;
  /** No message goes to the address any more. */
  readonly suppress?: UnreachableReason;
  /** It counts against the address, which alone it does not end. */
  readonly softBounce?: true;
}

/** Opens and clicks change nothing of her: they are counted, and kept in the lake. */
export function consequenceOf(receipt: Receipt): Consequence {
  switch (receipt.kind) {
    case 'sent':
    case 'delivered':
    case 'delayed':
    case 'rejected':
      return { received: receipt.kind };
    case 'failed':
      return { received: 'rejected' };
    case 'complained':
      return { received: 'complained', suppress: 'complained' };
    case 'bounced':
      if (receipt.about === 'permanent') return { received: 'bounced', suppress: 'bounced' };
      if (receipt.about === 'message') return { received: 'bounced' };
      return { received: 'soft-bounced', softBounce: true };
    case 'opened':
    case 'clicked':
    case 'not-spam':
      return {};
  }
}

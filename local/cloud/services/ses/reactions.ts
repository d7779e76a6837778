import { createHash } from 'node:crypto';
import { bareAddress } from './checks.ts';

/** Somebody who looks at a message, or something that does so for her. */
export interface Look {
  readonly userAgent: string;
  /** Milliseconds after the message arrived. */
  readonly after: number;
}

export interface Click extends Look {
  readonly link: string;
}

export interface Bounce {
  readonly type: 'Permanent' | 'Transient' | 'Undetermined';
  /** As AWS lists them: `General`, `NoEmail`, `MailboxFull`, `Suppressed` … */
  readonly subType: string;
}

/** What becomes of a message to an address, and what SES tells of it. What is left out is as with any good mailbox. */
export interface Reaction {
  /** What SendEmail answers: a refusal by rate, an error of its own, or nothing at all though the message is taken. */
  readonly answer?: 'throttled' | 'failed' | 'lost';
  /** Default: `delivered`. */
  readonly arrival?: 'delivered' | 'bounced' | 'rejected' | 'not-rendered';
  /** How it bounces; with `delivered` it does so after it had been taken, as an automatic answer does. */
  readonly bounce?: Bounce;
  /** Told to be late before it arrives. */
  readonly delayed?: boolean;
  readonly complains?: boolean;
  readonly opens?: readonly Look[];
  readonly clicks?: readonly Click[];
  /** How often each event is published: best effort means never or twice now and then. Default: once. */
  readonly published?: 0 | 1 | 2;
}

/** To whom a reaction belongs: one address, or a share (0 to 1) of all, picked by the seed. */
export type Whom = string | { readonly share: number };

const PERMANENT: Bounce = { type: 'Permanent', subType: 'General' };

/** AWS's mailbox simulator; addresses of it are never put on a suppression list. */
const SIMULATOR: Readonly<Record<string, Reaction>> = {
  success: {},
  bounce: { arrival: 'bounced', bounce: PERMANENT },
  // The message arrives, and the answer to it comes back as if it had not.
  ooto: { bounce: { type: 'Transient', subType: 'General' } },
  complaint: { complains: true },
  suppressionlist: { arrival: 'bounced', bounce: { type: 'Permanent', subType: 'Suppressed' } },
};
const SIMULATED = /^([a-z]+)(?:\+[^@]*)?@simulator\.amazonses\.com$/;

/** How addresses react: those of the simulator as AWS says, others as they were told to. */
export class Reactions {
  readonly #seed: string;
  readonly #told: { readonly whom: Whom; readonly reaction: Reaction }[] = [];

  constructor(seed: string) {
    this.#seed = seed;
  }

  /** From now on; what was told last holds. */
  tell(whom: Whom, reaction: Reaction): void {
    this.#told.unshift({ whom: typeof whom === 'string' ? addressOf(whom) : whom, reaction });
  }

  of(recipient: string): Reaction {
    const address = addressOf(recipient);
    const mailbox = SIMULATED.exec(address)?.[1];
    const simulated = mailbox === undefined ? undefined : SIMULATOR[mailbox];
    return simulated ?? this.#told.find(({ whom }) => this.#isMeant(whom, address))?.reaction ?? {};
  }

  #isMeant(whom: Whom, address: string): boolean {
    return typeof whom === 'string' ? whom === address : fractionOf(`${this.#seed}:${address}`) < whom.share;
  }
}

export const addressOf = (recipient: string): string => bareAddress(recipient).toLowerCase();

export const isSimulated = (recipient: string): boolean => SIMULATED.test(addressOf(recipient));

/** In [0, 1), the same for the same text. */
export const fractionOf = (text: string): number => createHash('md5').update(text).digest().readUInt32BE(0) / 2 ** 32;

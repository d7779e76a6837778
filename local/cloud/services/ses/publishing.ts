import type { Clock } from '../../clock.ts';
import { aftermathOf } from './aftermath.ts';
import {
  busEventOf,
  EVENT_TYPES,
  type EventType,
  type MailEvent,
  type Sending,
  type TakenMessage,
} from './mail-event.ts';
import type { Reaction, Reactions } from './reactions.ts';
import { recipientsOf } from './send-email.ts';
import type { SendingAccount } from './sending-account.ts';

/** An event as it is put on the account's default bus, the only one SES publishes to. */
export type MailBusEvent = ReturnType<typeof busEventOf>;

export interface PublishingOptions {
  readonly clock: Clock;
  readonly account: SendingAccount;
  readonly reactions: Reactions;
  readonly publish: (event: MailBusEvent) => void;
}

/** Tells what becomes of messages, by the event destinations of their configuration sets, each at its moment. */
export class Publishing {
  readonly #options: PublishingOptions;
  readonly #wanted = new Map<string, Set<EventType>>();

  constructor(options: PublishingOptions) {
    this.#options = options;
  }

  /** Throws for a type SES does not have. */
  addDestination(configurationSet: string, types: readonly string[]): void {
    const wanted = this.#wanted.get(configurationSet) ?? new Set();
    for (const type of types) {
      if (!isEventType(type)) throw new Error(`SES publishes no events of type ${type} that the local cloud knows`);
      wanted.add(type);
    }
    this.#wanted.set(configurationSet, wanted);
  }

  /** Schedules all that will be told of a message that was taken. */
  follow(message: TakenMessage, sending: Sending): void {
    const { account, reactions } = this.#options;
    for (const recipient of recipientsOf(message.request)) {
      const reaction = reactions.of(recipient);
      const suppressed = account.isSuppressed(recipient);
      for (const event of aftermathOf(message, recipient, reaction, suppressed))
        this.#schedule(event, { message, sending, recipient, reaction });
    }
  }

  #schedule(event: MailEvent, of: Followed): void {
    // What follows from it for the account does so whether or not anybody is told.
    const isMissed = endsSending(event);
    if (!isMissed && !this.#isWanted(event, of)) return;
    const { clock, account } = this.#options;
    clock.schedule(event.at, () => {
      if (isMissed) account.suppress(of.recipient);
      if (this.#isWanted(event, of)) this.#publish(event, of);
    });
  }

  #isWanted({ type }: MailEvent, { message }: Followed): boolean {
    return this.#wanted.get(message.request.ConfigurationSetName ?? '')?.has(type) === true;
  }

  #publish(event: MailEvent, { message, sending, reaction }: Followed): void {
    for (let i = 0; i < (reaction.published ?? 1); i++) this.#options.publish(busEventOf(event, message, sending));
  }
}

interface Followed {
  readonly message: TakenMessage;
  readonly sending: Sending;
  readonly recipient: string;
  readonly reaction: Reaction;
}

const endsSending = ({ type, about }: MailEvent): boolean =>
  type === 'complaint' || (type === 'bounce' && (about as { bounceType?: string }).bounceType === 'Permanent');

const isEventType = (type: string): type is EventType => Object.hasOwn(EVENT_TYPES, type);

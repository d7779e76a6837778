import type { Clock } from '../../clock.ts';
import { AnswerLost } from '../../endpoint.ts';
import type { AwsRequest, AwsResponse, AwsService } from '../../service.ts';
import { idSource } from '../ids.ts';
import { answer, Refusal } from '../refusal.ts';
import { bareAddress, checkForm } from './checks.ts';
import type { CapturedMessage, Outbox } from './outbox.ts';
import { type MailBusEvent, Publishing } from './publishing.ts';
import { type Reaction, Reactions, type Whom } from './reactions.ts';
import type { SendEmailRequest } from './send-email.ts';
import { recipientsOf } from './send-email.ts';
import { SendingAccount, type SendingAccountOptions } from './sending-account.ts';

export interface SesOptions extends SendingAccountOptions {
  readonly clock: Clock;
  readonly outbox: Outbox;
  /** Shown in error messages, as AWS does. */
  readonly region?: string;
  /** From it follows which share of addresses reacts in a way that a share was told to. */
  readonly seed?: string;
  /** Takes what SES puts on the account's default bus. */
  readonly publish?: (event: MailBusEvent) => void;
}

interface Identity {
  /** False: the identity's own MAIL FROM domain is set to refuse sending until its MX record is there. */
  readonly mailFromVerified: boolean;
}

/**
 * Amazon SES v2: takes messages as SES would and puts them into the outbox, then tells what becomes of them. Mailboxes
 * take everything unless they are told otherwise.
 */
export class Ses implements AwsService {
  readonly account: SendingAccount;
  readonly #options: SesOptions;
  readonly #reactions: Reactions;
  readonly #publishing: Publishing;
  readonly #identities = new Map<string, Identity>();
  readonly #configurationSets = new Set<string>();
  readonly #nextId = idSource('ses');

  constructor(options: SesOptions) {
    const { clock, publish = () => undefined, seed = '' } = options;
    this.#options = options;
    this.account = new SendingAccount(options);
    this.#reactions = new Reactions(seed);
    this.#publishing = new Publishing({ clock, account: this.account, reactions: this.#reactions, publish });
  }

  /** Registers an address or a whole domain as verified. */
  verifyIdentity(identity: string, { mailFromVerified = true }: Partial<Identity> = {}): void {
    this.#identities.set(identity.toLowerCase(), { mailFromVerified });
  }

  createConfigurationSet(name: string): void {
    this.#configurationSets.add(name);
  }

  /** Has events of these types (`bounce`, `deliveryDelay` …) published. Throws for a set or a type that is not there. */
  createEventDestination(configurationSet: string, types: readonly string[]): void {
    if (!this.#configurationSets.has(configurationSet))
      throw new Error(`There is no configuration set ${configurationSet}`);
    this.#publishing.addDestination(configurationSet, types);
  }

  /** From now on an address, or a share of all, reacts in this way; what was told last holds. */
  tell(whom: Whom, reaction: Reaction): void {
    this.#reactions.tell(whom, reaction);
  }

  handle(request: AwsRequest): AwsResponse {
    return answer(() => {
      if (request.action === 'SendEmail') return this.#sendEmail((request.input ?? {}) as SendEmailRequest);
      if (request.action === 'GetAccount') return this.account.describe(this.#options.clock.now());
      throw new Refusal('NotFoundException', `The local cloud's SES has no operation ${request.action}.`, 404);
    }, restError);
  }

  #sendEmail(request: SendEmailRequest): { MessageId: string } {
    checkForm(request);
    this.#checkAccount(request);
    const recipients = recipientsOf(request);
    const answers = recipients.map((recipient) => this.#reactions.of(recipient).answer);
    if (answers.includes('throttled'))
      throw new Refusal('TooManyRequestsException', 'Maximum sending rate exceeded.', 429);
    if (answers.includes('failed')) throw new Refusal('InternalServiceErrorException', 'Internal failure.', 500);
    const now = this.#options.clock.now();
    this.account.take(Math.max(1, recipients.length), now);
    const messageId = `0107${now.toString(16).padStart(12, '0')}-${this.#nextId()}-000000`;
    this.#options.outbox.add(captured(request, messageId, now));
    this.#publishing.follow(
      { request, messageId, at: now },
      {
        region: this.#region,
        account: '000000000000',
        identity: this.identityFor(bareAddress(request.FromEmailAddress ?? '')) ?? '',
      },
    );
    if (answers.includes('lost')) throw new AnswerLost();
    return { MessageId: messageId };
  }

  get #region(): string {
    return this.#options.region ?? 'eu-central-1';
  }

  #checkAccount(request: SendEmailRequest): void {
    const { ConfigurationSetName: set, Content: content, FromEmailAddress: from } = request;
    this.account.checkStanding();
    if (set !== undefined && !this.#configurationSets.has(set)) {
      throw new Refusal('NotFoundException', `Configuration set <${set}> does not exist.`, 404);
    }
    const template = content?.Template;
    if (template) throw new Refusal('NotFoundException', `Template ${template.TemplateName} does not exist.`, 404);
    const senders = from === undefined ? [] : [from];
    const mustBeVerified = this.account.productionAccess ? senders : [...senders, ...recipientsOf(request)];
    const unverified = mustBeVerified.map(bareAddress).filter((address) => this.#identityOf(address) === undefined);
    if (unverified.length > 0) {
      const region = this.#region.toUpperCase();
      const check = `The following identities failed the check in region ${region}: ${unverified.join(', ')}`;
      throw new Refusal('MessageRejected', `Email address is not verified. ${check}`);
    }
    if (from !== undefined && this.#identityOf(bareAddress(from))?.mailFromVerified === false) {
      const message = 'The sending MAIL FROM domain is not verified.';
      throw new Refusal('MailFromDomainNotVerifiedException', message);
    }
  }

  /** AWS: an address is good when it is verified itself, or its domain or a parent domain is. Says which of them. */
  identityFor(address: string): string | undefined {
    const lower = address.toLowerCase();
    const labels = lower.slice(lower.lastIndexOf('@') + 1).split('.');
    const domains = labels.slice(0, -1).map((_, i) => labels.slice(i).join('.'));
    return [lower, ...domains].find((name) => this.#identities.has(name));
  }

  #identityOf(address: string): Identity | undefined {
    return this.#identities.get(this.identityFor(address) ?? '');
  }
}

function captured(request: SendEmailRequest, messageId: string, at: number): CapturedMessage {
  const { Simple: simple, Raw: raw } = request.Content ?? {};
  const html = simple?.Body?.Html?.Data;
  // A raw message is kept whole as text; nothing here reads MIME.
  const text = simple?.Body?.Text?.Data ?? (raw?.Data === undefined ? undefined : fromBase64(raw.Data));
  return {
    messageId,
    at,
    channel: 'email',
    from: request.FromEmailAddress ?? '',
    to: recipientsOf(request),
    ...(request.ReplyToAddresses?.length && { replyTo: request.ReplyToAddresses }),
    subject: simple?.Subject?.Data ?? '',
    ...(html === undefined ? {} : { html }),
    ...(text === undefined ? {} : { text }),
    headers: Object.fromEntries((simple?.Headers ?? []).map(({ Name, Value }) => [Name, Value])),
    tags: Object.fromEntries((request.EmailTags ?? []).map(({ Name, Value }) => [Name, Value])),
  };
}

const fromBase64 = (data: string): string => Buffer.from(data, 'base64').toString();

/** REST services name the error in a header only. */
function restError({ status, type, message }: Refusal): AwsResponse {
  return { status, headers: { 'x-amzn-errortype': type }, body: { message } };
}

import type { Clock } from '../../clock.ts';
import type { AwsRequest, AwsResponse, AwsService } from '../../service.ts';
import { idSource } from '../ids.ts';
import { answer, Refusal } from '../refusal.ts';
import { bareAddress, checkForm } from './checks.ts';
import type { CapturedMessage, Outbox } from './outbox.ts';
import type { SendEmailRequest } from './send-email.ts';
import { recipientsOf } from './send-email.ts';
import type { SendingQuota } from './sending-quota.ts';
import { SendingMeter } from './sending-quota.ts';

export interface SesOptions {
  readonly clock: Clock;
  readonly outbox: Outbox;
  /** Shown in error messages, as AWS does. */
  readonly region?: string;
  /** Default: 1,000 a second, 10 million a day. */
  readonly quota?: SendingQuota;
  /** False: the sandbox, where recipients must be verified too. */
  readonly productionAccess?: boolean;
}

interface Identity {
  /** False: the identity's own MAIL FROM domain is set to refuse sending until its MX record is there. */
  readonly mailFromVerified: boolean;
}

/** Amazon SES v2: takes messages as SES would and puts them into the outbox. Its events come in a later step. */
export class Ses implements AwsService {
  readonly #options: SesOptions;
  readonly #meter: SendingMeter;
  readonly #identities = new Map<string, Identity>();
  readonly #configurationSets = new Set<string>();
  readonly #nextId = idSource('ses');

  constructor(options: SesOptions) {
    this.#options = options;
    this.#meter = new SendingMeter(options.quota ?? { perSecond: 1000, perDay: 10_000_000 });
  }

  /** Registers an address or a whole domain as verified. */
  verifyIdentity(identity: string, { mailFromVerified = true }: Partial<Identity> = {}): void {
    this.#identities.set(identity.toLowerCase(), { mailFromVerified });
  }

  createConfigurationSet(name: string): void {
    this.#configurationSets.add(name);
  }

  handle(request: AwsRequest): AwsResponse {
    return answer(() => {
      if (request.action === 'SendEmail') return this.#sendEmail((request.input ?? {}) as SendEmailRequest);
      throw new Refusal('NotFoundException', `The local cloud's SES has no operation ${request.action}.`, 404);
    }, restError);
  }

  #sendEmail(request: SendEmailRequest): { MessageId: string } {
    checkForm(request);
    this.#checkAccount(request);
    const now = this.#options.clock.now();
    this.#meter.take(Math.max(1, recipientsOf(request).length), now);
    const messageId = `0107${now.toString(16).padStart(12, '0')}-${this.#nextId()}-000000`;
    this.#options.outbox.add(captured(request, messageId, now));
    return { MessageId: messageId };
  }

  #checkAccount(request: SendEmailRequest): void {
    const { ConfigurationSetName: set, Content: content, FromEmailAddress: from } = request;
    if (set !== undefined && !this.#configurationSets.has(set)) {
      throw new Refusal('NotFoundException', `Configuration set <${set}> does not exist.`, 404);
    }
    const template = content?.Template;
    if (template) throw new Refusal('NotFoundException', `Template ${template.TemplateName} does not exist.`, 404);
    const senders = from === undefined ? [] : [from];
    const mustBeVerified = this.#options.productionAccess === false ? [...senders, ...recipientsOf(request)] : senders;
    const unverified = mustBeVerified.map(bareAddress).filter((address) => this.#identityOf(address) === undefined);
    if (unverified.length > 0) {
      const region = (this.#options.region ?? 'eu-central-1').toUpperCase();
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

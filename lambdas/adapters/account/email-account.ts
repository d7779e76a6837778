import {
  GetAccountCommand,
  GetConfigurationSetEventDestinationsCommand,
  GetEmailIdentityCommand,
  NotFoundException,
  type SESv2Client,
} from '@aws-sdk/client-sesv2';

/** What SES says of an account in one Region. */
export interface EmailAccount {
  /** False: the sandbox, which sends to verified addresses only. */
  readonly production: boolean;
  readonly sending: boolean;
  /** HEALTHY, PROBATION or SHUTDOWN. */
  readonly enforcement: string;
  /** Messages; -1 for no limit. */
  readonly perDay: number;
  readonly perSecond: number;
  readonly sentInLastDay: number;
  /** ESSENTIALS, PRO, ENTERPRISE; NONE is priced by the message. Undefined where SES does not say. */
  readonly plan: string | undefined;
}

export interface EmailIdentity {
  /** The address or domain that was found. */
  readonly name: string;
  readonly verified: boolean;
  readonly dkim: {
    readonly signing: boolean;
    /** SUCCESS, PENDING, FAILED, TEMPORARY_FAILURE or NOT_STARTED. */
    readonly status: string;
    /** Undefined with a key of one's own. */
    readonly keyBits: number | undefined;
  };
  /** The domain that bounces go to, if it is one of the sender's own. */
  readonly mailFrom: { readonly domain: string; readonly status: string } | undefined;
}

/** Where SES tells what becomes of messages of a configuration set. */
export interface EmailEvents {
  /** Whether something is told to an event bus. */
  readonly enabled: boolean;
  /** As SES calls them: DELIVERY, BOUNCE, COMPLAINT … */
  readonly types: readonly string[];
}

export interface EmailAccountReader {
  /** Needs `ses:GetAccount`. */
  account(): Promise<EmailAccount>;
  /** The identity by which an address may send: the address itself, else its domain or a parent. Needs `ses:GetEmailIdentity`. */
  identityOf(address: string): Promise<EmailIdentity | undefined>;
  /** Undefined where there is no such set. Needs `ses:GetConfigurationSetEventDestinations`. */
  eventsOf(configurationSet: string): Promise<EmailEvents | undefined>;
}

/** Each question is asked once: SES answers one such request a second, and several checks want the same answer. */
export function sesEmailAccount(client: SESv2Client): EmailAccountReader {
  let account: Promise<EmailAccount> | undefined;
  const identities = new Map<string, Promise<EmailIdentity | undefined>>();
  return {
    account() {
      account ??= readAccount(client);
      return account;
    },
    identityOf(address) {
      const asked = identities.get(address) ?? firstIdentity(client, candidates(address));
      identities.set(address, asked);
      return asked;
    },
    eventsOf: (configurationSet) => readEvents(client, configurationSet),
  };
}

async function readEvents(client: SESv2Client, ConfigurationSetName: string): Promise<EmailEvents | undefined> {
  try {
    const { EventDestinations = [] } = await client.send(
      new GetConfigurationSetEventDestinationsCommand({ ConfigurationSetName }),
    );
    const telling = EventDestinations.filter(
      ({ Enabled, EventBridgeDestination }) => Enabled && EventBridgeDestination,
    );
    return { enabled: telling.length > 0, types: telling.flatMap(({ MatchingEventTypes = [] }) => MatchingEventTypes) };
  } catch (error) {
    if (error instanceof NotFoundException) return undefined;
    throw error;
  }
}

async function readAccount(client: SESv2Client): Promise<EmailAccount> {
  const { SendQuota: quota = {}, ...account } = await client.send(new GetAccountCommand({}));
  return {
    production: account.ProductionAccessEnabled === true,
    sending: account.SendingEnabled === true,
    enforcement: account.EnforcementStatus ?? 'unknown',
    perDay: quota.Max24HourSend ?? 0,
    perSecond: quota.MaxSendRate ?? 0,
    sentInLastDay: quota.SentLast24Hours ?? 0,
    plan: account.PricingAttributes?.CurrentPlan,
  };
}

/** `a@news.shop.example`: itself, news.shop.example, shop.example. */
function candidates(address: string): string[] {
  const labels = address.slice(address.lastIndexOf('@') + 1).split('.');
  return [address, ...labels.slice(0, -1).map((_, first) => labels.slice(first).join('.'))];
}

async function firstIdentity(client: SESv2Client, names: readonly string[]): Promise<EmailIdentity | undefined> {
  for (const name of names) {
    const found = await identityNamed(client, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function identityNamed(client: SESv2Client, name: string): Promise<EmailIdentity | undefined> {
  try {
    const { VerifiedForSendingStatus, DkimAttributes, MailFromAttributes } = await client.send(
      new GetEmailIdentityCommand({ EmailIdentity: name }),
    );
    const length = DkimAttributes?.CurrentSigningKeyLength;
    const domain = MailFromAttributes?.MailFromDomain;
    return {
      name,
      verified: VerifiedForSendingStatus === true,
      dkim: {
        signing: DkimAttributes?.SigningEnabled === true,
        status: DkimAttributes?.Status ?? 'NOT_STARTED',
        keyBits: length === undefined ? undefined : Number(/\d+/.exec(length)?.[0]),
      },
      mailFrom: domain ? { domain, status: MailFromAttributes?.MailFromDomainStatus ?? 'PENDING' } : undefined,
    };
  } catch (error) {
    if (error instanceof NotFoundException) return undefined;
    throw error;
  }
}

import type { EmailIdentity } from '../../lambdas/adapters/account/email-account.ts';
import { type Check, ok, problem, type Seen, warning } from './check.ts';

/** What one worker sends in a second at most: ten at once, each in about a fifth of one. Assumed, not measured. */
const SENT_BY_A_WORKER = 50;
/** What marketing takes of SES's rate; the rest is for what people wait for. */
const SHARE_OF_MARKETING = 0.8;

const ofAccount = ['ses:GetAccount'];
const ofIdentity = ['ses:GetEmailIdentity'];

/** Without these nobody is taken off the list who does not want or cannot get what we send. */
const NEEDED_EVENTS = ['DELIVERY', 'BOUNCE', 'COMPLAINT'];

/** Whether email leaves, and whether it arrives. */
export const emailChecks: readonly Check[] = [
  {
    id: 'email-production',
    what: 'SES is out of its sandbox',
    needs: ofAccount,
    async look({ email }) {
      const { production } = await email.account();
      if (production) return ok('Production access.');
      return problem(
        'In the sandbox: SES sends to verified addresses only, 200 a day.',
        'Request production access in the SES console of this Region (Account dashboard).',
      );
    },
  },
  {
    id: 'email-sending',
    what: 'SES lets this account send',
    needs: ofAccount,
    async look({ email }) {
      const { sending, enforcement } = await email.account();
      if (!sending || enforcement === 'SHUTDOWN')
        return problem(
          `Sending is ${sending ? 'on' : 'off'}, the account's standing is ${enforcement}.`,
          'The SES console says why; emails wait on their queue for up to 14 days.',
        );
      if (enforcement !== 'HEALTHY')
        return warning(
          `Sending is on, but the account's standing is ${enforcement}.`,
          'Read what SES found in its console before it pauses the account: bounces or complaints.',
        );
      return ok('Sending is on, the account is in good standing.');
    },
  },
  {
    id: 'email-quota',
    what: 'The quota of SES fits this deployment',
    needs: ofAccount,
    async look({ email }, { emailConcurrency }) {
      const { perDay, perSecond, sentInLastDay } = await email.account();
      const used = `${sentInLastDay} of ${perDay < 0 ? 'any number' : perDay} a day used, ${perSecond} a second allowed`;
      if (perDay > 0 && sentInLastDay > 0.8 * perDay)
        return warning(
          `${used}.`,
          'Request a higher quota in Service Quotas (Amazon SES, sending quota) before it is full.',
        );
      const may = Math.floor(perSecond * SHARE_OF_MARKETING);
      const can = emailConcurrency * SENT_BY_A_WORKER;
      if (can < may)
        return warning(
          `${used}. Marketing may take ${may} of them, and ${emailConcurrency} workers send about ${can} at most.`,
          'Raise email.concurrency of the stage.',
        );
      return ok(`${used}; marketing takes up to ${may} of them.`);
    },
  },
  {
    id: 'email-plan',
    what: 'SES is billed by the message',
    needs: ofAccount,
    async look({ email }) {
      const { plan } = await email.account();
      if (plan === 'NONE') return ok('No plan: $0.10 for 1,000 messages.');
      const where = 'SES console, Account dashboard, Pricing plan (or PutAccountPricingAttributes)';
      if (plan === undefined)
        return {
          outcome: 'unknown',
          saw: 'SES does not say which plan this account has.',
          todo: `Look there: ${where}.`,
        };
      return warning(
        `The account has the plan ${plan}; accounts of after July 2026 begin with ESSENTIALS, at $0.16 for 1,000.`,
        `Without what a plan adds, NONE is 38 % cheaper: ${where}.`,
      );
    },
  },
  {
    id: 'email-events',
    what: 'SES tells what becomes of messages',
    needs: ['ses:GetConfigurationSetEventDestinations'],
    async look({ email }, { configurationSet }) {
      const events = await email.eventsOf(configurationSet);
      const lacking = NEEDED_EVENTS.filter((type) => !events?.types.includes(type));
      if (events?.enabled && lacking.length === 0) return ok(`By the configuration set ${configurationSet}.`);
      const saw =
        events === undefined
          ? `There is no configuration set ${configurationSet}.`
          : `${configurationSet} tells ${events.enabled ? `nothing of ${lacking.join(', ')}` : 'no event bus anything'}.`;
      return problem(
        saw,
        'Bounces and complaints would go unnoticed, and SES pauses accounts for those. Deploy the engine stack again.',
      );
    },
  },
  {
    id: 'email-identity',
    what: 'The sender is verified',
    needs: ofIdentity,
    look: (account, deployment) =>
      withIdentity(account, deployment, ({ name, verified }) =>
        verified
          ? ok(`By ${name}.`)
          : problem(`${name} is known and not verified.`, `Finish the verification of ${name} in SES.`),
      ),
  },
  {
    id: 'email-dkim',
    what: 'Messages are signed (DKIM)',
    needs: ofIdentity,
    look: (account, deployment) =>
      withIdentity(account, deployment, ({ name, dkim: { signing, status, keyBits } }) => {
        if (!signing || status !== 'SUCCESS')
          return problem(
            `DKIM of ${name} is ${signing ? 'on' : 'off'}, its status ${status}.`,
            'Turn Easy DKIM on for the domain in SES and put its three CNAME records into your DNS.',
          );
        if (keyBits !== undefined && keyBits < 2_048)
          return warning(`Signed with a key of ${keyBits} bits.`, 'Choose RSA_2048_BIT for the domain in SES.');
        return ok(`Signed by ${name}${keyBits === undefined ? '' : ` with ${keyBits} bits`}.`);
      }),
  },
  {
    id: 'email-mail-from',
    what: 'Bounces go to a domain of your own (SPF)',
    needs: ofIdentity,
    look: (account, deployment) =>
      withIdentity(account, deployment, async ({ mailFrom }) => {
        if (mailFrom === undefined)
          return warning(
            'Messages leave with a MAIL FROM of amazonses.com: SPF passes for that domain and not for yours.',
            'Set a custom MAIL FROM domain for the identity in SES. Until then DMARC rests on DKIM alone.',
          );
        const { domain, status } = mailFrom;
        if (status !== 'SUCCESS')
          return problem(
            `The MAIL FROM domain ${domain} is ${status}.`,
            `Add the MX record that SES shows for ${domain}.`,
          );
        const spf = (await account.texts(domain)).find((text) => /^v=spf1(\s|$)/i.test(text));
        if (spf === undefined || !/include:amazonses\.com/i.test(spf))
          return problem(
            `${domain} has ${spf === undefined ? 'no SPF record' : `the SPF record "${spf}"`}.`,
            'Its TXT record has to be "v=spf1 include:amazonses.com ~all".',
          );
        return ok(`${domain}, with SPF.`);
      }),
  },
  {
    id: 'email-dmarc',
    what: 'The domain says what to do with forged mail (DMARC)',
    needs: [],
    async look({ texts }, { fromAddress }) {
      const policy = await dmarcOf(texts, domainOf(fromAddress));
      if (policy === undefined)
        return problem(
          `There is no DMARC record at _dmarc.${domainOf(fromAddress)} or a parent.`,
          'Publish TXT "v=DMARC1; p=none; rua=mailto:…" there: Gmail and Yahoo want one from whoever sends 5,000 a day.',
        );
      if (/;\s*p\s*=\s*none/i.test(policy))
        return warning(`"${policy}": nothing is done.`, 'When its reports are clean, go on to p=quarantine.');
      return ok(`"${policy}".`);
    },
  },
];

const domainOf = (address: string) => address.slice(address.lastIndexOf('@') + 1);

type Look = Parameters<Check['look']>;

/** All that hangs on the sender's identity is asked of the one SES would pick. */
async function withIdentity(
  { email }: Look[0],
  { fromAddress }: Look[1],
  judge: (identity: EmailIdentity) => Seen | Promise<Seen>,
): Promise<Seen> {
  const found = await email.identityOf(fromAddress);
  if (found !== undefined) return judge(found);
  return problem(
    `SES knows neither ${fromAddress} nor its domain.`,
    `Create an identity for ${domainOf(fromAddress)} in SES, in this Region, and verify it.`,
  );
}

/** The record of the domain itself, else of the nearest parent that has one. */
async function dmarcOf(texts: Look[0]['texts'], domain: string): Promise<string | undefined> {
  const labels = domain.split('.');
  for (let first = 0; first < labels.length - 1; first++) {
    const found = (await texts(`_dmarc.${labels.slice(first).join('.')}`)).find((text) => /^v=DMARC1\s*;/i.test(text));
    if (found !== undefined) return found;
  }
  return undefined;
}

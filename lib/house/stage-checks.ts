import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { StageSettings } from './stage-settings.ts';

/** Every name there is, so that a mistyped one is found instead of ignored. */
const names = {
  '': [
    ...['deployment', 'account', 'region', 'tags', 'protectData', 'permissionsBoundaryArn', 'cmkArn'],
    ...[
      'logRetentionDays',
      'lakeRetentionDays',
      'lakeQueryGigabytes',
      'alarms',
      'runbookUrl',
      'domain',
      'requests',
      'timeZone',
    ],
    ...['dueShards', 'bulkConcurrency', 'email', 'admin'],
  ],
  alarms: ['email', 'topicArn'],
  domain: ['name', 'certificateArn'],
  requests: ['perSecond', 'burst'],
  email: ['fromAddress', 'concurrency', 'dryRun', 'onlyTo'],
  admin: ['issuer', 'audience', 'roleClaim'],
} as const;

/** A sentence for everything that is wrong with a stage's settings. */
export function problemsOf(stage: StageSettings): string[] {
  return [...unknownNames(stage), ...checksOf(stage).flatMap(([holds, problem]) => (holds ? [] : [problem]))];
}

function unknownNames(stage: StageSettings): string[] {
  return Object.entries(names).flatMap(([group, known]) => {
    const values: unknown = group === '' ? stage : stage[group as keyof StageSettings];
    if (typeof values !== 'object' || values === null) return [];
    const strange = Object.keys(values).filter((name) => !(known as readonly string[]).includes(name));
    return strange.map((name) => `${group === '' ? name : `${group}.${name}`} is not a setting.`);
  });
}

const isWhole = (value: number, least: number, most: number) =>
  Number.isInteger(value) && value >= least && value <= most;
const isArn = (value: string | undefined, service: string) =>
  value === undefined || new RegExp(`^arn:aws[a-z-]*:${service}:`).test(value);
const isAddress = (value: string) => /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/.test(value);
/** They travel in a function's environment, which has 4 KB. */
const isAllowList = (list: readonly string[] | undefined) =>
  list === undefined ||
  (Array.isArray(list) &&
    list.length >= 1 &&
    list.length <= 50 &&
    list.join(' ').length <= 2_000 &&
    list.every((entry) => typeof entry === 'string' && isAddress(entry.startsWith('@') ? `a${entry}` : entry)));
/** An area and a place, or UTC: names that `zoneNamed` in domain/zone.ts takes too, so that no function fails over one. */
function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return name === 'UTC' || name.includes('/');
  } catch {
    return false;
  }
}
const logPeriods = Object.values(RetentionDays).filter(
  (days) => typeof days === 'number' && days !== RetentionDays.INFINITE,
);

/** What must hold, each with the sentence for when it does not. */
function checksOf(stage: StageSettings): [boolean, string][] {
  const { deployment, account, alarms, domain, requests, email, admin } = stage;
  return [
    [
      /^[a-z][a-z0-9-]{0,19}$/.test(deployment),
      `deployment is "${deployment}"; it takes up to 20 lower-case letters, digits and hyphens, a letter first.`,
    ],
    [account === undefined || /^\d{12}$/.test(account), `account is "${account}"; account numbers have 12 digits.`],
    [isArn(stage.permissionsBoundaryArn, 'iam'), 'permissionsBoundaryArn is not the ARN of an IAM policy.'],
    [isArn(stage.cmkArn, 'kms'), 'cmkArn is not the ARN of a KMS key.'],
    [
      logPeriods.includes(stage.logRetentionDays),
      `logRetentionDays is ${stage.logRetentionDays}; CloudWatch Logs knows ${logPeriods.join(', ')}.`,
    ],
    [
      stage.lakeRetentionDays === undefined || isWhole(stage.lakeRetentionDays, 1, 36_500),
      `lakeRetentionDays is ${stage.lakeRetentionDays}; it takes a whole number of days, or leave it out to keep all.`,
    ],
    [
      isWhole(stage.lakeQueryGigabytes, 1, 100_000),
      `lakeQueryGigabytes is ${stage.lakeQueryGigabytes}; it takes 1 to 100000.`,
    ],
    [isArn(alarms.topicArn, 'sns'), 'alarms.topicArn is not the ARN of an SNS topic.'],
    [alarms.email === undefined || isAddress(alarms.email), `alarms.email is "${alarms.email}", not an address.`],
    [
      alarms.email === undefined || alarms.topicArn === undefined,
      'alarms names both email and topicArn; subscribe the mailbox to that topic and name only the topic.',
    ],
    [
      !stage.protectData || alarms.email !== undefined || alarms.topicArn !== undefined,
      'protectData is set but alarms names nobody: data worth protecting needs somebody who hears of trouble.',
    ],
    [
      domain === undefined ||
        (/^[a-z0-9.-]+\.[a-z]{2,}$/.test(domain.name) && isArn(domain.certificateArn ?? '', 'acm')),
      'domain needs both name (a host name without https://) and certificateArn (of ACM, in the same Region).',
    ],
    [
      isWhole(requests.perSecond, 1, 100_000) && isWhole(requests.burst, 1, 100_000),
      'requests needs perSecond and burst, both whole numbers of at least 1.',
    ],
    [
      isTimeZone(stage.timeZone),
      `timeZone is "${stage.timeZone}"; it takes an IANA name with its area, such as Europe/Berlin, or UTC.`,
    ],
    [isWhole(stage.dueShards, 1, 1_024), `dueShards is ${stage.dueShards}; it takes 1 to 1024.`],
    [
      isWhole(stage.bulkConcurrency, 2, 1_000),
      `bulkConcurrency is ${stage.bulkConcurrency}; an SQS mapping's maximum concurrency takes 2 to 1000.`,
    ],
    [isAddress(email.fromAddress), `email.fromAddress is "${email.fromAddress}"; it takes a bare address.`],
    [
      isWhole(email.concurrency, 2, 1_000),
      `email.concurrency is ${email.concurrency}; an SQS mapping's maximum concurrency takes 2 to 1000.`,
    ],
    [typeof email.dryRun === 'boolean', `email.dryRun is "${email.dryRun}"; it takes true or false.`],
    [
      isAllowList(email.onlyTo),
      'email.onlyTo takes 1 to 50 addresses (ada@shop.example) or domains (@shop.example), 2000 characters in all.',
    ],
    [
      admin === undefined || (/^https:\/\/\S+$/.test(admin.issuer ?? '') && Boolean(admin.audience)),
      'admin needs both issuer (a URL that begins with https://) and audience.',
    ],
    [
      admin?.roleClaim === undefined || /^\S{1,200}$/.test(admin.roleClaim),
      `admin.roleClaim is "${admin?.roleClaim}"; it takes the name of a claim, such as cognito:groups.`,
    ],
  ];
}

import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { problemsOf } from './stage-checks.ts';

/** All that distinguishes one deployment from another. What is not given in a stage's definition has a default. */
export interface StageSettings {
  /** Names this deployment in stack names, SSM paths, alarms and the event bus: two in one Region differ in it. */
  readonly deployment: string;
  /** Pins the deployment to an account, so that it fails under another one's credentials. */
  readonly account?: string;
  /** Pins the deployment to a Region. */
  readonly region?: string;
  /** On every resource. */
  readonly tags: Readonly<Record<string, string>>;
  /** Deletion protection for tables, and an alarm target is compulsory. Data is kept when a stack goes either way. */
  readonly protectData: boolean;
  /** On every role, where an organisation asks for it. */
  readonly permissionsBoundaryArn?: string;
  /**
   * A KMS key of your own for tables, buckets and the queues that hold personal data; else AWS's keys, which cost
   * nothing. Its key policy must let the account's roles use it through DynamoDB, SQS, S3 and Firehose. The queue of
   * receipts stays on AWS's: EventBridge writes to it.
   */
  readonly cmkArn?: string;
  /** One of the periods CloudWatch Logs knows. */
  readonly logRetentionDays: number;
  /** Deletes raw inputs in the lake after this long; without it they stay. */
  readonly lakeRetentionDays?: number;
  /** What one question to the lake may read before Athena ends it: it bills $5 for 1,000 gigabytes, as compressed. */
  readonly lakeQueryGigabytes: number;
  /** Who hears of alarms: a mailbox (which has to confirm once), or a topic that exists already. */
  readonly alarms: { readonly email?: string; readonly topicArn?: string };
  /** Where your team reads docs/runbook.md, as a URL; every alarm's text ends with it and the article. Default: its path. */
  readonly runbookUrl: string;
  /** A host name of your own for the API; its certificate lives in the same Region. */
  readonly domain?: { readonly name: string; readonly certificateArn: string };
  /** What the API takes per second before it answers 429. The account's own limit is shared by all its APIs. */
  readonly requests: { readonly perSecond: number; readonly burst: number };
  /**
   * IANA name of the zone whose calendar days the windows of segments and stages count ("3 orders in 90 days"). Fixed at
   * the first deploy: days that are stored already are not moved when it changes. Moments stay exact in any zone.
   */
  readonly timeZone: string;
  /** Partitions of the `due` index. Changing it later needs every profile rewritten. */
  readonly dueShards: number;
  /** How many workers campaigns, imports and reconciling may occupy: what keeps them from starving live events. */
  readonly bulkConcurrency: number;
  readonly email: {
    /** Whom messages come from where no sender is named. Senders are of its domain, which SES must know. */
    readonly fromAddress: string;
    /** Workers of each class that share SES's rate: how fast they send, they ask SES. */
    readonly concurrency: number;
    /** Everything is done but the last step: nobody gets anything, but for test sends. For trying a stage out. */
    readonly dryRun: boolean;
    /**
     * Addresses (`ada@shop.example`) and whole domains (`@shop.example`) that this deployment writes to: nobody else, test
     * sends included. For a stage with real people's data that is not theirs to hear from. Without it everybody.
     */
    readonly onlyTo?: readonly string[];
  };
  /** Who issues tokens for the admin API. Without it that API does not exist. */
  readonly admin?: {
    readonly issuer: string;
    readonly audience: string;
    /**
     * The claim that names what its owner may do: viewer, marketer, approver or admin, alone or in a list. Default:
     * `cognito:groups`, the groups of a Cognito user pool.
     */
    readonly roleClaim?: string;
  };
}

/** What has no sensible default. */
type Required = 'deployment' | 'email';

/** A stage as its owner writes it. */
export type StageDefinition = Pick<StageSettings, Exclude<Required, 'email'>> &
  Partial<Omit<StageSettings, Required>> & {
    readonly email: Pick<StageSettings['email'], 'fromAddress'> & Partial<StageSettings['email']>;
  };

const defaults = {
  tags: {},
  protectData: false,
  logRetentionDays: RetentionDays.ONE_MONTH,
  // Ninety days of a million people, at a dollar and a quarter.
  lakeQueryGigabytes: 250,
  alarms: {},
  runbookUrl: 'docs/runbook.md',
  requests: { perSecond: 500, burst: 1_000 },
  timeZone: 'UTC',
  dueShards: 64,
  bulkConcurrency: 5,
} satisfies Partial<StageSettings>;

/**
 * Completes a stage's definition and checks it. Synthesis does not type-check, so names are checked here too.
 * @throws one error with a sentence for everything that is wrong.
 */
export function defineStage(definition: StageDefinition): StageSettings {
  const settings: StageSettings = {
    ...defaults,
    ...definition,
    email: { concurrency: 2, dryRun: false, ...definition.email },
  };
  const problems = problemsOf(settings);
  if (problems.length > 0) throw new Error(`Stage ${settings.deployment}: ${problems.join(' ')}`);
  return settings;
}

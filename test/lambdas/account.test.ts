import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { NotFoundException, SESv2Client } from '@aws-sdk/client-sesv2';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { alarmAccount } from '../../lambdas/adapters/account/alarm-account.ts';
import { sesEmailAccount } from '../../lambdas/adapters/account/email-account.ts';
import { lambdaAccount } from '../../lambdas/adapters/account/function-account.ts';
import { storeAccount } from '../../lambdas/adapters/account/store-account.ts';

interface Command {
  readonly constructor: { readonly name: string };
  readonly input: object;
}

/** A client whose calls are answered here; the SDK's paginators insist on one of their own class. */
function answering<C extends { send: unknown }>(
  Client: new (configuration: object) => C,
  answer: (action: string, input: Record<string, unknown>) => object,
): C & { readonly asked: string[] } {
  const asked: string[] = [];
  const client = new Client({ region: 'eu-central-1', credentials: { accessKeyId: 'A', secretAccessKey: 'S' } });
  const send = async ({ constructor: { name }, input }: Command) => {
    asked.push(`${name.replace(/Command$/, '')} ${JSON.stringify(input)}`);
    return answer(name.replace(/Command$/, ''), input as Record<string, unknown>);
  };
  return Object.assign(client, { send, asked });
}

describe('the account of SES', () => {
  it('is read once, whoever asks', async () => {
    const client = answering(SESv2Client, () => ({
      ProductionAccessEnabled: true,
      SendingEnabled: true,
      EnforcementStatus: 'HEALTHY',
      SendQuota: { Max24HourSend: -1, MaxSendRate: 14, SentLast24Hours: 3 },
      PricingAttributes: { CurrentPlan: 'ESSENTIALS' },
    }));
    const reader = sesEmailAccount(client);
    await reader.account();
    expect(await reader.account()).toEqual({
      ...{ production: true, sending: true, enforcement: 'HEALTHY', plan: 'ESSENTIALS' },
      ...{ perDay: -1, perSecond: 14, sentInLastDay: 3 },
    });
    expect(client.asked).toHaveLength(1);
  });

  it('that says nothing is taken for one that may not send', async () => {
    const client = answering(SESv2Client, () => ({}));
    expect(await sesEmailAccount(client).account()).toMatchObject({
      production: false,
      sending: false,
      plan: undefined,
    });
  });

  it('sends by the address, else the nearest domain above it', async () => {
    const client = answering(SESv2Client, (_action, { EmailIdentity }) => {
      if (EmailIdentity !== 'shop.example') throw new NotFoundException({ message: '', $metadata: {} });
      return {
        VerifiedForSendingStatus: true,
        DkimAttributes: { SigningEnabled: true, Status: 'SUCCESS', CurrentSigningKeyLength: 'RSA_2048_BIT' },
        MailFromAttributes: { MailFromDomain: 'b.shop.example', MailFromDomainStatus: 'PENDING' },
      };
    });
    const reader = sesEmailAccount(client);
    expect(await reader.identityOf('a@news.shop.example')).toEqual({
      name: 'shop.example',
      verified: true,
      dkim: { signing: true, status: 'SUCCESS', keyBits: 2_048 },
      mailFrom: { domain: 'b.shop.example', status: 'PENDING' },
    });
    await reader.identityOf('a@news.shop.example');
    expect(client.asked.map((call) => JSON.parse(call.slice(call.indexOf(' '))).EmailIdentity)).toEqual([
      ...['a@news.shop.example', 'news.shop.example', 'shop.example'],
    ]);
  });

  it('knows no identity, where there is none; and fails where it may not look', async () => {
    const none = answering(SESv2Client, () => {
      throw new NotFoundException({ message: '', $metadata: {} });
    });
    expect(await sesEmailAccount(none).identityOf('a@shop.example')).toBeUndefined();
    const denied = answering(SESv2Client, () => {
      throw Object.assign(new Error(), { name: 'AccessDeniedException' });
    });
    await expect(sesEmailAccount(denied).identityOf('a@shop.example')).rejects.toThrow();
  });
});

describe('the account of Lambda', () => {
  it('has mappings page by page, each by the name of its source', async () => {
    const client = answering(LambdaClient, (_action, { Marker }) =>
      Marker === undefined
        ? {
            NextMarker: 'next',
            EventSourceMappings: [{ EventSourceArn: 'arn:aws:sqs:eu-central-1:1:live', State: 'Enabled' }],
          }
        : {
            EventSourceMappings: [
              {
                EventSourceArn: 'arn:aws:dynamodb:eu-central-1:1:table/people/stream/2026',
                State: 'Disabled',
                LastProcessingResult: 'PROBLEM: x',
              },
            ],
          },
    );
    expect(await lambdaAccount(client).mappings('fn')).toEqual([
      { source: 'live', state: 'Enabled', lastResult: '' },
      { source: 'people', state: 'Disabled', lastResult: 'PROBLEM: x' },
    ]);
  });

  it('has its limit of concurrency', async () => {
    const client = answering(LambdaClient, () => ({
      AccountLimit: { ConcurrentExecutions: 1_000, UnreservedConcurrentExecutions: 900 },
    }));
    expect(await lambdaAccount(client).concurrency()).toEqual({ limit: 1_000, unreserved: 900 });
  });
});

describe('alarms', () => {
  it('have a state and an audience', async () => {
    const cloudWatch = answering(CloudWatchClient, () => ({
      MetricAlarms: [{ AlarmName: 'a', StateValue: 'ALARM', ActionsEnabled: false }],
    }));
    const sns = answering(SNSClient, () => ({
      Subscriptions: [
        { Protocol: 'email', SubscriptionArn: 'PendingConfirmation' },
        { Protocol: 'https', SubscriptionArn: 'arn:aws:sns:eu-central-1:1:t:2' },
      ],
    }));
    const account = alarmAccount(cloudWatch, sns);
    expect(await account.alarms('a')).toEqual([{ name: 'a', state: 'ALARM', actionsEnabled: false }]);
    expect(await account.subscriptions('arn')).toEqual([
      { protocol: 'email', confirmed: false },
      { protocol: 'https', confirmed: true },
    ]);
  });
});

describe('stores', () => {
  const sqs = answering(SQSClient, () => ({
    Attributes: { ApproximateNumberOfMessages: '3', ApproximateNumberOfMessagesNotVisible: '4' },
  }));
  const recovering = (description: object) =>
    storeAccount(
      answering(DynamoDBClient, () => ({
        ContinuousBackupsDescription: { PointInTimeRecoveryDescription: description },
      })),
      sqs,
    ).recoveryDays('t');

  it('count messages, those in flight too', async () => {
    expect(
      await storeAccount(
        answering(DynamoDBClient, () => ({})),
        sqs,
      ).messages('url'),
    ).toBe(7);
  });

  it('can be brought back for as long as is said, else for AWS’s default, or not at all', async () => {
    expect(await recovering({ PointInTimeRecoveryStatus: 'ENABLED', RecoveryPeriodInDays: 7 })).toBe(7);
    expect(await recovering({ PointInTimeRecoveryStatus: 'ENABLED' })).toBe(35);
    expect(await recovering({ PointInTimeRecoveryStatus: 'DISABLED', RecoveryPeriodInDays: 7 })).toBe(0);
  });

  it('say how their tables are', async () => {
    const since = new Date('2026-11-01');
    const client = answering(DynamoDBClient, () => ({
      Table: {
        TableStatus: 'ACTIVE',
        DeletionProtectionEnabled: true,
        SSEDescription: { InaccessibleEncryptionDateTime: since },
      },
    }));
    expect(await storeAccount(client, sqs).table('t')).toEqual({
      status: 'ACTIVE',
      deletionProtected: true,
      keyLostSince: since,
    });
  });
});

import { type CloudWatchClient, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { paginateListSubscriptionsByTopic, type SNSClient } from '@aws-sdk/client-sns';

export interface AlarmState {
  readonly name: string;
  /** OK, ALARM or INSUFFICIENT_DATA. */
  readonly state: string;
  /** Whether it tells anybody. */
  readonly actionsEnabled: boolean;
}

export interface AlarmAccountReader {
  /** The alarms whose names begin so. Needs `cloudwatch:DescribeAlarms`. */
  alarms(prefix: string): Promise<readonly AlarmState[]>;
  /** Who hears of a topic. Needs `sns:ListSubscriptionsByTopic`. */
  subscriptions(topicArn: string): Promise<readonly { readonly protocol: string; readonly confirmed: boolean }[]>;
}

export const alarmAccount = (cloudWatch: CloudWatchClient, sns: SNSClient): AlarmAccountReader => ({
  async alarms(prefix) {
    const found: AlarmState[] = [];
    for await (const { MetricAlarms = [] } of paginateDescribeAlarms(
      { client: cloudWatch },
      { AlarmNamePrefix: prefix },
    ))
      for (const { AlarmName = '', StateValue = 'INSUFFICIENT_DATA', ActionsEnabled = true } of MetricAlarms)
        found.push({ name: AlarmName, state: StateValue, actionsEnabled: ActionsEnabled });
    return found;
  },
  async subscriptions(topicArn) {
    const found: { protocol: string; confirmed: boolean }[] = [];
    const pages = paginateListSubscriptionsByTopic({ client: sns }, { TopicArn: topicArn });
    for await (const { Subscriptions = [] } of pages) {
      // Until somebody has clicked, SNS says "PendingConfirmation" where the ARN will stand.
      for (const { Protocol = '', SubscriptionArn = '' } of Subscriptions)
        found.push({ protocol: Protocol, confirmed: SubscriptionArn.startsWith('arn:') });
    }
    return found;
  },
});

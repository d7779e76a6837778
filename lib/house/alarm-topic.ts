import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { StageSettings } from './stage-settings.ts';

/** The topic that alarms of a stage go to: the one it names, or one of its own, with its mailbox subscribed. */
export function alarmTopicOf(scope: Construct, { alarms }: StageSettings): ITopic {
  if (alarms.topicArn !== undefined) return Topic.fromTopicArn(scope, 'AlarmTopic', alarms.topicArn);
  const topic = new Topic(scope, 'AlarmTopic', { enforceSSL: true });
  // Refusing what is not encrypted takes a policy, and a policy of its own takes the place of SNS's default one, by which
  // the account's alarms could publish.
  topic.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  );
  if (alarms.email !== undefined) topic.addSubscription(new EmailSubscription(alarms.email));
  acknowledge(topic, 'Serverless-SNSRedrivePolicy', 'A mailbox is not redriven to; the console shows every alarm too.');
  return topic;
}

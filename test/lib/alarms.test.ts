import { readFileSync } from 'node:fs';
import { App, Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { describe, expect, it } from 'vitest';
import { ImpactAlarm } from '../../lib/house/impact-alarm.ts';
import { defineStage } from '../../lib/house/stage-settings.ts';
import { fullStage, smallStage } from './stages.ts';
import { readable, templatesOf } from './synthesized.ts';

const { engine } = templatesOf(smallStage);

interface AlarmProperties {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly AlarmActions: unknown[];
  readonly TreatMissingData: string;
  readonly Dimensions?: { readonly Value: unknown }[];
}

const alarms = Object.values(engine.findResources('AWS::CloudWatch::Alarm')).map(
  ({ Properties }) => Properties as AlarmProperties,
);

/** Articles are the second-level headings; a renderer makes the anchor of one by lower case and hyphens. */
const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
const articles = [...runbook.matchAll(/^## (.+)$/gm)].map(([, title = '']) => title.toLowerCase().replaceAll(' ', '-'));

describe('every alarm', () => {
  it('has an article in the runbook, and every article an alarm', () => {
    const linked = alarms.map(({ AlarmDescription }) => AlarmDescription.split('#').at(-1));
    expect(linked.sort()).toEqual([...articles].sort());
  });

  it('has an article that somebody can follow who has never seen the code', () => {
    const bodies = runbook.split(/^## /m).slice(1);
    for (const body of bodies)
      for (const part of ['Means.', 'Look.', 'Do.', 'Over when', 'Afterwards'])
        expect(body, body.split('\n')[0]).toContain(`\n**${part}**`);
  });

  it('has its place among what rings now and what can wait until the day', () => {
    const [intro = ''] = runbook.split(/^## /m);
    for (const article of articles) expect(intro).toContain(`](#${article})`);
  });

  it('says who is hurt, before it says where to read on', () => {
    for (const { AlarmDescription } of alarms)
      expect(AlarmDescription).toMatch(/^[A-Z].+\. docs\/runbook\.md#[a-z-]+$/);
  });

  it('is named after deployment and article, and tells the topic', () => {
    for (const { AlarmName, AlarmDescription, AlarmActions } of alarms) {
      expect(AlarmName).toBe(`perennial-test-${AlarmDescription.split('#').at(-1)}`);
      expect(AlarmActions.map(readable)).toEqual(['AlarmTopic']);
    }
  });

  it('may publish to it', () => {
    engine.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: Match.objectLike({
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Allow',
            Action: 'sns:Publish',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
          }),
        ]),
      }),
    });
  });

  it('stays quiet without data, but for the one about silence', () => {
    const loud = alarms.filter(({ TreatMissingData }) => TreatMissingData !== 'notBreaching');
    expect(loud.map(({ AlarmName }) => AlarmName)).toEqual(['perennial-test-sweep-stopped']);
  });

  it('cannot be made without a sentence', () => {
    const stack = new Stack(new App(), 'Test');
    const house = {
      stage: defineStage(smallStage),
      bundles: '',
      alarmTopic: new Topic(stack, 'Topic'),
      dataKey: undefined,
    };
    const metric = new Metric({ namespace: 'Test', metricName: 'Test' });
    const make = () => new ImpactAlarm(stack, 'Alarm', { house, article: 'x', impact: 'Bad', metric, threshold: 1 });
    expect(make).toThrow('Alarm x: impact takes a sentence, found "Bad"');
  });
});

describe('there is an alarm', () => {
  it('for every queue of dead letters', () => {
    const deadLetters = Object.keys(engine.findResources('AWS::SQS::Queue')).filter((id) =>
      /DeadLetters|Missed/.test(id),
    );
    const watched = alarms.flatMap(({ Dimensions = [] }) => Dimensions.map(({ Value }) => readable(Value)));
    expect(deadLetters).toHaveLength(11);
    for (const id of deadLetters) expect(watched).toContain(id.slice(0, -8));
  });

  it.each(['live-lag', 'dispatch-lag', 'dispatch-failures', 'ingest-errors', 'sweep-stopped'])('for %s', (article) => {
    expect(alarms.map(({ AlarmName }) => AlarmName)).toContain(`perennial-test-${article}`);
  });
});

describe('alarms go', () => {
  it('to a mailbox, if the stage names one', () => {
    templatesOf({ ...smallStage, alarms: { email: 'on-call@shop.example' } }).engine.hasResourceProperties(
      'AWS::SNS::Subscription',
      { Protocol: 'email', Endpoint: 'on-call@shop.example' },
    );
  });

  it('to a topic that exists already, and then to no other', () => {
    const topicArn = 'arn:aws:sns:eu-central-1:111122223333:on-call';
    const { engine: told } = templatesOf({ ...fullStage, alarms: { topicArn } });
    told.resourceCountIs('AWS::SNS::Topic', 0);
    told.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: [topicArn] });
  });
});

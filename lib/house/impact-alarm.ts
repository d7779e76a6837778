import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Construct } from 'constructs';
import type { House } from './house.ts';

export interface ImpactAlarmProps {
  readonly house: House;
  /** The anchor of its article in docs/runbook.md; also the alarm's name. */
  readonly article: string;
  /** A sentence on who is hurt and how: what somebody woken by it reads first. */
  readonly impact: string;
  readonly metric: IMetric;
  readonly threshold: number;
  /** For how many of the metric's periods it must be so. */
  readonly evaluationPeriods?: number;
  /** Default: the metric reaches the threshold. */
  readonly comparisonOperator?: ComparisonOperator;
  /** Set where silence itself is the trouble. */
  readonly silenceIsTrouble?: boolean;
}

/** An alarm that says who is hurt and where the article about it is. There is no other kind here. */
export class ImpactAlarm extends Alarm {
  constructor(scope: Construct, id: string, props: ImpactAlarmProps) {
    const { house, article, impact } = props;
    if (!/^[A-Z].{20,}\.$/.test(impact))
      throw new Error(`Alarm ${article}: impact takes a sentence, found "${impact}"`);
    super(scope, id, {
      alarmName: `perennial-${house.stage.deployment}-${article}`,
      alarmDescription: `${impact} ${house.stage.runbookUrl}#${article}`,
      metric: props.metric,
      threshold: props.threshold,
      evaluationPeriods: props.evaluationPeriods ?? 1,
      comparisonOperator: props.comparisonOperator ?? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: props.silenceIsTrouble ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    this.addAlarmAction(new SnsAction(house.alarmTopic));
  }
}

import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { StageSettings } from './stage-settings.ts';

/** What every construct of the engine is given besides its own needs. */
export interface House {
  readonly stage: StageSettings;
  /** Directory that holds a folder with an `index.mjs` for each function. */
  readonly bundles: string;
  /** Where alarms go. */
  readonly alarmTopic: ITopic;
  /** The stage's own key for personal data, if it has one. */
  readonly dataKey: IKey | undefined;
}

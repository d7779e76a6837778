import { defineStage, type StageSettings } from '../lib/house/stage-settings.ts';

/**
 * The deployments there are, each made when it is asked for: `cdk deploy --all -c stage=dev`. Add yours; two in one
 * account and Region differ in `deployment`. lib/house/stage-settings.ts says what can be set.
 */
const stages = {
  /** The cloud on a laptop. */
  local: () =>
    defineStage({
      deployment: 'local',
      dueShards: 1,
      requests: { perSecond: 10_000, burst: 10_000 },
      email: { fromAddress: 'hello@shop.example', concurrency: 2 },
      admin: { issuer: 'https://issuer.perennial.local', audience: 'perennial-console' },
    }),
  dev: () =>
    defineStage({
      deployment: 'dev',
      email: { fromAddress: 'hello@example.com' },
    }),
  prod: () =>
    defineStage({
      deployment: 'prod',
      protectData: true,
      logRetentionDays: 90,
      alarms: { email: 'on-call@example.com' },
      requests: { perSecond: 2_000, burst: 4_000 },
      email: { fromAddress: 'hello@example.com', concurrency: 10 },
    }),
} satisfies Record<string, () => StageSettings>;

/** The settings of a stage by its name. */
export function stageNamed(name: string): StageSettings {
  const define = Object.entries(stages).find(([known]) => known === name)?.[1];
  if (define === undefined)
    throw new Error(`There is no stage "${name}"; bin/stages.ts has ${Object.keys(stages).join(', ')}`);
  return define();
}

import { readFileSync } from 'node:fs';
import { App, PermissionsBoundary, type StackProps, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import type { StageSettings } from './house/stage-settings.ts';
import { DataStack } from './stacks/data-stack.ts';
import { EngineStack } from './stacks/engine-stack.ts';

export interface PerennialProps {
  readonly stage: StageSettings;
  /** Directory of the bundled functions, as `bundleFunctions` returns it. */
  readonly bundles: string;
  /** Where the cloud assembly goes. Default: where the CDK's command line wants it, else a temporary directory. */
  readonly outdir?: string;
  /** Checks the templates against CloudFormation's schemas and rule packs. Takes seconds; default: true. */
  readonly checks?: boolean;
}

export interface Perennial {
  readonly app: App;
  readonly data: DataStack;
  readonly engine: EngineStack;
}

/** The feature flags of cdk.json, which only the CDK's command line reads: without them a laptop would run other templates. */
const featureFlags = () => JSON.parse(readFileSync(new URL('../cdk.json', import.meta.url), 'utf8')).context;

/** Creates the app of one stage: the data that stays, and the engine that works on it. */
export function createPerennial({ stage, bundles, outdir, checks = true }: PerennialProps): Perennial {
  const app = new App({
    context: featureFlags(),
    analyticsReporting: false,
    builtinCloudFormationValidation: checks,
    ...(outdir !== undefined && { outdir }),
  });
  if (checks) Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));

  // The stacks' names tell deployments apart; their ids, which logical ids grow from, are the same in all.
  const named = (stack: string) => ({
    ...stackProps(stage),
    stackName: `perennial-${stage.deployment}-${stack}`,
    stage,
  });
  const data = new DataStack(app, 'Data', { ...named('data'), description: 'Perennial: what is remembered' });
  const engine = new EngineStack(app, 'Engine', { ...named('engine'), bundles, description: 'Perennial: the wire' });
  engine.addStackDependency(data, 'It reads the names the data stack publishes');
  for (const [key, value] of Object.entries({ 'perennial:deployment': stage.deployment, ...stage.tags }))
    Tags.of(app).add(key, value);
  return { app, data, engine };
}

/** Writes the cloud assembly of a stage and answers with its directory. */
export function synthesizePerennial(props: PerennialProps): string {
  return createPerennial(props).app.synth().directory;
}

function stackProps({ account, region, permissionsBoundaryArn }: StageSettings): StackProps {
  return {
    env: { ...(account && { account }), ...(region && { region }) },
    ...(permissionsBoundaryArn && { permissionsBoundary: PermissionsBoundary.fromArn(permissionsBoundaryArn) }),
  };
}

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CfnResource } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, it } from 'vitest';
import { stageNamed } from '../../bin/stages.ts';
import type { StageDefinition } from '../../lib/house/stage-settings.ts';
import { synthesizePerennial } from '../../lib/perennial.ts';
import { emptyDirectory } from './directories.ts';
import { fullStage, smallStage } from './stages.ts';
import { appOf, emptyFunctions } from './synthesized.ts';

interface Report {
  readonly pluginReports: {
    readonly pluginName: string;
    readonly violations: {
      readonly ruleName: string;
      readonly violatingConstructs: { readonly constructPath: string }[];
    }[];
  }[];
}

/** What the checks find: `AwsSolutions AwsSolutions-S1 Data/Lake`. */
function findingsIn(directory: string): string[] {
  const { pluginReports } = JSON.parse(readFileSync(join(directory, 'validation-report.json'), 'utf8')) as Report;
  return pluginReports.flatMap(({ pluginName, violations }) =>
    violations.flatMap(({ ruleName, violatingConstructs }) =>
      violatingConstructs.map(({ constructPath }) => `${pluginName} ${ruleName} ${constructPath}`),
    ),
  );
}

describe('CloudFormation’s schemas and both rule packs', () => {
  it.each<[string, StageDefinition]>([
    ['small', smallStage],
    ['full', fullStage],
  ])('find nothing in a %s stage that was not accepted for a reason', (_, stage) => {
    expect(findingsIn(appOf(stage, { checks: true }).app.synth().directory)).toEqual([]);
  });

  it('would find it', () => {
    const { app, engine } = appOf(smallStage, { checks: true });
    new CfnResource(engine, 'Odd', { type: 'AWS::SQS::Queue', properties: { VisibilityTimeout: 'a while' } });
    new Bucket(engine, 'Open');
    expect(() => app.synth()).toThrow(/AwsSolutions-S1.*VisibilityTimeout/s);
    const findings = findingsIn(app.outdir);
    expect(findings).toContainEqual(expect.stringMatching(/^CloudFormation Validate .* Engine\/Odd$/));
    expect(findings).toContainEqual('AwsSolutions AwsSolutions-S1 Engine/Open/Resource');
  });
});

describe('the cloud assembly', () => {
  it('is written without an account, its assets beside it', () => {
    const outdir = emptyDirectory();
    const bundles = emptyFunctions();
    expect(synthesizePerennial({ stage: stageNamed('local'), bundles, outdir, checks: false })).toBe(outdir);
    const { files } = JSON.parse(readFileSync(join(outdir, 'Engine.assets.json'), 'utf8'));
    const paths = Object.values<{ source: { path: string } }>(files).map(({ source }) => join(outdir, source.path));
    expect(paths.filter((path) => !existsSync(path))).toEqual([]);
    expect(paths.filter((path) => existsSync(join(path, 'index.mjs')))).toHaveLength(14);
  });

  it('has the engine wait for the data', () => {
    const { engine, data } = appOf(smallStage);
    expect(engine.dependencies).toEqual([data]);
  });
});

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { defineStage, type StageDefinition } from '../../lib/house/stage-settings.ts';
import { createPerennial, type Perennial } from '../../lib/perennial.ts';
import { emptyDirectory } from './directories.ts';

const names = [
  'ingest',
  'advance',
  'dispatch',
  'redeliver',
  'deliver-email',
  'sweep',
  'archive',
  'api',
  'census',
  'receipts',
  'call',
  'messages',
  'tracking',
  'preferences',
];

/** The app of a stage, its functions replaced by empty ones so that nothing has to be bundled. */
export function appOf(definition: StageDefinition, { checks = false } = {}): Perennial {
  return createPerennial({
    stage: defineStage(definition),
    bundles: emptyFunctions(),
    outdir: emptyDirectory(),
    checks,
  });
}

export interface Templates {
  readonly data: Template;
  readonly engine: Template;
}

export function templatesOf(definition: StageDefinition): Templates {
  const { data, engine } = appOf(definition);
  return { data: Template.fromStack(data), engine: Template.fromStack(engine) };
}

/** A reference as a person would say it: `Live queue` of whatever logical id CDK made of that. */
export function readable(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const [name, argument] = Object.entries(value)[0] ?? [];
  if (name === 'Ref') return withoutHash(String(argument));
  if (name === 'Fn::GetAtt') return withoutHash(String((argument as string[])[0]));
  if (name === 'Fn::Join') return (argument as [string, unknown[]])[1].map(readable).join('');
  return JSON.stringify(value);
}

const withoutHash = (logicalId: string) => logicalId.replace(/[0-9A-F]{8}$/, '');

export function emptyFunctions(): string {
  const bundles = emptyDirectory();
  for (const name of names) {
    mkdirSync(join(bundles, name));
    writeFileSync(join(bundles, name, 'index.mjs'), `export const handler = () => '${name}';\n`);
  }
  return bundles;
}

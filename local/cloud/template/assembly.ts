import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One stack of a cloud assembly, as `cdk synth` wrote it. */
export interface StackTemplate {
  readonly artifactId: string;
  readonly stackName: string;
  readonly template: Template;
}

export interface Template {
  readonly Parameters?: Readonly<Record<string, TemplateParameter>>;
  readonly Mappings?: Readonly<Record<string, unknown>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<
    Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: unknown } }>
  >;
}

export interface TemplateParameter {
  readonly Type: string;
  readonly Default?: string;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Condition?: string;
}

export interface Assembly {
  /** In the order CloudFormation would deploy them. */
  readonly stacks: readonly StackTemplate[];
  /** Where an asset's files are, by its hash. */
  readonly assets: ReadonlyMap<string, string>;
}

interface Artifact {
  readonly type: string;
  readonly dependencies?: readonly string[];
  readonly properties?: { readonly templateFile?: string; readonly stackName?: string; readonly file?: string };
}

/** Reads the directory that `cdk synth` writes (`cdk.out`). */
export function readAssembly(directory: string): Assembly {
  const read = (file: string) => JSON.parse(readFileSync(join(directory, file), 'utf8'));
  const artifacts = read('manifest.json').artifacts as Record<string, Artifact>;
  const stacks: StackTemplate[] = [];
  const assets = new Map<string, string>();
  for (const artifactId of inDependencyOrder(artifacts)) {
    const { type, properties = {} } = artifacts[artifactId] as Artifact;
    if (type === 'aws:cloudformation:stack') {
      const template = read(properties.templateFile ?? `${artifactId}.template.json`);
      stacks.push({ artifactId, stackName: properties.stackName ?? artifactId, template });
    } else if (type === 'cdk:asset-manifest') {
      const files = (read(properties.file ?? '').files ?? {}) as Record<string, { source: { path: string } }>;
      for (const [hash, { source }] of Object.entries(files)) assets.set(hash, join(directory, source.path));
    } else if (type === 'cdk:cloud-assembly') {
      throw new Error(
        `The local cloud does not read nested assemblies (${artifactId}): give it one of their directories`,
      );
    }
  }
  return { stacks, assets };
}

function inDependencyOrder(artifacts: Readonly<Record<string, Artifact>>): string[] {
  const ordered = new Set<string>();
  const visit = (id: string) => {
    if (ordered.has(id)) return;
    for (const dependency of artifacts[id]?.dependencies ?? []) visit(dependency);
    if (artifacts[id]) ordered.add(id);
  };
  for (const id of Object.keys(artifacts)) visit(id);
  return [...ordered];
}

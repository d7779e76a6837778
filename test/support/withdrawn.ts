import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PolicyStatement } from '../../local/cloud/template/policy.ts';

/** One action that a role or another policy loses. */
export interface Withdrawn {
  /** How the logical id of the policy begins: `DispatchFunctionRole`. */
  readonly from: string;
  readonly action: string;
  /** Part of the logical id of the resource, where the action is granted on several. */
  readonly on?: string;
}

interface TemplateResource {
  readonly Type: string;
  readonly Properties: { readonly PolicyDocument: { Statement: PolicyStatement[] } };
}

/** Copies synthesized stacks and takes grants away in the copy. Throws for one that is not there. */
export function assemblyWithout(assembly: string, withdrawn: readonly Withdrawn[]): string {
  const directory = mkdtempSync(join(tmpdir(), 'perennial-withdrawn-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  cpSync(assembly, directory, { recursive: true });
  const missing = new Set(withdrawn);
  for (const file of readdirSync(directory).filter((name) => name.endsWith('.template.json'))) {
    const template = JSON.parse(readFileSync(join(directory, file), 'utf8')) as {
      Resources: Record<string, TemplateResource>;
    };
    for (const one of withdrawn) if (withdraw(template.Resources, one)) missing.delete(one);
    writeFileSync(join(directory, file), JSON.stringify(template));
  }
  if (missing.size > 0) throw new Error(`Nobody grants ${JSON.stringify([...missing])}`);
  return directory;
}

function withdraw(resources: Record<string, TemplateResource>, { from, action, on = '' }: Withdrawn): boolean {
  let found = false;
  for (const [id, resource] of Object.entries(resources)) {
    if (!id.startsWith(from)) continue;
    if (resource.Type === 'AWS::Lambda::Permission') {
      delete resources[id];
      found = true;
    }
    const document = resource.Properties?.PolicyDocument;
    if (document === undefined) continue;
    const parts = document.Statement.flatMap(oneByOne);
    document.Statement = parts.filter((part) => part.Action !== action || !JSON.stringify(part.Resource).includes(on));
    found ||= document.Statement.length < parts.length;
  }
  return found;
}

const oneByOne = (statement: PolicyStatement): PolicyStatement[] =>
  [statement.Action ?? []]
    .flat()
    .flatMap((Action) => [statement.Resource ?? []].flat().map((Resource) => ({ ...statement, Action, Resource })));

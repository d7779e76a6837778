import type { StackTemplate, TemplateResource } from './assembly.ts';
import type { Identity } from './identity.ts';
import { identify } from './identity.ts';
import type { Scope } from './intrinsics.ts';
import { isTrue, noValue, resolve } from './intrinsics.ts';

/** What stacks share: where they run, and what earlier ones left for later ones. */
export interface Surroundings {
  readonly region: string;
  readonly account: string;
  readonly gatewayUrl: string;
  readonly endpointUrl: string;
  /** SSM parameters by name. */
  readonly parameters: Map<string, string>;
  readonly exports: Map<string, string>;
}

/** A resource of a stack with its names worked out. */
export interface Resource {
  readonly stackName: string;
  readonly logicalId: string;
  readonly type: string;
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** All properties with intrinsic functions replaced; worked out when first read. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/** One stack whose template is being resolved. Names are found lazily: a resource may name another in its own name. */
export class Stack {
  readonly name: string;
  readonly #template: StackTemplate['template'];
  readonly #around: Surroundings;
  readonly #identities = new Map<string, Identity>();
  readonly #resolving = new Set<string>();

  constructor({ stackName, template }: StackTemplate, around: Surroundings) {
    this.name = stackName;
    this.#template = template;
    this.#around = around;
  }

  /** The resources that exist, conditions applied. */
  resources(): Resource[] {
    return Object.entries(this.#template.Resources)
      .filter(([, { Condition }]) => Condition === undefined || this.#scope.condition(Condition))
      .map(([logicalId, resource]) => this.#resourceOf(logicalId, resource));
  }

  outputs(): Record<string, string> {
    const outputs = Object.entries(this.#template.Outputs ?? {});
    return Object.fromEntries(outputs.map(([name, { Value }]) => [name, String(resolve(Value, this.#scope))]));
  }

  /** Makes the outputs that have an export name known to later stacks. */
  export(): void {
    for (const { Value, Export } of Object.values(this.#template.Outputs ?? {})) {
      if (!Export) continue;
      this.#around.exports.set(String(resolve(Export.Name, this.#scope)), String(resolve(Value, this.#scope)));
    }
  }

  #resourceOf(logicalId: string, { Type, Properties = {} }: TemplateResource): Resource {
    const scope = this.#scope;
    const { ref, attributes } = this.#identity(logicalId);
    let resolved: Readonly<Record<string, unknown>> | undefined;
    return {
      stackName: this.name,
      logicalId,
      type: Type,
      ref,
      attributes,
      get properties() {
        resolved ??= resolve(Properties, scope) as Readonly<Record<string, unknown>>;
        return resolved;
      },
    };
  }

  readonly #scope: Scope = {
    ref: (name) => this.#ref(name),
    getAtt: (logicalId, attribute) => {
      const value = this.#identity(logicalId).attributes[attribute];
      if (value !== undefined) return value;
      const type = this.#template.Resources[logicalId]?.Type;
      throw new Error(`${this.name}: the local cloud does not know attribute ${attribute} of ${type} (${logicalId})`);
    },
    importValue: (name) => {
      const value = this.#around.exports.get(name);
      if (value === undefined) throw new Error(`${this.name}: nothing exports ${name}`);
      return value;
    },
    condition: (name) => {
      const condition = this.#template.Conditions?.[name];
      if (condition === undefined) throw new Error(`${this.name}: no condition ${name}`);
      return isTrue(condition, this.#scope);
    },
    mapping: (map, key, name) => {
      const maps = this.#template.Mappings as Record<string, Record<string, Record<string, unknown>>> | undefined;
      const value = maps?.[map]?.[key]?.[name];
      if (value === undefined) throw new Error(`${this.name}: no mapping ${map}.${key}.${name}`);
      return value;
    },
  };

  #ref(name: string): unknown {
    if (name.startsWith('AWS::')) return this.#pseudoParameter(name);
    const parameter = this.#template.Parameters?.[name];
    if (parameter === undefined) return this.#identity(name).ref;
    if (!parameter.Type.startsWith('AWS::SSM::Parameter::Value')) {
      if (parameter.Default === undefined) throw new Error(`${this.name}: parameter ${name} has no value`);
      return parameter.Default;
    }
    // CloudFormation looks the named parameter up in SSM when it deploys; earlier stacks have written it there.
    const value = this.#around.parameters.get(parameter.Default ?? '');
    // The bootstrap version is a rule about the real account, not something a resource uses.
    if (value === undefined && name === 'BootstrapVersion') return '0';
    if (value === undefined) throw new Error(`${this.name}: no earlier stack wrote the parameter ${parameter.Default}`);
    return value;
  }

  #pseudoParameter(name: string): unknown {
    const { region, account } = this.#around;
    switch (name) {
      case 'AWS::Region':
        return region;
      case 'AWS::AccountId':
        return account;
      case 'AWS::Partition':
        return 'aws';
      case 'AWS::URLSuffix':
        return 'amazonaws.com';
      case 'AWS::StackName':
        return this.name;
      case 'AWS::StackId':
        return `arn:aws:cloudformation:${region}:${account}:stack/${this.name}/local`;
      case 'AWS::NoValue':
        return noValue;
      default:
        throw new Error(`${this.name}: the local cloud does not know ${name}`);
    }
  }

  #identity(logicalId: string): Identity {
    const known = this.#identities.get(logicalId);
    if (known) return known;
    const resource = this.#template.Resources[logicalId];
    if (resource === undefined) throw new Error(`${this.name}: no resource ${logicalId}`);
    if (this.#resolving.has(logicalId)) throw new Error(`${this.name}: the name of ${logicalId} depends on itself`);
    this.#resolving.add(logicalId);
    const { Type: type, Properties = {} } = resource;
    const property = (name: string) => resolve(Properties[name], this.#scope);
    const identity = identify({ ...this.#around, stackName: this.name, logicalId, type, property });
    this.#resolving.delete(logicalId);
    this.#identities.set(logicalId, identity);
    return identity;
  }
}

/** What an intrinsic function may ask for while a template is being resolved. */
export interface Scope {
  ref(name: string): unknown;
  getAtt(logicalId: string, attribute: string): unknown;
  importValue(name: string): unknown;
  condition(name: string): boolean;
  mapping(map: string, key: string, name: string): unknown;
}

/** Stands for AWS::NoValue: the property or list entry that holds it is not there. */
export const noValue = Symbol('AWS::NoValue');

/** Replaces every intrinsic function in a part of a template by its value. */
export function resolve(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((one) => resolve(one, scope)).filter((one) => one !== noValue);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? ['', undefined];
  if (entries.length === 1 && (name === 'Ref' || name === 'Condition' || name.startsWith('Fn::'))) {
    const intrinsic = intrinsics[name];
    if (intrinsic) return intrinsic(argument, scope);
    if (name !== 'Condition') throw new Error(`The local cloud does not know the intrinsic function ${name}`);
  }
  const resolved = entries.map(([key, one]) => [key, resolve(one, scope)] as const);
  return Object.fromEntries(resolved.filter(([, one]) => one !== noValue));
}

/** Evaluates a condition of a template: Fn::Equals and its combinations. */
export function isTrue(condition: unknown, scope: Scope): boolean {
  return resolve(condition, scope) === true;
}

const intrinsics: Readonly<Record<string, (argument: unknown, scope: Scope) => unknown>> = {
  Ref: (name, scope) => scope.ref(name as string),
  'Fn::GetAtt': (argument, scope) => {
    const [logicalId = '', ...attribute] = Array.isArray(argument) ? argument : String(argument).split('.');
    return scope.getAtt(logicalId, String(resolve(attribute.join('.'), scope)));
  },
  'Fn::Join': (argument, scope) => {
    const [separator, parts] = argument as [string, unknown];
    return (resolve(parts, scope) as unknown[]).map(asText).join(separator);
  },
  'Fn::Sub': (argument, scope) => {
    const [text, variables] = (Array.isArray(argument) ? argument : [argument, {}]) as [
      string,
      Record<string, unknown>,
    ];
    return text.replace(/\$\{([^}]*)\}/g, (_, name: string) => {
      if (name.startsWith('!')) return `\${${name.slice(1)}}`;
      if (Object.hasOwn(variables, name)) return asText(resolve(variables[name], scope));
      const [logicalId = '', ...attribute] = name.split('.');
      return asText(attribute.length > 0 ? scope.getAtt(logicalId, attribute.join('.')) : scope.ref(name));
    });
  },
  'Fn::Select': (argument, scope) => {
    const [index, list] = resolve(argument, scope) as [unknown, unknown[]];
    const chosen = list[Number(index)];
    if (chosen === undefined) throw new Error(`Fn::Select: no entry ${index} in ${JSON.stringify(list)}`);
    return chosen;
  },
  'Fn::Split': (argument, scope) => {
    const [separator, text] = argument as [string, unknown];
    return asText(resolve(text, scope)).split(separator);
  },
  'Fn::ImportValue': (name, scope) => scope.importValue(asText(resolve(name, scope))),
  'Fn::FindInMap': (argument, scope) => {
    const [map, key, name] = resolve(argument, scope) as [string, string, string];
    return scope.mapping(map, key, name);
  },
  'Fn::If': (argument, scope) => {
    const [condition, whenTrue, whenFalse] = argument as [string, unknown, unknown];
    return resolve(scope.condition(condition) ? whenTrue : whenFalse, scope);
  },
  'Fn::Equals': (argument, scope) => {
    const [a, b] = resolve(argument, scope) as [unknown, unknown];
    return asText(a) === asText(b);
  },
  'Fn::And': (argument, scope) => (argument as unknown[]).every((one) => isTrue(one, scope)),
  'Fn::Or': (argument, scope) => (argument as unknown[]).some((one) => isTrue(one, scope)),
  'Fn::Not': (argument, scope) => !(argument as unknown[]).some((one) => isTrue(one, scope)),
  // Inside the Conditions section this refers to another condition; in a policy statement it is a plain key.
  Condition: (argument, scope) =>
    typeof argument === 'string' ? scope.condition(argument) : { Condition: resolve(argument, scope) },
};

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`Expected text in an intrinsic function, found ${JSON.stringify(value)}`);
}

import type { Resource } from '../template/stack.ts';

/** Typed readers for a resource's properties; CloudFormation lets numbers and truths travel as text. */
export function text(resource: Resource, name: string): string {
  const value = resource.properties[name];
  if (typeof value !== 'string') throw new Error(`${describe(resource)}: ${name} is missing`);
  return value;
}

export function optionalText(resource: Resource, name: string): string | undefined {
  const value = resource.properties[name];
  return value === undefined ? undefined : String(value);
}

export function number<D extends number | undefined>(resource: Resource, name: string, missing: D): number | D {
  const value = resource.properties[name];
  return value === undefined ? missing : Number(value);
}

export function flag(resource: Resource, name: string): boolean {
  return String(resource.properties[name] ?? false) === 'true';
}

/** A property that is an object, as the shape the caller knows it to have. */
export function part<T extends object>(resource: Resource, name: string): T | undefined {
  return resource.properties[name] as T | undefined;
}

export function list<T>(resource: Resource, name: string): readonly T[] {
  return (resource.properties[name] ?? []) as readonly T[];
}

export function attribute(resource: Resource, name: string): string {
  const value = resource.attributes[name];
  if (value === undefined) throw new Error(`${describe(resource)}: no attribute ${name}`);
  return value;
}

/** Fails for a property that changes behaviour and that the local cloud would ignore. */
export function refuse(resource: Resource, ...names: readonly string[]): void {
  for (const name of names) {
    if (resource.properties[name] !== undefined) throw unsupported(resource, `the property ${name}`);
  }
}

export function unsupported(resource: Resource, what: string): Error {
  return new Error(`${describe(resource)}: the local cloud does not support ${what}`);
}

export const describe = ({ stackName, logicalId, type }: Resource) => `${type} ${logicalId} of ${stackName}`;

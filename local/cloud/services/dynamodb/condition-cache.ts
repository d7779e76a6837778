import type { AttributeValue } from './attribute-value.ts';
import type { Validated } from './dynalite.ts';

type Values = Readonly<Record<string, AttributeValue>>;
type Template = (values: Values) => unknown;

/** Whether an expression is valid depends on its text, its names and its values' types, except in these two cases. */
const DEPENDS_ON_VALUES = /between|attribute_type/i;
const MAX_KEPT = 1000;

/**
 * Remembers parsed condition expressions: programs send the same few with ever new values, and parsing is the
 * dearest part of a conditional put. Only expressions that were found valid are kept.
 */
export class ConditionCache {
  readonly #templates = new Map<string, Template>();

  /** The parsed condition for this request's values, if the like of it was parsed before. */
  find(request: Validated): unknown {
    const key = keyOf(request);
    return key === undefined ? undefined : this.#templates.get(key)?.(valuesOf(request));
  }

  /** Keeps what the parser made of this request. */
  keep(request: Validated): void {
    const key = keyOf(request);
    if (key === undefined || request._condition === undefined) return;
    if (this.#templates.size >= MAX_KEPT) this.#templates.clear();
    const names = new Map(Object.entries(valuesOf(request)).map(([name, value]) => [value as unknown, name]));
    this.#templates.set(key, templateOf(request._condition, names) ?? constant(request._condition));
  }
}

function keyOf(request: Validated): string | undefined {
  const { ConditionExpression: expression, UpdateExpression: update } = request;
  if (typeof expression !== 'string' || update !== undefined || DEPENDS_ON_VALUES.test(expression)) return undefined;
  const types = Object.entries(valuesOf(request)).map(([name, value]) => `${name}=${Object.keys(value).join()}`);
  return `${expression}\n${JSON.stringify(request.ExpressionAttributeNames ?? {})}\n${types.join()}`;
}

/** Replaces the values that the parser put into its tree by their names; undefined for a branch that has none. */
function templateOf(node: unknown, names: ReadonlyMap<unknown, string>): Template | undefined {
  const name = names.get(node);
  if (name !== undefined) return (values) => values[name];
  if (typeof node !== 'object' || node === null) return undefined;
  const entries = Object.entries(node).map(([key, child]) => [key, child, templateOf(child, names)] as const);
  if (entries.every(([, , template]) => template === undefined)) return undefined;
  return (values) => {
    const copy: Record<string, unknown> = Array.isArray(node) ? ([] as never) : {};
    for (const [key, child, template] of entries) copy[key] = template === undefined ? child : template(values);
    return copy;
  };
}

const constant =
  (condition: unknown): Template =>
  () =>
    condition;

const valuesOf = (request: Validated): Values => (request.ExpressionAttributeValues ?? {}) as Values;

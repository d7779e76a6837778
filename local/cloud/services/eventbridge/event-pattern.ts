import { leafTest } from './leaf-test.ts';

/** Decides whether an event, or a record handed to a Lambda event source mapping, fits a pattern. */
export type EventMatcher = (event: unknown) => boolean;

/**
 * Compiles a pattern in the language that EventBridge rules and Lambda event filters share. Numbers in DynamoDB's
 * typed JSON are text and are met by text only, as on AWS.
 * Throws an Error naming the place when the pattern is not valid.
 */
export function compileEventPattern(pattern: unknown): EventMatcher {
  if (!isObject(pattern)) throw new Error('Event pattern is not a JSON object.');
  return compileNode(pattern, []);
}

function compileNode(pattern: Record<string, unknown>, path: readonly string[]): EventMatcher {
  const names = Object.keys(pattern);
  if (names.length === 0) throw new Error(`Empty objects are not allowed in an event pattern, at ${place(path)}.`);
  const tests = names.map((name) => compileField(name, pattern[name], [...path, name]));
  return (node) => {
    // Where an event has a list of objects, one and the same of them must fit the whole of the pattern.
    const candidates = Array.isArray(node) && node.some(isObject) ? node : [node];
    return candidates.some((candidate) => tests.every((test) => test(isObject(candidate) ? candidate : {})));
  };
}

function compileField(
  name: string,
  pattern: unknown,
  path: readonly string[],
): (node: Record<string, unknown>) => boolean {
  if (name === '$or' && Array.isArray(pattern) && pattern.length > 1 && pattern.every(isObject)) {
    const branches = pattern.map((branch, i) => compileNode(branch, [...path, String(i)]));
    return (node) => branches.some((branch) => branch(node));
  }
  if (isObject(pattern)) {
    const matcher = compileNode(pattern, path);
    return (node) => matcher(ownValue(node, name));
  }
  if (!Array.isArray(pattern)) throw new Error(`"${name}" must be an object or an array, at ${place(path)}.`);
  if (pattern.length === 0) throw new Error(`Empty arrays are not allowed in an event pattern, at ${place(path)}.`);
  const tests = pattern.map((alternative) => leafTest(alternative, place(path)));
  return (node) => {
    const leaves = leavesOf(ownValue(node, name));
    return tests.some((test) => test(leaves));
  };
}

/** The values a leaf of the pattern is compared with: none when the field is missing, is an object or an empty list. */
function leavesOf(value: unknown): unknown[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value.flat(Number.POSITIVE_INFINITY) : [value]).filter((leaf) => !isObject(leaf));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const ownValue = (node: Record<string, unknown>, name: string): unknown =>
  Object.hasOwn(node, name) ? node[name] : undefined;

const place = (path: readonly string[]): string => (path.length === 0 ? 'the top' : path.join('.'));

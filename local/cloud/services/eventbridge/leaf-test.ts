import { isIP } from 'node:net';

/** Whether one alternative of a pattern's leaf is met by the values the event has there. */
export type LeafTest = (leaves: readonly unknown[]) => boolean;

type ValueTest = (value: unknown) => boolean;

/** Compiles one alternative: a plain value, or an object with one operator. Throws for what AWS would not accept. */
export function leafTest(alternative: unknown, place: string): LeafTest {
  if (typeof alternative !== 'object' || alternative === null) return any((value) => value === alternative);
  const operators = Object.entries(alternative);
  const [operator, operand] = operators[0] ?? [];
  if (Array.isArray(alternative) || operator === undefined || operators.length !== 1) {
    throw new Error(`Expected a value or an object with one operator, at ${place}.`);
  }
  if (operator === 'exists') {
    if (typeof operand !== 'boolean') throw new Error(`exists takes true or false, at ${place}.`);
    return (leaves) => leaves.length > 0 === operand;
  }
  if (operator === 'anything-but') return any(anythingBut(operand, place));
  if (operator === 'numeric') return any(numeric(operand, place));
  return any(textTest(operator, operand, place));
}

const any =
  (test: ValueTest): LeafTest =>
  (leaves) =>
    leaves.some(test);

/** Operators on text; they meet nothing but text. */
function textTest(operator: string, operand: unknown, place: string): ValueTest {
  if ((operator === 'prefix' || operator === 'suffix') && typeof operand === 'object' && operand !== null) {
    const folded = (operand as Record<string, unknown>)['equals-ignore-case'];
    if (Object.keys(operand).length !== 1) throw new Error(`${operator} takes text, at ${place}.`);
    const test = textTest(operator, typeof folded === 'string' ? folded.toLowerCase() : folded, place);
    return (value) => typeof value === 'string' && test(value.toLowerCase());
  }
  if (typeof operand !== 'string') throw new Error(`${operator} takes text, at ${place}.`);
  const test = textOperator(operator, operand, place);
  return (value) => typeof value === 'string' && test(value);
}

function textOperator(operator: string, operand: string, place: string): (value: string) => boolean {
  switch (operator) {
    case 'prefix':
      return (value) => value.startsWith(operand);
    case 'suffix':
      return (value) => value.endsWith(operand);
    case 'equals-ignore-case': {
      const folded = operand.toLowerCase();
      return (value) => value.toLowerCase() === folded;
    }
    case 'wildcard': {
      const expression = wildcard(operand, place);
      return (value) => expression.test(value);
    }
    case 'cidr':
      return cidr(operand, place);
    default:
      throw new Error(`Unrecognized match type ${operator}, at ${place}.`);
  }
}

/** A value, a list of values, or an operator on text with one or several operands; none of them may fit. */
function anythingBut(operand: unknown, place: string): ValueTest {
  if (typeof operand !== 'object' || operand === null) return (value) => value !== operand;
  if (Array.isArray(operand)) {
    if (operand.length === 0 || operand.some((one) => typeof one === 'object')) {
      throw new Error(`anything-but takes values, at ${place}.`);
    }
    return (value) => !operand.includes(value);
  }
  const [entry, ...more] = Object.entries(operand);
  if (entry === undefined || more.length > 0) throw new Error(`anything-but takes one operator, at ${place}.`);
  const [operator, operands] = entry;
  if (!['prefix', 'suffix', 'equals-ignore-case', 'wildcard'].includes(operator)) {
    throw new Error(`anything-but does not take ${operator}, at ${place}.`);
  }
  const tests = [operands].flat().map((one) => textTest(operator, one, place));
  return (value) => typeof value === 'string' && !tests.some((test) => test(value));
}

/** `[">", 0, "<=", 5]`; meets numbers only, never text that looks like one. */
function numeric(operand: unknown, place: string): ValueTest {
  if (!Array.isArray(operand) || (operand.length !== 2 && operand.length !== 4)) {
    throw new Error(`numeric takes one or two comparisons, at ${place}.`);
  }
  const tests: ((value: number) => boolean)[] = [];
  for (let i = 0; i < operand.length; i += 2) tests.push(comparison(operand[i], operand[i + 1], place));
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
}

function comparison(operator: unknown, bound: unknown, place: string): (value: number) => boolean {
  // AWS compares numbers between -5 and 5 thousand million.
  if (typeof bound !== 'number' || Math.abs(bound) > 5e9) throw new Error(`numeric takes numbers, at ${place}.`);
  switch (operator) {
    case '=':
      return (value) => value === bound;
    case '<':
      return (value) => value < bound;
    case '<=':
      return (value) => value <= bound;
    case '>':
      return (value) => value > bound;
    case '>=':
      return (value) => value >= bound;
    default:
      throw new Error(`Unrecognized numeric operator ${String(operator)}, at ${place}.`);
  }
}

/** `*` stands for any text; a backslash takes the meaning from a star or a backslash. */
function wildcard(operand: string, place: string): RegExp {
  let source = '';
  for (const [token] of operand.matchAll(/\\[\s\S]|\*+|[\s\S]/gu)) {
    if (token.startsWith('**')) throw new Error(`Consecutive wildcards are not allowed, at ${place}.`);
    if (token === '*') source += '.*';
    else if (token === '\\' || (token.startsWith('\\') && !/[*\\]/.test(token.slice(1)))) {
      throw new Error(`Invalid escape in a wildcard, at ${place}.`);
    } else
      source += (token.length > 1 && token.startsWith('\\') ? token.slice(1) : token).replace(
        /[.*+?^${}()|[\]\\/]/g,
        '\\$&',
      );
  }
  return new RegExp(`^${source}$`, 'su');
}

function cidr(operand: string, place: string): (value: string) => boolean {
  const [address = '', bits = ''] = operand.split('/');
  if (isIP(address) !== 4 || !/^\d+$/.test(bits) || Number(bits) > 32) {
    throw new Error(`cidr takes an IPv4 range such as 10.0.0.0/24, at ${place}.`);
  }
  const shift = 32 - Number(bits);
  const network = (text: string) => Math.floor(toNumber(text) / 2 ** shift);
  return (value) => isIP(value) === 4 && network(value) === network(address);
}

const toNumber = (address: string): number => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

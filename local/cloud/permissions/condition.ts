import { arnPattern, wildcard } from './wildcard.ts';

/**
 * The keys that statements may ask for, and whether a request has one value of it or many. What is not here is an error
 * when the stacks are deployed, since a condition that nobody evaluates would be true or false by accident. Whoever adds
 * a key lets `needs/` say its value.
 */
const KEYS = {
  'aws:SecureTransport': 'one',
  'aws:SourceAccount': 'one',
  'aws:SourceArn': 'one',
  'dynamodb:LeadingKeys': 'many',
  's3:prefix': 'one',
  'ses:FromAddress': 'one',
} as const;

type ConditionKey = keyof typeof KEYS;

/** What is known of one request. A key that is missing was not in it. */
export type Context = Readonly<Partial<Record<ConditionKey, string | readonly string[]>>>;

/** A statement's `Condition`, as synthesized. */
export type ConditionBlock = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export type Condition = (context: Context) => boolean;

/** Whether one value of the request is one of the statement's. Negated: none of them. */
interface Operator {
  readonly matcher: (wanted: string) => (value: string) => boolean;
  readonly negated?: true;
}

const equals = (wanted: string) => (value: string) => value === wanted;
const sameTruth = (wanted: string) => (value: string) => value.toLowerCase() === wanted.toLowerCase();

const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: { matcher: equals },
  StringNotEquals: { matcher: equals, negated: true },
  StringLike: { matcher: wildcard },
  StringNotLike: { matcher: wildcard, negated: true },
  // AWS: the two behave alike.
  ArnEquals: { matcher: arnPattern },
  ArnLike: { matcher: arnPattern },
  ArnNotEquals: { matcher: arnPattern, negated: true },
  ArnNotLike: { matcher: arnPattern, negated: true },
  Bool: { matcher: sameTruth },
};

/**
 * Compiles a statement's conditions: all operators and all their keys must hold. Throws for an operator or a key that is
 * not known here.
 */
export function compileCondition(block: ConditionBlock): Condition {
  const tests = Object.entries(block).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, wanted]) => compileOne(operator, key, [wanted].flat().map(String))),
  );
  return (context) => tests.every((holds) => holds(context));
}

function compileOne(name: string, keyAsWritten: string, wanted: readonly string[]): Condition {
  const [, set, base = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/.exec(name) ?? [];
  const key = keyNamed(keyAsWritten);
  if (base === 'Null') return (context) => (context[key] === undefined) === (wanted[0] === 'true');
  const operator = OPERATORS[base];
  if (operator === undefined) throw new Error(`the local cloud does not know the condition operator ${name}`);
  if (KEYS[key] === 'many' && set === undefined)
    throw new Error(`${key} has many values: ${name} needs ForAllValues or ForAnyValue before it`);
  const matchers = wanted.map(operator.matcher);
  const holds = (value: string) => matchers.some((matches) => matches(value)) !== (operator.negated === true);
  const whenMissing = ifExists !== undefined || (set === undefined && operator.negated === true);
  return (context) => {
    const given = context[key];
    const values = given === undefined ? [] : [given].flat();
    // The trap of ForAllValues: of a request that has none of the key, all values are what they should be.
    if (set === 'ForAllValues') return values.every(holds);
    if (given === undefined) return whenMissing;
    return values.some(holds);
  };
}

/** Keys are written in any case. */
function keyNamed(name: string): ConditionKey {
  const found = Object.keys(KEYS).find((known) => known.toLowerCase() === name.toLowerCase());
  if (found === undefined) throw new Error(`the local cloud does not know the condition key ${name}`);
  return found as ConditionKey;
}

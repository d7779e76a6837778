import type { z } from 'zod';
import { didYouMean } from './spelling.ts';

/** An issue while zod still has the schema at hand that found it. */
type RawIssue = z.core.$ZodRawIssue;

/** What JSON values are called by people who do not write programs. */
const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object {…}',
  record: 'an object {…}',
  array: 'a list […]',
  tuple: 'a list […]',
  null: 'null',
};

const kindOf = (value: unknown): string =>
  KINDS[value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value] ?? 'something else';

/**
 * Says an issue of a schema in the words of who wrote the definition. Messages that the schemas themselves have go before
 * these.
 */
export function wordingOf(issue: RawIssue): string | undefined {
  const { input } = issue;
  switch (issue.code) {
    case 'invalid_type':
      if (input === undefined) return 'this is missing';
      return `write ${KINDS[issue.expected] ?? issue.expected} here instead of ${kindOf(input)}`;
    case 'invalid_value':
      if (input === undefined) return 'this is missing';
      return `${chooseOf(issue.values.map(String))}${typeof input === 'string' ? didYouMean(input, issue.values.map(String)) : ''}`;
    case 'unrecognized_keys':
      return unknownNames(issue.keys, Object.keys(shapeOf(issue.inst)));
    case 'too_small':
      return tooFew(String(issue.origin), Number(issue.minimum), issue.inclusive !== false);
    case 'too_big':
      return tooMany(String(issue.origin), Number(issue.maximum), issue.inclusive !== false);
    case 'invalid_key':
      return 'a key is up to 64 small letters, digits and hyphens, and begins with a letter';
    case 'invalid_union':
      return unionWording(issue);
    default:
      return undefined;
  }
}

/** “There is no …”, with what was probably meant. */
const unknownNames = (names: readonly string[], known: readonly string[]): string =>
  names.map((name) => `there is no “${name.slice(0, 60)}” here${didYouMean(name, known)}`).join(', ');

const chooseOf = (values: readonly string[]): string =>
  values.length === 1 ? `write “${values[0]}”` : `choose one of ${values.slice(0, 30).join(', ')}`;

/** Only what is told apart by one name (`type`, `channel`) is worded here: which of other alternatives was meant takes more. */
function unionWording(issue: RawIssue & { readonly code: 'invalid_union' }): string | undefined {
  const { discriminator, options, input } = issue as {
    readonly discriminator?: string;
    readonly options?: readonly unknown[];
    readonly input?: unknown;
  };
  if (discriminator === undefined || options === undefined) return undefined;
  const known = options.map(String);
  const written = (input as Readonly<Record<string, unknown>> | null)?.[discriminator];
  if (written === undefined) return `say which ${discriminator}: ${known.join(', ')}`;
  if (typeof written !== 'string') return chooseOf(known);
  const meant = didYouMean(written, known);
  return `there is no ${discriminator} “${written.slice(0, 60)}”${meant === '' ? `; there are ${known.join(', ')}` : meant}`;
}

function tooFew(origin: string, least: number, inclusive: boolean): string {
  if (origin === 'string') return least === 1 ? 'write something here' : `at least ${least} characters`;
  if (origin === 'array' || origin === 'object') return `at least ${least}`;
  return inclusive ? `at least ${least}` : `more than ${least}`;
}

function tooMany(origin: string, most: number, inclusive: boolean): string {
  if (origin === 'string') return `at most ${most.toLocaleString('en')} characters`;
  return inclusive ? `at most ${most.toLocaleString('en')}` : `less than ${most.toLocaleString('en')}`;
}

const shapeOf = (schema: unknown): Readonly<Record<string, unknown>> =>
  (schema as { readonly _zod?: { readonly def?: { readonly shape?: Record<string, unknown> } } } | undefined)?._zod?.def
    ?.shape ?? {};

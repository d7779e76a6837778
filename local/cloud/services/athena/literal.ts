/** A value as an execution parameter gives it. */
export type Literal = string | bigint;

/**
 * The value of an execution parameter. Athena takes each for an expression of SQL: a text needs quotes of its own, and
 * without them is the name of a column that is not there. The local cloud reads texts and whole numbers.
 *
 * @returns undefined for anything else
 */
export function literalOf(parameter: string): Literal | undefined {
  if (/^-?\d+$/.test(parameter)) return BigInt(parameter);
  return /^'(?:[^']|'')*'$/.test(parameter) ? parameter.slice(1, -1).replaceAll("''", "'") : undefined;
}

/** A text as a literal of SQL. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

import { invalid } from './invalid.ts';
import type { Literal } from './literal.ts';

/** A part of a statement as DuckDB's parser serializes it. */
type Node = Readonly<Record<string, unknown>>;

/** One place of a statement where a table is read. */
export interface Scan {
  readonly database: string | undefined;
  readonly table: string;
  /** What the rows must fulfil that are read here. */
  readonly where: unknown;
}

/** What is known of a statement before it runs. */
export interface Statement {
  readonly scans: readonly Scan[];
  /** How many `?` it has. */
  readonly parameters: number;
}

/** Functions that Athena and DuckDB have under the same name, and that mean the same. Whoever adds one has looked. */
const FUNCTIONS = new Set([
  'json_extract_scalar',
  'row_number',
  'count',
  'count_star',
  'sum',
  'min',
  'max',
  '||',
  '+',
  '-',
  '*',
]);
/** Types both know by these names. */
const TYPES = new Set(['BIGINT', 'VARCHAR', 'DOUBLE', 'BOOLEAN']);

/**
 * Reads what DuckDB's parser made of a statement. Throws a refusal for what is no query, and for what may mean something
 * else to Athena than to DuckDB.
 */
export function readStatement(serialized: string): Statement {
  const {
    error,
    error_message: message,
    statements = [],
  } = JSON.parse(serialized) as {
    error: boolean;
    error_message?: string;
    statements?: Node[];
  };
  if (error || statements.length !== 1) throw invalid(message ?? 'Only one sql statement is allowed.');
  const scans: Scan[] = [];
  const named = new Set<string>();
  const parameters = new Set<unknown>();
  visit(statements[0], (node) => {
    refuseStrange(node);
    if (node.type === 'SELECT_NODE') scans.push(...scansIn(node.from_table as Node, node.where_clause));
    if (Array.isArray((node.cte_map as Node | undefined)?.map))
      for (const { key } of (node.cte_map as { map: { key: string }[] }).map) named.add(key);
    if (node.class === 'PARAMETER') parameters.add(node.identifier);
  });
  return { scans: scans.filter(({ table }) => !named.has(table)), parameters: parameters.size };
}

function visit(value: unknown, see: (node: Node) => void): void {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) see(value as Node);
  for (const child of Object.values(value)) visit(child, see);
}

function refuseStrange(node: Node): void {
  if (node.type === 'TABLE_FUNCTION') throw unknown('table functions');
  if (['FUNCTION', 'WINDOW', 'AGGREGATE'].includes(String(node.class)) && !FUNCTIONS.has(String(node.function_name)))
    throw unknown(`the function ${node.function_name}`);
  const type = (node.cast_type as { id?: string } | undefined)?.id;
  if (node.class === 'CAST' && !TYPES.has(String(type))) throw unknown(`the type ${type}`);
}

/** Of a join both sides; its condition and the query's are no help in reading less. */
function scansIn(from: Node | undefined, where: unknown): Scan[] {
  if (from?.type === 'JOIN') return [from.left, from.right].flatMap((side) => scansIn(side as Node, undefined));
  if (from?.type !== 'BASE_TABLE') return [];
  return [{ database: String(from.schema_name) || undefined, table: String(from.table_name), where }];
}

/** Whether rows with this value in a column can fulfil a condition. */
export type Test = (value: string) => boolean;

const anything: Test = () => true;

const COMPARISONS: Readonly<Record<string, (value: string, wanted: string) => boolean>> = {
  COMPARE_EQUAL: (value, wanted) => value === wanted,
  COMPARE_GREATERTHAN: (value, wanted) => value > wanted,
  COMPARE_GREATERTHANOREQUALTO: (value, wanted) => value >= wanted,
  COMPARE_LESSTHAN: (value, wanted) => value < wanted,
  COMPARE_LESSTHANOREQUALTO: (value, wanted) => value <= wanted,
};

/** What a condition says of a column of texts: comparisons with given values joined by AND. Of all else it says nothing. */
export function testOf(where: unknown, column: string, parameters: readonly Literal[]): Test {
  const node = (where ?? {}) as Node;
  if (node.type === 'CONJUNCTION_AND') {
    const tests = (node.children as unknown[]).map((child) => testOf(child, column, parameters));
    return (value) => tests.every((test) => test(value));
  }
  const compared = (side: unknown) =>
    (side as { column_names?: string[] } | undefined)?.column_names?.at(-1) === column;
  const given = (side: unknown) => textOf(side as Node, parameters);
  if (node.type === 'COMPARE_BETWEEN' && compared(node.input)) {
    const [least, most] = [given(node.lower), given(node.upper)];
    return (value) => (least === undefined || value >= least) && (most === undefined || value <= most);
  }
  const comparison = COMPARISONS[String(node.type)];
  const wanted = compared(node.left) ? given(node.right) : undefined;
  return comparison === undefined || wanted === undefined ? anything : (value) => comparison(value, wanted);
}

function textOf(node: Node, parameters: readonly Literal[]): string | undefined {
  const value =
    node.class === 'PARAMETER'
      ? parameters[Number(node.identifier) - 1]
      : (node.value as { value?: unknown } | undefined)?.value;
  return typeof value === 'string' ? value : undefined;
}

const unknown = (what: string) => invalid(`The local cloud's Athena does not know ${what}.`);

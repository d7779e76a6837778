import { parse } from 'csv-parse/sync';
import { invalid } from './invalid.ts';

/** A column of an answer, by the name that Athena has for its type. */
export interface ResultColumn {
  readonly name: string;
  readonly type: string;
}

/** AWS: a page has at most so many rows, the header of the first among them. */
const MOST_ROWS = 1_000;

/** A page of an answer as GetQueryResults shows it. */
export function resultsPage(csv: string, columns: readonly ResultColumn[], input: Record<string, unknown>): object {
  const { MaxResults: most = MOST_ROWS, NextToken: token = '0' } = input;
  if (typeof most !== 'number' || most < 1 || most > MOST_ROWS) throw invalid(`MaxResults is 1 to ${MOST_ROWS}.`);
  const from = Number(token);
  const rows = parse(csv, {
    // Nothing at all is null, and two quotes are an empty text.
    cast: (value, { quoting }) => (value === '' && !quoting ? null : value),
    relax_column_count: true,
    skip_empty_lines: false,
  }) as (string | null)[][];
  if (!Number.isInteger(from) || from < 0 || from > rows.length) throw invalid('Invalid NextToken');
  const next = from + most;
  return {
    UpdateCount: 0,
    ResultSet: {
      Rows: rows.slice(from, next).map((row) => ({
        Data: row.map((value) => (value === null ? {} : { VarCharValue: value })),
      })),
      ResultSetMetadata: {
        ColumnInfo: columns.map(({ name, type }) => ({
          ...{ CatalogName: 'hive', SchemaName: '', TableName: '', Name: name, Label: name, Type: type },
          ...{ Precision: 0, Scale: 0, Nullable: 'UNKNOWN', CaseSensitive: false },
        })),
      },
    },
    ...(next < rows.length && { NextToken: String(next) }),
  };
}

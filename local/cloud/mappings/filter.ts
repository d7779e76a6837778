import { compileEventPattern } from '../services/eventbridge/event-pattern.ts';

export type RecordFilter = (record: Readonly<Record<string, unknown>>) => boolean;

export interface FilterCriteria {
  readonly Filters?: readonly { readonly Pattern: string }[];
}

/** The filter of an event source mapping: a record passes when one of its patterns matches; without patterns, always. */
export function recordFilter(criteria: FilterCriteria | undefined): RecordFilter {
  const filters = (criteria?.Filters ?? []).map(({ Pattern }) => {
    const pattern = JSON.parse(Pattern) as Record<string, unknown>;
    const matches = compileEventPattern(pattern);
    // A pattern with an object under `body` looks into a message's JSON; one with a list looks at its text.
    const looksInside = typeof pattern.body === 'object' && !Array.isArray(pattern.body);
    return (record: Readonly<Record<string, unknown>>) => matches(looksInside ? withParsedBody(record) : record);
  });
  if (filters.length === 0) return () => true;
  return (record) => filters.some((passes) => passes(record));
}

function withParsedBody(record: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  try {
    return { ...record, body: JSON.parse(String(record.body)) };
  } catch {
    return record;
  }
}

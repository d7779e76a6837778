/**
 * Reads what a function with ReportBatchItemFailures answered: the ids that failed, or `'all'`. Nothing returned, or
 * an empty list, means that all went well; an entry that is not one of the batch's ids makes the whole batch fail, as
 * on AWS.
 */
export function failedItems(answer: unknown, ids: ReadonlySet<string>): ReadonlySet<string> | 'all' {
  const listed = (answer as { batchItemFailures?: unknown } | null | undefined)?.batchItemFailures;
  if (listed === null || listed === undefined) return new Set();
  if (!Array.isArray(listed)) return 'all';
  const failed = new Set<string>();
  for (const entry of listed) {
    const id = (entry as { itemIdentifier?: unknown } | null)?.itemIdentifier;
    if (typeof id !== 'string' || !ids.has(id)) return 'all';
    failed.add(id);
  }
  return failed;
}

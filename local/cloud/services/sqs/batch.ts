import { Refusal } from '../refusal.ts';
import { missing } from './sqs-error.ts';

type Entry = Record<string, unknown>;

export interface BatchOutcome<T> {
  readonly accepted: { readonly id: string; readonly value: T }[];
  readonly failed: { Id: string; SenderFault: boolean; Code: string; Message: string }[];
}

/**
 * The entries of a batch request, its own rules checked. What is wrong with one entry fails that entry inside a 200;
 * only what is wrong with the batch refuses the call.
 */
export function batch(input: Entry): { each<T>(run: (entry: Entry) => T): BatchOutcome<T> } {
  const entries = input.Entries;
  if (!Array.isArray(entries) || entries.length === 0) {
    throw new Refusal('EmptyBatchRequest', 'There should be at least one entry in the request.');
  }
  if (entries.length > 10) {
    const message = `Maximum number of entries per request are 10. You have sent ${entries.length}.`;
    throw new Refusal('TooManyEntriesInBatchRequest', message);
  }
  const ids = new Set<string>();
  for (const { Id: id } of entries as Entry[]) {
    if (typeof id !== 'string') missing('Entries.Id');
    if (!/^[\w-]{1,80}$/.test(id as string)) {
      const rule =
        'can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.';
      throw new Refusal('InvalidBatchEntryId', `A batch entry id ${rule}`);
    }
    if (ids.has(id as string)) throw new Refusal('BatchEntryIdsNotDistinct', `Id ${String(id)} repeated.`);
    ids.add(id as string);
  }
  return { each: (run) => runEach(entries as Entry[], run) };
}

function runEach<T>(entries: readonly Entry[], run: (entry: Entry) => T): BatchOutcome<T> {
  const outcome: BatchOutcome<T> = { accepted: [], failed: [] };
  for (const entry of entries) {
    const id = entry.Id as string;
    try {
      outcome.accepted.push({ id, value: run(entry) });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      outcome.failed.push({ Id: id, SenderFault: true, Code: error.type, Message: error.message });
    }
  }
  return outcome;
}

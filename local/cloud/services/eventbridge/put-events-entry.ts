import { Refusal } from '../refusal.ts';

export interface PutEventsEntry {
  readonly Source?: string;
  readonly DetailType?: string;
  /** JSON text of an object. */
  readonly Detail?: string;
  readonly EventBusName?: string;
  readonly Resources?: readonly string[];
  /** Seconds since 1970. */
  readonly Time?: number;
}

const MAX_ENTRIES = 10;
const MAX_DETAIL_TYPE = 128;
const MAX_BYTES = 1024 * 1024;

/** What is wrong with the whole call refuses it. */
export function checkEntries(input: unknown): readonly PutEventsEntry[] {
  const entries = (input as { Entries?: unknown } | undefined)?.Entries;
  if (!Array.isArray(entries) || entries.length === 0) invalid('greater than or equal to 1');
  if ((entries as unknown[]).length > MAX_ENTRIES) invalid(`less than or equal to ${MAX_ENTRIES}`);
  const size = (entries as PutEventsEntry[]).reduce((sum, entry) => sum + entrySize(entry), 0);
  if (size > MAX_BYTES) {
    throw new Refusal('ValidationException', 'Total size of the entries in the request is over the limit.');
  }
  return entries as PutEventsEntry[];
}

/** What is wrong with one entry fails that entry inside a 200. `missingBus` names a bus that is not there. */
export function entryError(entry: PutEventsEntry, missingBus: string | undefined): Record<string, string> | undefined {
  for (const name of ['Source', 'DetailType', 'Detail'] as const) {
    if (entry[name]) continue;
    return failed('InvalidArgument', `Parameter ${name} is not valid. Reason: ${name} is a required argument.`);
  }
  if ((entry.DetailType ?? '').length > MAX_DETAIL_TYPE)
    return failed('InvalidArgument', `Parameter DetailType is not valid. Reason: over ${MAX_DETAIL_TYPE} characters.`);
  if (entry.Source?.startsWith('aws.'))
    return failed('NotAuthorizedForSourceException', 'Not authorized for the source.');
  if (!isJsonObject(entry.Detail ?? '')) return failed('MalformedDetail', 'Detail is malformed.');
  // AWS documents no code for this case; an entry lost in silence would be the worse imitation.
  return missingBus === undefined ? undefined : failed('InvalidArgument', `Event bus ${missingBus} does not exist.`);
}

/** AWS: 14 bytes for a time, and the UTF-8 bytes of the other members. */
export function entrySize({ Time, Source = '', DetailType = '', Detail = '', Resources = [] }: PutEventsEntry): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), Time === undefined ? 0 : 14);
}

const failed = (ErrorCode: string, ErrorMessage: string) => ({ ErrorCode, ErrorMessage });

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function invalid(rule: string): never {
  const constraint = `failed to satisfy constraint: Member must have length ${rule}`;
  throw new Refusal('ValidationException', `1 validation error detected: Value at 'entries' ${constraint}`);
}

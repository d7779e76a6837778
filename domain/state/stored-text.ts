import { deflateSync, inflateSync, strFromU8, strToU8 } from 'fflate';
import { utf8Length } from '../json.ts';

/** A text as a table keeps it: as it is, or deflated (RFC 1951). */
export type StoredText = string | Uint8Array;

/** DynamoDB bills a write by begun kilobytes of the whole item. */
const WRITE_UNIT = 1_024;

/**
 * The text deflated where that saves a write unit, else as it is: most items fit into one unit anyway, can be read by
 * whoever looks at the table, and cost no time.
 *
 * @param beside bytes that the item has besides this text
 */
export function toStoredText(text: string, beside: number): StoredText {
  const bytes = utf8Length(text);
  if (bytes + beside <= WRITE_UNIT) return text;
  const deflated = deflateSync(strToU8(text), { level: 9, mem: MEMORY });
  const unitsOf = (size: number) => Math.ceil((size + beside) / WRITE_UNIT);
  return unitsOf(deflated.length) < unitsOf(bytes) ? deflated : text;
}

/** Of what the library offers the least: it is set to nothing for each text, and ours have a few kilobytes. */
const MEMORY = 4;

/** The text again. Throws when it is none that was deflated. */
export const fromStoredText = (stored: StoredText): string =>
  typeof stored === 'string' ? stored : strFromU8(inflateSync(stored));

import { type Json, type JsonObject, utf8Length } from '../../json.ts';

/** Runs live in profiles, which are read and written with each thing somebody does. */
const MOST_BYTES = 600;

/**
 * As much of what took somebody in as a run keeps for templates: all of it where that is small, else its smallest members.
 * So a list of forty products goes, and the order's id and sum stay.
 */
export function about(properties: JsonObject | undefined): JsonObject | undefined {
  if (properties === undefined || Object.keys(properties).length === 0) return undefined;
  const members = Object.entries(properties).map(([name, value]) => ({ name, value, bytes: bytesOf(name, value) }));
  if (members.reduce((sum, { bytes }) => sum + bytes, 2) <= MOST_BYTES) return properties;
  let left = MOST_BYTES - 2;
  const kept = new Set<string>();
  for (const { name, bytes } of members.toSorted((a, b) => a.bytes - b.bytes)) {
    left -= bytes;
    if (left < 0) break;
    kept.add(name);
  }
  return Object.fromEntries(Object.entries(properties).filter(([name]) => kept.has(name)));
}

/** With its quotes, colon and comma. */
const bytesOf = (name: string, value: Json): number =>
  utf8Length(JSON.stringify(name)) + utf8Length(JSON.stringify(value)) + 2;

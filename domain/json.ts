export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a text can be read as JSON. */
export function isJsonText(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const BEYOND_ASCII = /[\u0080-\uffff]/;

/** Bytes of a text in UTF-8, counted without encoding it. A lone surrogate counts as the 3 bytes it is replaced by. */
export function utf8Length(text: string): number {
  const first = text.search(BEYOND_ASCII);
  // Most texts are ASCII throughout, and an expression finds that out several times as fast as a loop.
  if (first < 0) return text.length;
  let bytes = text.length;
  for (let i = first; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) bytes += 1;
    else if (unit >= 0xd800 && unit < 0xdc00 && isLowSurrogate(text.charCodeAt(i + 1))) {
      bytes += 2;
      i++;
    } else bytes += 2;
  }
  return bytes;
}

const isLowSurrogate = (unit: number) => unit >= 0xdc00 && unit < 0xe000;

/**
 * Whether a parsed value nests deeper than `limit` levels. Walks without recursion: 15,000 nested arrays fit into
 * 32 KB of JSON and overflow the stack of whoever recurses, `JSON.stringify` included.
 */
export function isDeeperThan(value: unknown, limit: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    const next: unknown[] = [];
    for (const item of level) {
      if (typeof item !== 'object' || item === null) continue;
      if (depth === limit) return true;
      for (const child of Object.values(item)) if (typeof child === 'object' && child !== null) next.push(child);
    }
    level = next;
  }
  return false;
}

/**
 * What JSON.stringify writes for a NUL or a lone surrogate, the two characters it leaves alone and SQS refuses, and the
 * one name that is a trap for whoever copies it.
 */
const UNCLEAN = /\\u(?:0000|d[89a-f])|[\ufffe\uffff]|"__proto__"/;

/** Whether the JSON text of a value may hold what `cleanJson` takes out. Quick, and at worst wrong by a false alarm. */
export const mayBeUnclean = (text: string): boolean => UNCLEAN.test(text);

/**
 * A copy without what queues, stores and other languages choke on: NUL, lone surrogates, U+FFFE and U+FFFF in texts and
 * names become U+FFFD, and members named `__proto__` go. Recursive: bound the depth first.
 */
export function cleanJson(value: Json): Json {
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) return value.map(cleanJson);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== '__proto__')
      .map(([name, member]) => [cleanText(name), cleanJson(member)]),
  );
}

const cleanText = (text: string): string => text.replace(/[\0\p{Cs}\ufffe\uffff]/gu, '\ufffd');

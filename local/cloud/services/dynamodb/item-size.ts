import type { AttributeValue, Item } from './attribute-value.ts';

/** AWS: an item, names included, may be 400 KB. */
export const MAX_ITEM_BYTES = 400 * 1024;

/** Bytes of an item as AWS counts them for limits and capacity: UTF-8 names and values. */
export function itemSize(item: Item): number {
  let size = 0;
  for (const name in item) size += Buffer.byteLength(name) + valueSize(item[name] as AttributeValue);
  return size;
}

function valueSize(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return numberSize(value.N);
  if (value.B !== undefined) return Buffer.byteLength(value.B, 'base64');
  if (value.M !== undefined) return 3 + Object.keys(value.M).length + itemSize(value.M);
  if (value.L !== undefined) return value.L.reduce((sum, member) => sum + 1 + valueSize(member), 3);
  if (value.SS !== undefined) return value.SS.reduce((sum, member) => sum + Buffer.byteLength(member), 0);
  if (value.NS !== undefined) return value.NS.reduce((sum, member) => sum + numberSize(member), 0);
  if (value.BS !== undefined) return value.BS.reduce((sum, member) => sum + Buffer.byteLength(member, 'base64'), 0);
  return 1;
}

/** Two significant digits share a byte; one more for the exponent and one for a minus sign. */
function numberSize(text: string): number {
  const digits = text
    .replace(/[eE].*$/, '')
    .replace(/[-+.]/g, '')
    .replace(/^0+|0+$/g, '').length;
  return digits === 0 ? 1 : 1 + Math.ceil(digits / 2) + (text.startsWith('-') ? 1 : 0);
}

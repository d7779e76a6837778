/** A value in DynamoDB's typed JSON: exactly one of the members is there. */
export interface AttributeValue {
  readonly S?: string;
  readonly N?: string;
  readonly B?: string;
  readonly BOOL?: boolean;
  readonly NULL?: boolean;
  readonly SS?: readonly string[];
  readonly NS?: readonly string[];
  readonly BS?: readonly string[];
  readonly L?: readonly AttributeValue[];
  readonly M?: Item;
}

export type Item = Readonly<Record<string, AttributeValue>>;

/** Whether two items hold the same; the order of attributes and of a set's members says nothing. */
export function sameItem(a: Item, b: Item): boolean {
  if (a === b) return true;
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => sameValue(a[name], b[name]));
}

export function sameValue(a: AttributeValue | undefined, b: AttributeValue | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined) return false;
  if (a.S !== undefined) return a.S === b.S;
  if (a.N !== undefined) return a.N === b.N;
  if (a.M !== undefined) return b.M !== undefined && sameItem(a.M, b.M);
  if (a.L !== undefined) {
    return b.L !== undefined && a.L.length === b.L.length && a.L.every((value, i) => sameValue(value, b.L?.[i]));
  }
  if (a.SS ?? a.NS ?? a.BS) return sameSet(a.SS, b.SS) && sameSet(a.NS, b.NS) && sameSet(a.BS, b.BS);
  return a.B === b.B && a.BOOL === b.BOOL && a.NULL === b.NULL;
}

function sameSet(a: readonly string[] = [], b: readonly string[] = []): boolean {
  return a.length === b.length && a.every((member) => b.includes(member));
}

/**
 * Makes an item fit to be kept: numbers in the plain form AWS stores them in, and nothing changeable. What is frozen
 * can be given out as it is, to readers and to streams, without a copy.
 */
export function settle(item: Item): Item {
  for (const value of Object.values(item)) settleValue(value);
  return Object.freeze(item);
}

function settleValue(value: { -readonly [K in keyof AttributeValue]: AttributeValue[K] }): void {
  if (Object.isFrozen(value)) return;
  if (value.N !== undefined) value.N = plainNumber(value.N);
  else if (value.NS !== undefined) value.NS = Object.freeze(value.NS.map(plainNumber));
  else if (value.M !== undefined) settle(value.M);
  else if (value.L !== undefined) {
    for (const member of value.L) settleValue(member);
    Object.freeze(value.L);
  } else if (value.SS ?? value.BS) Object.freeze(value.SS ?? value.BS);
  Object.freeze(value);
}

/** AWS: `007`, `7.0` and `0.7e1` are all stored, and come back, as `7`. Text that is no number stays as it is. */
export function plainNumber(text: string): string {
  if (/^(0|-?[1-9]\d*)$/.test(text)) return text;
  const [, sign, whole, fraction = '', exponent = '0'] =
    /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d{1,3}))?$/.exec(text) ?? [];
  if (sign === undefined || (!whole && !fraction)) return text;
  const digits = `${whole}${fraction}`;
  const point = (whole ?? '').length + Number(exponent);
  const before = digits.slice(0, Math.max(0, point)).padEnd(Math.max(0, point), '0').replace(/^0+/, '');
  const after = `${'0'.repeat(Math.max(0, -point))}${digits.slice(Math.max(0, point))}`.replace(/0+$/, '');
  const number = `${before === '' ? '0' : before}${after === '' ? '' : `.${after}`}`;
  return sign === '-' && number !== '0' ? `-${number}` : number;
}

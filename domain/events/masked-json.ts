import { type Json, utf8Length } from '../json.ts';
import { maskNumber, maskText, scannedOf } from './masking.ts';
import type { IsPersonal } from './personal-names.ts';

/** Stands for whatever a personal property held. */
export const PERSONAL = '‹personal›';

const DEPTH = 4;
const ENTRIES = 20;
const TEXT = 60;
/** What is looked at costs too, or long texts of which nothing is shown would cost nothing. */
const SCANNED_PER_BYTE = 4;
/** Quotes, colons and commas; of a container its brackets. */
const SYNTAX = 3;

/**
 * A copy of any parsed JSON to show: personal values masked, about `bytes` of it at most, and never deeper than four
 * levels, so that 15,000 nested arrays cost nothing. Every node is paid for, empty containers too.
 */
export function maskedJson(value: unknown, isPersonal: IsPersonal, bytes: number): Json {
  const budget = { left: bytes };
  const copy = masked({ value, path: '', depth: 0 }, isPersonal, budget);
  return copy === undefined ? '…' : copy;
}

interface Node {
  readonly value: unknown;
  readonly path: string;
  readonly depth: number;
}

interface Budget {
  left: number;
}

/** Undefined when the budget has nothing left for it. */
function masked({ value, path, depth }: Node, isPersonal: IsPersonal, budget: Budget): Json | undefined {
  if (typeof value === 'string') return paid(maskText(value, TEXT), budget, scannedOf(value, TEXT));
  if (typeof value === 'number') return paid(maskNumber(value), budget);
  if (typeof value !== 'object' || value === null)
    return paid(value === true || value === false ? value : null, budget);
  if (depth === DEPTH) return paid('…', budget);
  if (Array.isArray(value)) {
    if (!take(budget, costOf(value.length))) return undefined;
    const items = firstOf(value, (item) =>
      masked({ value: item, path: `${path}[]`, depth: depth + 1 }, isPersonal, budget),
    );
    return items.length < value.length ? [...items, `… ${value.length - items.length} more`] : items;
  }
  const names = Object.keys(value);
  if (!take(budget, costOf(names.length))) return undefined;
  const entries = firstOf(names, (name): readonly [string, Json] | undefined => {
    const item = (value as Record<string, unknown>)[name];
    const shown = paid(maskText(name, TEXT), budget, scannedOf(name, TEXT));
    if (shown === undefined) return undefined;
    const itemPath = within(path, name);
    const hidden = item !== null && isPersonal(itemPath);
    const copy = hidden
      ? paid(PERSONAL, budget)
      : masked({ value: item, path: itemPath, depth: depth + 1 }, isPersonal, budget);
    return copy === undefined ? undefined : [shown, copy];
  });
  if (entries.length < names.length) entries.push(['…', `${names.length - entries.length} more`]);
  // Defines each name as the object's own, `__proto__` too.
  return Object.fromEntries(entries);
}

/** Of a container itself, with what it says of those that are left out. */
const costOf = (length: number) => (length > ENTRIES ? 25 : SYNTAX);

const within = (path: string, name: string) => (path === '' ? name : `${path}.${name}`);

function take(budget: Budget, cost: number): boolean {
  if (budget.left < cost) return false;
  budget.left -= cost;
  return true;
}

function paid<T extends Json>(json: T, budget: Budget, scanned = 0): T | undefined {
  const cost = Math.max(utf8Length(JSON.stringify(json)) + SYNTAX, scanned / SCANNED_PER_BYTE);
  if (take(budget, cost)) return json;
  // Whatever did not fit: nothing smaller shall come after it, and nothing more be looked at.
  budget.left = 0;
  return undefined;
}

/** Copies of the first items, up to the first that there is no room for. */
function firstOf<T, U>(items: readonly T[], copyOf: (item: T) => U | undefined): U[] {
  const copies: U[] = [];
  for (const item of items) {
    if (copies.length === ENTRIES) break;
    const copy = copyOf(item);
    if (copy === undefined) break;
    copies.push(copy);
  }
  return copies;
}

/**
 * The same for what `maskedJson` has made: it is small and says itself what was left out, so nothing more is cut or
 * counted; but what has become personal since is masked.
 */
export function maskedAgain(value: Json, isPersonal: IsPersonal, path = ''): Json {
  if (typeof value === 'string') return maskText(value, value.length);
  if (Array.isArray(value)) return value.map((item) => maskedAgain(item, isPersonal, `${path}[]`));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      const itemPath = within(path, name);
      return [name, item !== null && isPersonal(itemPath) ? PERSONAL : maskedAgain(item, isPersonal, itemPath)];
    }),
  );
}

import { isJsonObject, type Json } from '../json.ts';
import { below } from './problems/problem.ts';

/** One place in which two bodies differ. What only one of them has is left out of the other. */
export interface Difference {
  readonly path: string;
  readonly before?: Json;
  readonly after?: Json;
}

/** More than this nobody reads. */
const MOST = 200;

/** Where two values differ, as deep as they have the same form. @param path where they stand */
export const differencesBetween = (before: Json | undefined, after: Json | undefined, path: string): Difference[] =>
  differing(before, after, path).slice(0, MOST);

function differing(before: Json | undefined, after: Json | undefined, path: string): Difference[] {
  if (before === undefined || after === undefined)
    return before === after
      ? []
      : [{ path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }];
  if (isJsonObject(before) && isJsonObject(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...names].flatMap((name) => differing(before[name], after[name], below(path, name)));
  }
  if (isList(before) && isList(after) && before.length === after.length)
    return before.flatMap((one, i) => differing(one, after[i], below(path, i)));
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, before, after }];
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

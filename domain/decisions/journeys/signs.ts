import type { Expression } from '../../catalog/expression.ts';
import type { Filter } from '../../catalog/filter.ts';
import { type CustomerEvent, countedName } from '../../events/event.ts';
import type { Zone } from '../../zone.ts';
import { compileFilter } from '../expressions/comparisons.ts';
import { compileExpression } from '../expressions/compile.ts';
import type { CompileContext } from '../expressions/context.ts';
import { propertiesOf } from '../expressions/counter.ts';
import type { Predicate } from '../expressions/predicate.ts';

/** What shows that something has come: an event, or a condition that holds. */
export type Sign =
  | { readonly event: string; readonly matches: ((event: CustomerEvent) => boolean) | undefined }
  | { readonly holds: Predicate };

/** A sign as definitions write it. */
export type Written = { readonly event: string; readonly where?: Filter | undefined } | { readonly when: Expression };

export const signOf = (written: Written, context: CompileContext): Sign =>
  'when' in written
    ? { holds: compileExpression(written.when, context) }
    : { event: written.event, matches: eventFilter(written.where, context.zone) };

/** Undefined: every event of the name is meant. */
export function eventFilter(where: Filter | undefined, zone: Zone): ((event: CustomerEvent) => boolean) | undefined {
  if (where === undefined) return undefined;
  const holds = compileFilter(where, zone);
  return (event) => holds(propertiesOf(event));
}

/** Whether an event is the one that a sign says. */
export const isSign = (sign: Sign, event: CustomerEvent | undefined): boolean =>
  event !== undefined &&
  'event' in sign &&
  sign.event === countedName(event) &&
  (sign.matches === undefined || sign.matches(event));

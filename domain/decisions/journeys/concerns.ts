import type { CustomerEvent } from '../../events/event.ts';
import { propertiesOf } from '../expressions/counter.ts';
import type { Draft } from './draft.ts';
import { keyIn } from './entrances.ts';

/** Whether an event is about a run: of runs by key, about the one it names; what names none is about all of them. */
export function concerns({ run, journey }: Draft, event: CustomerEvent): boolean {
  if (run.key === undefined) return true;
  const key = keyIn(journey, propertiesOf(event));
  return key === undefined || key === run.key;
}

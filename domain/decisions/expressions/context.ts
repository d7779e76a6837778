import type { CounterSpec } from '../../catalog/counter-spec.ts';
import type { Expression } from '../../catalog/expression.ts';
import type { Zone } from '../../zone.ts';

/** What a question can only be compiled with. */
export interface CompileContext {
  /** The project's: whose calendar days windows are made of. */
  readonly zone: Zone;
  /** The id under which profiles count something; undefined for what they do not. */
  readonly counterId: (spec: CounterSpec) => number | undefined;
  /** What another segment asks; undefined for one that does not exist. */
  readonly segment: (key: string) => Expression | undefined;
}

import type { CustomerEvent } from '../../../domain/events/event.ts';
import type { Refusal } from '../../../domain/events/recent-event.ts';
import type { Source } from '../../../domain/events/source.ts';

/** Everything one request of a source brought. */
export interface SeenRequest {
  /** When it was received (ms). */
  readonly at: number;
  readonly accepted: readonly CustomerEvent[];
  readonly refused: readonly Refusal[];
}

/** Looks on as ingest works: what developers see in the debugger, and what the tracking plan grows from. */
export interface Observer {
  /** Takes note in memory. Costs little however many events there are. */
  note(source: Source, request: SeenRequest): void;
  /** Writes what was noted, when it is time to. Never throws: looking on must not cost an event. */
  flush(): Promise<void>;
}

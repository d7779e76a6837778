import { decodeInputs, type InputMessage } from '../../domain/state/input-message.ts';
import type { LocalCloud } from '../cloud/cloud.ts';

interface QueueEvent {
  readonly Records: readonly {
    readonly body: string;
    readonly attributes: { readonly ApproximateReceiveCount: string };
  }[];
}

/** What came in, in the words a bill is told in. Counted where the reducer's worker receives it. */
export class Traffic {
  /** Messages with events that the worker received for the first time: one a request, unless it had more than 64 KB. */
  requests = 0;
  events = 0;
  /** Pairs of a user and a batch the worker was given: each is one profile read and, if nobody collides, one write. */
  visits = 0;
  /** Batches with events that the worker was given. */
  batches = 0;
  dues = 0;

  constructor(cloud: LocalCloud) {
    cloud.on('invoke', (logicalId, event) => {
      if (logicalId.startsWith('Advance')) this.#count(event as QueueEvent);
    });
  }

  reset(): void {
    Object.assign(this, { requests: 0, events: 0, visits: 0, batches: 0, dues: 0 });
  }

  #count({ Records }: QueueEvent): void {
    const users = new Set<string>();
    for (const { body, attributes } of Records) {
      if (attributes.ApproximateReceiveCount !== '1') continue;
      const { inputs, hops } = readable(body);
      const events = inputs.filter(({ kind }) => kind === 'event');
      this.dues += inputs.length - events.length;
      if (hops > 0 || events.length === 0) continue;
      this.requests++;
      this.events += events.length;
      for (const { user } of events) users.add(user);
    }
    this.visits += users.size;
    if (users.size > 0) this.batches++;
  }
}

/** A message that the worker cannot read is for nobody. */
function readable(body: string): InputMessage {
  try {
    return decodeInputs(body);
  } catch {
    return { inputs: [], hops: 0 };
  }
}

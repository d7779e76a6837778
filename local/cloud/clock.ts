/**
 * The local cloud's clock: a discrete-event one. Everything in the cloud that happens later (a delayed message, a
 * visibility time-out, a schedule, a delivery stream's flush) is a moment on it. It runs in one of two ways:
 * *ticking* along with real time, or *jumping* from moment to moment while nothing is in flight.
 */
export interface Clock {
  /** Milliseconds since 1970 in the local cloud's time. */
  now(): number;
  /** Runs `task` once the clock reaches `at`. Tasks of one moment run in the order they were scheduled. */
  schedule(at: number, task: () => void): Scheduled;
}

export interface Scheduled {
  readonly at: number;
  cancel(): void;
}

/** Counts what is under way, so that the clock knows when it may jump. Every asynchronous piece of the cloud reports here. */
export interface Activity {
  /** Call when something starts; call the returned function once when it ends. The label shows in time-out messages. */
  begin(label: string): () => void;
  /**
   * Call when one of those under way does nothing but wait for the clock: it keeps nobody from moving it. Call the
   * returned function when it goes on.
   */
  rest(): () => void;
}

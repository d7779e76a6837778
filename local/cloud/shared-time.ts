/**
 * The present of the local cloud, in memory that the main thread and the functions' threads share: the virtual time,
 * the real time at which it was that, and whether it ticks. A counter that is odd while the main thread writes keeps
 * readers from seeing half of a change.
 */
export const sharedTimeBytes = 32;

const fields = (memory: SharedArrayBuffer) => ({
  virtualAndReal: new Float64Array(memory, 0, 2),
  changes: new Int32Array(memory, 16, 1),
  ticking: new Int32Array(memory, 20, 1),
});

/** Writes the present; only the main thread does. */
export function timeWriter(memory: SharedArrayBuffer): (virtual: number, real: number, ticking: boolean) => void {
  const { virtualAndReal, changes, ticking } = fields(memory);
  return (virtual, real, ticks) => {
    Atomics.add(changes, 0, 1);
    virtualAndReal[0] = virtual;
    virtualAndReal[1] = real;
    Atomics.store(ticking, 0, ticks ? 1 : 0);
    Atomics.add(changes, 0, 1);
  };
}

/** Reads the present from any thread. `realNow` is handed in because a function's thread has its `Date` replaced. */
export function timeReader(memory: SharedArrayBuffer, realNow: () => number): () => number {
  const { virtualAndReal, changes, ticking } = fields(memory);
  return () => {
    for (;;) {
      const seen = Atomics.load(changes, 0);
      const virtual = virtualAndReal[0] ?? 0;
      const real = virtualAndReal[1] ?? 0;
      const ticks = Atomics.load(ticking, 0) === 1;
      if (seen % 2 === 0 && Atomics.load(changes, 0) === seen) {
        return ticks ? virtual + Math.max(0, Math.floor(realNow() - real)) : virtual;
      }
    }
  };
}

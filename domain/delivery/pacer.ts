/**
 * How far (ms) whoever was late may catch up. Sleeping is not exact, and what was not used a moment ago is free still; it
 * is little enough that a second never sees many more than its share.
 */
const CATCHES_UP = 100;

/** Spaces what passes it evenly: so many a second and no burst beyond `CATCHES_UP`. Knows no clock; times are ms. */
export class Pacer {
  /** When the next would pass if all came as early as they may. */
  #nextAt = Number.NEGATIVE_INFINITY;

  /** How long the next has to wait. */
  wait(now: number): number {
    return Math.max(0, this.#nextAt - CATCHES_UP - now);
  }

  /** One passes. */
  pass(now: number, perSecond: number): void {
    this.#nextAt = Math.max(this.#nextAt, now) + 1_000 / perSecond;
  }

  /** One that passed did not go: another may in its place. */
  giveBack(perSecond: number): void {
    this.#nextAt -= 1_000 / perSecond;
  }
}

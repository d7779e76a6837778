import { ASSUMPTIONS } from './assumptions.ts';

/** What an invocation used, as far as it can be measured here. */
export interface Usage {
  /** Milliseconds of a core that the handler's thread took. */
  readonly cpuMs: number;
  /** Modelled milliseconds that it waited for answers: see `Waiting`. */
  readonly waitMs: number;
}

/**
 * Milliseconds that Lambda would bill. A function has the share of a core that its memory buys, so computing takes longer
 * with less memory (and costs about the same); waiting does not. Waiting is where memory is paid for nothing.
 */
export function billedMs({ cpuMs, waitMs }: Usage, memoryMb: number): number {
  const share = Math.min(1, memoryMb / ASSUMPTIONS.wholeCpuMb);
  return Math.max(1, Math.ceil((cpuMs * ASSUMPTIONS.cpuFactor) / share + waitMs));
}

const signingName = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\/aws4_request/;

/**
 * How long an invocation waits for its calls if each takes its service's usual time: calls made together wait together,
 * and one made after an answer begins where that answer ended. Real time is no measure here, because nothing is remote.
 */
export class Waiting {
  #waited = 0;

  /** A call goes out. @returns what `ends` has to be told */
  begins(): number {
    return this.#waited;
  }

  ends(began: number, authorization: string | undefined): void {
    const service = signingName.exec(authorization ?? '')?.[1] ?? '';
    const took = ASSUMPTIONS.roundTripMs[service] ?? ASSUMPTIONS.otherRoundTripMs;
    this.#waited = Math.max(this.#waited, began + took);
  }

  /** It has slept, which is billed as waiting is. */
  slept(began: number, milliseconds: number): void {
    this.#waited = Math.max(this.#waited, began + milliseconds);
  }

  /** What has been waited since it was last asked. */
  take(): number {
    const waited = this.#waited;
    this.#waited = 0;
    return waited;
  }
}

import type { RunEffect } from '../../decisions/effect.ts';

/** That somebody was at a step, once. */
export interface Visit {
  readonly step: string;
  /** By which version of the journey. */
  readonly version: number;
  /** When she came (ms); undefined where that is too long ago to be told. */
  readonly came: number | undefined;
  /** When she went on (ms); undefined while she is there. */
  readonly gone?: number | undefined;
  /** The name of the way out of it, where there are several. */
  readonly way?: string | undefined;
}

/** Where somebody was, in the order in which she came there. @param effects of one run, the oldest first */
export function visitsIn(effects: readonly RunEffect[]): readonly Visit[] {
  const visits: Visit[] = [];
  let last: Visit | undefined;
  for (const { version, entered, from, passed, to, at } of effects) {
    const beginning = (step: string): Visit =>
      last?.step === step
        ? last
        : { step, version: from?.version ?? version, came: entered === undefined ? undefined : at };
    if (from !== undefined) visits.push({ ...beginning(from.step), gone: at });
    for (const [n, [step, way]] of passed.entries()) {
      const wasThere = n === 0 && from === undefined && entered === undefined;
      visits.push({ ...(wasThere ? beginning(step) : { step, version, came: at }), gone: at, way });
    }
    last = to === undefined ? undefined : { step: to, version, came: at };
  }
  return last === undefined ? visits : [...visits, last];
}

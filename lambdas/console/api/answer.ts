import type { Problem as ProblemThere } from '../../../domain/catalog/problems/problem.ts';
import type { Json } from '../../../domain/json.ts';

/** What was changed, for the audit: as much of it as tells the one from the other, and no person's values. */
export interface Change {
  readonly before?: Json;
  readonly after?: Json;
}

/** A request that was carried out. `body` is what the route's schema for this status says. */
export interface Done<Status extends number = number, Body = unknown> {
  readonly status: Status;
  readonly body: Body;
  /** What a write has changed. */
  readonly change?: Change;
}

/** A request that was not carried out: `code` for programs, `detail` for people. It quotes no person and no error of ours. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  /** What exactly, and where: `body/where/all/0/event`. */
  readonly problems?: readonly ProblemThere[];
  /** Members that only this kind of problem has. */
  readonly more?: object;
}

export type Answer<Status extends number = number, Body = unknown> = Done<Status, Body> | Problem;

export const ok = <Body>(body: Body, change?: Change): Done<200, Body> => ({
  status: 200,
  body,
  ...(change !== undefined && { change }),
});

export const problem = (
  status: number,
  code: string,
  detail: string,
  rest: Pick<Problem, 'problems' | 'more'> = {},
): Problem => ({ status, code, detail, ...rest });

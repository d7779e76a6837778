/**
 * Something about a definition that its author should know, in her words. Errors keep it from being published, warnings do
 * not.
 */
export interface Problem {
  /** The definition and the way into it: `segments/vip/where/all/1/within`. */
  readonly path: string;
  readonly message: string;
  readonly severity: 'error' | 'warning';
  /** For programs: the same for the same kind of problem. */
  readonly code: ProblemCode;
}

export type ProblemCode =
  /** The schema refuses it. */
  | 'invalid'
  | 'missing'
  | 'unknown-name'
  /** It is larger, deeper or more than what is taken. */
  | 'too-large'
  /** It looks back farther than profiles remember. */
  | 'too-long-ago'
  /** It names something that is not there. */
  | 'unknown-reference'
  | 'unpublished-dependency'
  | 'still-used'
  | 'missing-binding'
  | 'channel-not-set-up'
  | 'wrong-channel'
  | 'wrong-class'
  | 'not-yet'
  | 'unknown-score'
  /** Definitions or steps that lead to themselves. */
  | 'cycle'
  | 'loop-without-wait'
  | 'unreachable-step'
  | 'no-way-out'
  | 'weights'
  /** Whoever is there leaves by it, or nobody comes for now. */
  | 'leaves-people'
  | 'halted'
  | 'duplicate-name'
  | 'other-zone'
  /** The tracking plan has not seen it. */
  | 'event-not-seen'
  | 'property-not-seen'
  | 'no-places-yet'
  /** Its answer is the same whoever is asked. */
  | 'holds-for-everybody'
  | 'holds-for-nobody'
  /** Liquid, MJML or HTML that cannot be read. */
  | 'template-syntax'
  | 'unknown-variable'
  | 'missing-unsubscribe'
  | 'changed-meanwhile';

export const error = (path: string, code: ProblemCode, message: string): Problem => ({
  path,
  message,
  severity: 'error',
  code,
});

export const warning = (path: string, code: ProblemCode, message: string): Problem => ({
  path,
  message,
  severity: 'warning',
  code,
});

export const hasErrors = (problems: readonly Problem[]): boolean =>
  problems.some(({ severity }) => severity === 'error');

/** One step further into a definition. Names are written as they are, but for slashes, as in JSON Pointer. */
export const below = (path: string, ...names: readonly PropertyKey[]): string =>
  [path, ...names.map((name) => String(name).replaceAll('~', '~0').replaceAll('/', '~1').slice(0, 100))].join('/');

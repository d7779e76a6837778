import type { StageLimits } from '../../domain/delivery/stage-limits.ts';

/** Limits as a function's settings carry them, which know text only. */
export interface LimitsAsText {
  readonly dryRun: string;
  readonly onlyTo: string;
}

const ALL = 'all';

export const limitsAsText = ({ dryRun, onlyTo }: StageLimits): LimitsAsText => ({
  dryRun: dryRun ? 'yes' : 'no',
  onlyTo: onlyTo?.join(' ') ?? ALL,
});

/** What cannot be read is a limit: nobody is written to by a mistake. */
export const limitsOf = ({ dryRun, onlyTo }: LimitsAsText): StageLimits => ({
  dryRun: dryRun !== 'no',
  ...(onlyTo !== ALL && { onlyTo: onlyTo.split(' ') }),
});

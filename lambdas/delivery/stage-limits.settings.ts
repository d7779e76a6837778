import type { StageLimits } from '../../domain/delivery/stage-limits.ts';

/** Limits as a function's settings carry them, which know text only. */
interface LimitsAsText {
  readonly dryRun: string;
  readonly onlyTo: string;
}

const EVERYBODY = 'everybody';

export const onlyToAsText = ({ onlyTo }: Pick<StageLimits, 'onlyTo'>): string => onlyTo?.join(' ') ?? EVERYBODY;

export const onlyToOf = (text: string): Pick<StageLimits, 'onlyTo'> =>
  text === EVERYBODY ? {} : { onlyTo: text.split(' ') };

export const limitsAsText = (limits: StageLimits): LimitsAsText => ({
  dryRun: limits.dryRun ? 'yes' : 'no',
  onlyTo: onlyToAsText(limits),
});

/** What cannot be read is a limit: nobody is written to by a mistake. */
export const limitsOf = ({ dryRun, onlyTo }: LimitsAsText): StageLimits => ({
  dryRun: dryRun !== 'no',
  ...onlyToOf(onlyTo),
});

import { DEFAULT_LIFECYCLE } from '../../../domain/catalog/default-lifecycle.ts';
import type { Expression } from '../../../domain/catalog/expression.ts';
import type { LifecycleBody } from '../../../domain/catalog/lifecycle.ts';
import { neededCounters } from '../../../domain/decisions/expressions/references.ts';
import { type Done, ok } from '../api/answer.ts';
import type { SegmentsDependencies } from './segments.ts';
import { type Standing, standings } from './standing.ts';

export type LifecycleView = Standing & {
  /** The names of the stages that people are in, in their order. */
  readonly stages: readonly string[];
  /** Those of the lifecycle that was published, as long as it is not in force. */
  readonly published?: readonly string[];
};

/** The lifecycle in force, and how far the one is that was published. */
export async function viewLifecycle({
  jobs,
  readLive,
}: Pick<SegmentsDependencies, 'jobs' | 'readLive'>): Promise<Done<200, LifecycleView>> {
  const live = await readLive();
  const { lifecycle = DEFAULT_LIFECYCLE, waiting, segments = [] } = live ?? {};
  const standingOf = await standings(jobs, live ?? { counters: [] });
  const meant = new Map<string, Expression>(segments.map(({ key, where }) => [key, where]));
  const asked = waiting?.lifecycle.stages.flatMap(({ when }) => neededCounters(when, (key) => meant.get(key))) ?? [];
  return ok({
    ...standingOf(asked),
    stages: stagesOf(lifecycle),
    ...(waiting !== undefined && { published: stagesOf(waiting.lifecycle) }),
  });
}

const stagesOf = ({ stages, otherwise }: LifecycleBody): readonly string[] => [
  ...new Set([...stages.map(({ name }) => name), otherwise]),
];

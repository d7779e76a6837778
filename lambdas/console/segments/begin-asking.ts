import type { CountTask, PreviewTask } from '../../../domain/decisions/census/task.ts';
import type { NewJob } from '../../adapters/jobs.ts';
import type { LakeQueries } from '../../adapters/lake-query.ts';
import { type BeginDependencies, beginJob } from '../../decisions/census/begin.ts';
import { giveUp } from '../../decisions/census/lake-past.ts';

/** Has a job ask everybody. If it cannot begin, nobody will read what the lake was asked for it: that is stopped. */
export async function beginAsking(
  dependencies: BeginDependencies & { readonly lake: LakeQueries },
  job: NewJob<CountTask | PreviewTask>,
): Promise<void> {
  try {
    await beginJob(dependencies, job);
  } catch (error) {
    await giveUp(dependencies.lake, job.task.queries);
    throw error;
  }
}

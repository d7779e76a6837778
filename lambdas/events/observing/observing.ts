import { type IsPersonal, personalNames } from '../../../domain/events/personal-names.ts';
import type { PlanSettings } from '../../../domain/events/plan-settings.ts';
import type { RememberedPlanSettings } from '../../adapters/plan-settings.ts';
import type { RecentEvents } from '../../adapters/recent-events.ts';
import type { TrackingPlan } from '../../adapters/tracking-plan.ts';
import { allEnded } from '../../runtime/concurrency.ts';
import { errorName, type Log } from '../../runtime/log.ts';
import { growingPlan } from './growing-plan.ts';
import type { Observer } from './observer.ts';
import { recentSamples } from './recent-samples.ts';

export interface ObservingDependencies {
  readonly settings: RememberedPlanSettings;
  readonly recent: RecentEvents;
  readonly plan: TrackingPlan;
  readonly now: () => number;
  readonly timeout?: (milliseconds: number) => AbortSignal;
  readonly log: Log;
}

/** How long (ms) all writes of one flush may take together: an app waits for its answer. */
const LONGEST = 1_000;

/**
 * Shows samples of what sources send to their developers, and lets the tracking plan grow from all of it.
 *
 * What is noted stays as it came only until the flush that belongs to its request: there it is masked, whether anything
 * is written or not. Writes are on credit. DynamoDB bills each KB written ($0.625 per million), and a busy worker that
 * wrote with every request would spend more on looking on than on the events themselves ($0.22 per million). As it is,
 * a worker is billed for no more than 32 KB a minute, whatever is sent (12 for the plan, 10 for each ring), and after a
 * pause for up to 140 KB at once, so that the first few requests are seen at once. Not in it is the list of names that
 * have room in the plan, of up to 12 KB: it is written when a name comes and once for each day a name is seen on.
 */
export function observing({
  settings,
  recent,
  plan,
  now,
  timeout = (milliseconds) => AbortSignal.timeout(milliseconds),
  log,
}: ObservingDependencies): Observer {
  const samples = recentSamples(recent);
  const growth = growingPlan(plan);
  let known: { readonly settings: PlanSettings; readonly isPersonal: IsPersonal } | undefined;

  async function write(): Promise<void> {
    const current = await settings.read();
    if (current === undefined) {
      // Nobody can tell what is personal: rather nothing is seen than something that should not be.
      samples.forget();
      growth.forget();
      log('observing-failed', { error: 'PlanSettingsUnknown' });
      return;
    }
    if (known?.settings !== current) known = { settings: current, isPersonal: personalNames(current) };
    const { isPersonal } = known;
    let signal: AbortSignal | undefined;
    const inTime = () => (signal ??= timeout(LONGEST));
    await allEnded([samples.flush(isPersonal, now(), inTime), growth.flush(isPersonal, now(), inTime)]);
  }

  return {
    note(source, request) {
      samples.note(source.id, request);
      growth.note(request.accepted);
    },

    async flush() {
      try {
        await write();
      } catch (error) {
        log('observing-failed', { error: errorName(error) });
      }
    },
  };
}

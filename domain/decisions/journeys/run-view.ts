import type { LiveCatalog } from '../../catalog/live-catalog.ts';
import type { Profile } from '../../state/profile.ts';
import type { RunGroup } from '../../state/run.ts';

/** That somebody is in a journey, as the admin API shows it. Times are ISO 8601 in UTC. */
export interface RunView {
  /** The journey's key. */
  readonly journey: string;
  /** What people call it. */
  readonly name: string;
  readonly version: number;
  /** Of a journey by key: which of her runs at once. */
  readonly key: string | null;
  readonly step: string;
  readonly entered: string;
  /** When she came to the step, and when time moves her on from there; null: never by itself. */
  readonly since: string;
  readonly until: string | null;
  readonly group: RunGroup | null;
}

/** The journeys somebody is in, those she came into last first. Profiles know them by ids alone. */
export function viewRuns({ runs }: Profile, { journeys = [] }: Pick<LiveCatalog, 'journeys'>): readonly RunView[] {
  return runs
    .flatMap(({ journey: id, version, key, step, entered, since, until, group }) => {
      const journey = journeys.find((one) => one.id === id);
      if (journey === undefined || step === undefined) return [];
      const name = journey.versions.at(-1)?.body.name ?? journey.key;
      return [{ ...{ journey: journey.key, name, version, key, step, group }, times: { entered, since, until } }];
    })
    .toSorted((a, b) => b.times.entered - a.times.entered || (a.journey < b.journey ? -1 : 1))
    .map(({ times: { entered, since, until }, key = null, group = null, ...run }) => ({
      ...{ ...run, key, group, entered: iso(entered), since: iso(since) },
      until: Number.isFinite(until) ? iso(until) : null,
    }));
}

const iso = (time: number): string => new Date(time).toISOString();

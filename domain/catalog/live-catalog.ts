import type { ContactSettings, TopicRules } from '../delivery/rules/contact-rules.ts';
import type { CounterSpec } from './counter-spec.ts';
import type { Expression } from './expression.ts';
import type { JourneyBody } from './journey/journey.ts';
import type { LifecycleBody } from './lifecycle.ts';
import type { SettingsBody } from './settings.ts';
import type { TemplateBody } from './template.ts';

/**
 * What a project has published, as workers read it: the parts of one release that the reducer needs, each as it was
 * checked when it was published. `compilePlan` makes a `Plan` of it.
 */
export interface LiveCatalog {
  /** Each release has the next one, rollbacks too. 0: nothing was published yet. */
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly publishedAt: number;
  /** The latest release, this one or one before it, that has everybody looked at anew; undefined while none had to. */
  readonly reconcile?: number;
  /** The latest release, this one or one before it, that changed what stages and segments mean; this one if it does not say. */
  readonly redefined?: number;
  /** The one in force; the default one if the project has none of its own. */
  readonly lifecycle?: LifecycleBody;
  /** Set while the lifecycle that was published waits until its past is counted from the lake. */
  readonly waiting?: WaitingLifecycle;
  readonly segments: readonly LiveSegment[];
  /** As much of the settings as decides what may be sent when. */
  readonly settings?: ContactSettings & Pick<SettingsBody, 'builtInMessages' | 'holdout'>;
  readonly topics?: readonly LiveTopic[];
  readonly journeys?: readonly LiveJourney[];
  /** Who changes stage or segment by this very publish may enter journeys by it. */
  readonly startJourneys?: boolean;
  /** Those that journeys may write. */
  readonly templates?: readonly LiveTemplate[];
  /** What segments, stages and journeys ask profiles to count, with the ids given to it. */
  readonly counters: readonly RegisteredCounter[];
}

export interface WaitingLifecycle {
  /** It takes the place of the one in force when all that it asks for is counted. */
  readonly lifecycle: LifecycleBody;
  /** Those that the one in force asks for, as they were when it came into force. */
  readonly segments: readonly Pick<LiveSegment, 'key' | 'where'>[];
}

export interface LiveSegment {
  /** From the release's registry: never given to another segment. Profiles store it. */
  readonly id: number;
  readonly key: string;
  /** What people call it; nothing is decided by it. */
  readonly name?: string;
  readonly where: Expression;
  /** What it looks back on is still being counted from the lake: nobody enters or leaves until that is done. */
  readonly filling?: boolean;
}

export interface LiveJourney {
  /** From the release's registry: never given to another journey. Profiles store it. */
  readonly id: number;
  readonly key: string;
  /** As what it is written; a journey if it does not say. */
  readonly type?: 'campaign';
  /** All by which somebody may still go, the oldest first; the last is the one that people enter. */
  readonly versions: readonly JourneyVersion[];
  /** Running if it does not say. */
  readonly halted?: HaltedJourney;
  /** What it looks back on is still being counted from the lake: nobody enters until that is done. */
  readonly filling?: boolean;
}

/**
 * `paused`: nobody enters, and who is inside stays where she is until it goes on. `closed`: nobody enters, and who is inside
 * goes on to the end. `stopped`: nobody enters, and who was inside has left.
 */
export type Halt = 'paused' | 'closed' | 'stopped';

export interface HaltedJourney {
  readonly how: Halt;
  /** When it was (ms). */
  readonly since: number;
}

export interface JourneyVersion {
  /** The number of the release that brought it: a later one is higher, also where it says once more what an old one said. */
  readonly version: number;
  readonly body: JourneyBody;
  /**
   * Who went by an older version goes by this one since: from where she was to the step named here, or to the one of the
   * same id; who is where no step is any more has left.
   */
  readonly moves?: Readonly<Record<string, string>>;
}

/** As much of a template as decides to whom it may go. */
export interface LiveTemplate {
  readonly key: string;
  readonly channel: TemplateBody['channel'];
  /** Marketing if it does not say. */
  readonly class?: 'transactional';
  readonly topic?: string;
}

/** As much of a topic as decides who is written to about it. */
export interface LiveTopic extends TopicRules {
  readonly key: string;
}

export interface RegisteredCounter {
  /** From the release's registry: never given to anything else. Profiles store it. */
  readonly id: number;
  readonly spec: CounterSpec;
  /** It counts what was received from then on (ms); what came before is for a backfill. */
  readonly countsFrom: number;
  /**
   * What was received before is still to be counted from the lake, by the backfill of the release of this number. Undefined
   * when that is done, or nobody wished it (`partial`).
   */
  readonly backfill?: number;
  /** Nobody wished that: it never knows what was received before. */
  readonly partial?: true;
}

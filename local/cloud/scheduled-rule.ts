import type { Clock, Scheduled } from './clock.ts';
import type { Schedule } from './services/eventbridge/schedule-expression.ts';
import { parseSchedule } from './services/eventbridge/schedule-expression.ts';

/**
 * Asked before each run of a scheduled rule: the first moment from `at` on at which the run may do something;
 * undefined when none is known yet. Runs before that moment are counted, not made: ninety days hold 129,600 minutes.
 * Whoever knows of an earlier moment later calls `reschedule`.
 */
export type ScheduleGate = (ruleLogicalId: string, at: number) => number | undefined;

export interface ScheduledRuleOptions {
  readonly logicalId: string;
  readonly arn: string;
  readonly expression: string;
  /** Logical ids of the functions that a run starts. */
  readonly starts: readonly string[];
  readonly clock: Clock;
  readonly gate?: ScheduleGate | undefined;
  /** Sends the scheduled event to the rule's targets; `at` is the planned moment. */
  readonly fire: (at: number) => void;
}

/** A rule that fires by the clock. */
export class ScheduledRule {
  readonly logicalId: string;
  readonly #options: ScheduledRuleOptions;
  readonly #schedule: Schedule;
  /** Everything up to here has run or was skipped. */
  #done: number;
  #planned: Scheduled | undefined;
  #skipped = 0;
  #runs = 0;

  constructor(options: ScheduledRuleOptions) {
    this.#options = options;
    this.logicalId = options.logicalId;
    this.#done = options.clock.now();
    this.#schedule = parseSchedule(options.expression, this.#done);
    this.#plan();
  }

  /** Logical ids of the functions that a run starts. */
  get starts(): readonly string[] {
    return this.#options.starts;
  }

  /** Runs planned from one moment up to another, whether or not they find anything to do. */
  runsBetween(from: number, to: number): number {
    let runs = 0;
    for (let at = this.#schedule.nextAfter(from); at !== undefined && at <= to; at = this.#schedule.nextAfter(at))
      runs++;
    return runs;
  }

  /** Runs made. */
  get runs(): number {
    return this.#runs;
  }

  /** Runs that the gate said would find nothing to do. */
  get skippedRuns(): number {
    this.#skipUntil(this.#options.clock.now());
    return this.#skipped;
  }

  /**
   * Asks the gate again. With `earliest`, the moment that became known, nothing happens when a run is planned no
   * later than that anyway; so it may be called at every write.
   */
  reschedule(earliest?: number): void {
    if (this.#planned && earliest !== undefined && this.#planned.at <= earliest) return;
    this.#planned?.cancel();
    this.#planned = undefined;
    this.#skipUntil(this.#options.clock.now());
    this.#plan();
  }

  stop(): void {
    this.#planned?.cancel();
  }

  #plan(): void {
    const { clock, gate, logicalId } = this.#options;
    const next = this.#schedule.nextAfter(this.#done);
    if (next === undefined) return;
    const worthwhile = gate ? gate(logicalId, next) : next;
    if (worthwhile === undefined) return;
    const at = worthwhile <= next ? next : this.#schedule.nextAfter(worthwhile - 1);
    if (at !== undefined) this.#planned = clock.schedule(at, () => this.#run(at));
  }

  #run(at: number): void {
    this.#planned = undefined;
    // What there was to do when it was planned may have been done since.
    if (!this.#isWorthwhile(at)) {
      this.#plan();
      return;
    }
    this.#skipUntil(at - 1);
    this.#done = at;
    this.#runs++;
    this.#options.fire(at);
    this.#plan();
  }

  #isWorthwhile(at: number): boolean {
    const { gate, logicalId } = this.#options;
    return gate === undefined || (gate(logicalId, at) ?? Number.POSITIVE_INFINITY) <= at;
  }

  /** Counts the runs up to `until` that were neither made nor planned. */
  #skipUntil(until: number): void {
    for (let at = this.#schedule.nextAfter(this.#done); at !== undefined; at = this.#schedule.nextAfter(this.#done)) {
      if (at > until || (this.#planned && at >= this.#planned.at)) return;
      this.#skipped++;
      this.#done = at;
    }
  }
}

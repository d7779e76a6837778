/** What a project has decided about its tracking plan. */
export interface PlanSettings {
  /** Whether a `track` event whose name is not among `knownEvents` is taken. */
  readonly unknownEvents: 'accept' | 'refuse';
  /** The names that are taken while unknown ones are refused. */
  readonly knownEvents: readonly string[];
  /**
   * Names of properties and traits whose values are masked wherever events are shown: in the debugger and in the tracking
   * plan. Not in a person's profile, which is there to be read by whoever may see her.
   */
  readonly personal: readonly string[];
}

export const OPEN_PLAN: PlanSettings = { unknownEvents: 'accept', knownEvents: [], personal: [] };

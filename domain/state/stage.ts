/** A lifecycle stage, by the name the project's lifecycle gives it. */
export type Stage = string;

/** Those every project starts with, in the order in which a dashboard shows them. */
export const DEFAULT_STAGES: readonly Stage[] = [
  ...['new', 'active', 'loyal', 'returning', 'at-risk', 'dormant', 'churned'],
];
